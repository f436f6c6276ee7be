"""The one door to going live. ``publish`` puts exactly what was approved on the web, ``unpublish`` takes it off.

Each call is about one item in one language, in a transaction of its own: one bad item never stops the others.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Revision

from campaigns.doors import open_door
from campaigns.models import Approval, ContentItem, HomePage
from campaigns.models.pages import PAGE_OF_KIND, ContentPage
from campaigns.payloads import build_payload, payload_sha256
from campaigns.selectors import why_not_airable
from campaigns.signals import item_published, item_unpublished
from cms.core import audit
from cms.core.errors import Conflict, NotReady

logger = logging.getLogger(__name__)

# These pass by themselves: the same approval may be published later. All other reasons need a new approval.
PASSING_REASONS = frozenset({"campaign_not_active", "paused"})


@transaction.atomic
def publish(approval: Approval, *, user: Any = None, mends: bool = False) -> ContentPage:
    """The page of the approval's item, live with exactly the approved words; doing it again changes nothing.

    The home page of its language goes live with the first page in it. Raises NotReady (paused, campaign not active) and
    Conflict (not in force, outdated, expired, a hotline changed, or the stored draft no longer gives the approved
    fingerprint). ``user`` None: the schedule publishes. ``mends``: these words replace wrong ones on a page that is live;
    a pause keeps new words back, not this. A page that is not live stays off in a pause all the same.
    """
    fresh = Approval.objects.select_for_update(of=("self",)).select_related("item__campaign").get(pk=approval.pk)
    page = PAGE_OF_KIND[fresh.item.kind].objects.filter(item=fresh.item, orthography=fresh.orthography).first()
    _refuse_what_may_not_leave(fresh, in_a_pause=mends and page is not None and page.live)
    if page is None:
        raise Conflict(_("The page of this text is no longer there."), approval_id=fresh.pk)
    if page.live and page.live_revision_id == fresh.revision_id:
        return page
    revision = _approved_revision(fresh)
    _open_home(page, user=user)
    with open_door(page.pk):
        revision.publish(user=user, skip_permission_checks=True)
    page = type(page).objects.get(pk=page.pk)
    audit.record(
        fresh.item,
        "campaigns.item.publish",
        user=user,
        data={"approval_id": fresh.pk, "page_id": page.pk, "payload_sha256": fresh.payload_sha256},
    )
    _tell(item_published, approval=fresh, page=page)
    logger.info(
        "item published",
        extra={"event": "item_published", "approval_id": fresh.pk, "item_id": fresh.item_id, "page_id": page.pk},
    )
    return page


@transaction.atomic
def unpublish(item: ContentItem, orthography: str, *, user: Any = None, reason: str = "") -> bool:
    """Take the item's page in this written language off the web; False when it was not there. Its words stay."""
    page = PAGE_OF_KIND[item.kind].objects.filter(item=item, orthography=orthography).first()
    if page is None or not page.live:
        return False
    with open_door(page.pk):
        UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)
    audit.record(
        item,
        "campaigns.item.unpublish",
        user=user,
        data={"page_id": page.pk, "orthography": orthography, "reason": reason},
    )
    _tell(item_unpublished, item=item, orthography=orthography)
    logger.info("item unpublished", extra={"event": "item_unpublished", "item_id": item.pk, "page_id": page.pk})
    return True


@transaction.atomic
def open_home(home: HomePage, *, user: Any = None) -> HomePage:
    """The home page of one language, visible. It holds no words of a campaign, so nothing is approved for it."""
    if not home.live:
        with open_door(home.pk):
            home.live = True
            home.has_unpublished_changes = False
            home.save()
        audit.record(home, "campaigns.home.open", user=user, data={"orthography": home.locale.language_code})
    return home


def _open_home(page: ContentPage, *, user: Any) -> None:
    for home in HomePage.objects.ancestor_of(page).filter(live=False):
        open_home(home, user=user)


def _refuse_what_may_not_leave(approval: Approval, *, in_a_pause: bool) -> None:
    reason = why_not_airable(approval)
    # A pause is what is asked last: nothing else is wrong then.
    if reason is None or (reason == "paused" and in_a_pause):
        return
    sentences = {
        "not_approved": _("This approval is not in force."),
        "outdated": _("The text it was translated from was approved anew; the translation must follow first."),
        "expired": _("This text has passed its last day."),
        "campaign_not_active": _("The campaign is not running."),
        "hotline_changed": _("A hotline in this text has changed."),
        "paused": _("Everything here is paused at the moment."),
    }
    error = NotReady if reason in PASSING_REASONS else Conflict
    raise error(sentences[reason], reason=reason, approval_id=approval.pk)


def _approved_revision(approval: Approval) -> Revision:
    """The revision whose words were approved; Conflict unless it still gives the approved fingerprint."""
    revision = Revision.objects.filter(pk=approval.revision_id).first()
    if revision is None:
        raise Conflict(_("The approved draft is no longer there. Please hand it in again."), approval_id=approval.pk)
    if payload_sha256(build_payload(revision.as_object())) != approval.payload_sha256:
        raise Conflict(
            _("Something in this text changed after it was approved. Please hand it in again."),
            approval_id=approval.pk,
        )
    return revision


def _tell(signal: Any, **facts: Any) -> None:
    """Tell the rooms above after the commit; a listener that fails is logged and stops nobody."""

    def send() -> None:
        for receiver, answer in signal.send_robust(sender=ContentItem, **facts):
            if isinstance(answer, Exception):
                logger.error(
                    "listener failed",
                    exc_info=answer,
                    extra={"event": "listener_failed", "listener": repr(receiver)},
                )

    transaction.on_commit(send)
