"""Steps that many approval tests begin with."""

from __future__ import annotations

from wagtail.models import Page

from campaigns.models import Approval
from campaigns.services import approvals
from campaigns.services.items import draft_page, page_of
from tests.factories.campaigns import SCRIPT_BODY, make_script


def handed_in(editor, **kwargs) -> Approval:  # type: ignore[no-untyped-def]
    item = make_script(user=editor, **kwargs)
    return approvals.submit(page_of(item, orthography="vi"), editor)


def change(approval, user, words: str = "Lời khác."):  # type: ignore[no-untyped-def]
    body = [*SCRIPT_BODY[:-1], ("closing", {"text": words})]
    return draft_page(approval.item, orthography=approval.orthography, title="Giữ nhà", user=user, body=body)


def nothing_went_live(*kept: Page) -> bool:
    return not Page.objects.filter(live=True, depth__gt=2).exclude(pk__in=[page.pk for page in kept]).exists()
