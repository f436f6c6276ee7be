"""What every translation must hold, whichever way it is handed in: from the workbench or from the page editor.

Registered with ``campaigns.services.approvals``; it raises before a request for approval exists.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from campaigns.models.pages import ContentPage
from campaigns.selectors import current_approval
from cms.core.errors import BadInput
from translations import facts
from translations.pseudo import is_marked
from translations.segments import extract, label_of


def check_translation(page: ContentPage, payload: dict[str, Any]) -> None:
    """Refuse a translation that is a trial text, drops or adds a block, or changes a fact of the approved source."""
    item = page.item
    if payload["orthography"] == item.source_orthography:
        return
    segments = extract(payload)
    if any(is_marked(segment.text) for segment in segments):
        raise BadInput(_("This is a trial text. It can never be handed in for approval."))
    source = current_approval(item, item.source_orthography)
    if source is None:  # the approval itself says that the source is not approved
        return
    wanted = {block["id"]: block for block in source.payload["blocks"]}
    given = {block["id"]: block for block in payload["blocks"]}
    if list(wanted) != list(given):
        raise BadInput(_("The parts are not those of the approved source. Translate it at the translation desk."))
    for name in ("hotlines", "images"):
        if [row["id"] for row in payload[name]] != [row["id"] for row in source.payload[name]]:
            raise BadInput(_("Hotlines and pictures must be those of the approved source."))
    targets = {segment.key: segment for segment in segments}
    for segment in extract(source.payload):
        target = targets.get(segment.key)
        difference = facts.compare(segment.plain, target.plain if target else "")
        if difference:
            raise BadInput(f"{label_of(segment.kind)}: {fact_sentence(difference)}")


def fact_sentence(difference: facts.Difference) -> str:
    """What happened to the facts of one segment, in words for its translator."""
    if difference.swapped:
        names = ", ".join(fact.text for fact in difference.swapped)
        return _("These stand in another order than in the source: %s") % names
    missing = ", ".join(fact.text for fact in difference.missing)
    added = ", ".join(fact.text for fact in difference.added)
    if missing and added:
        return _("The source says %(missing)s, the translation %(added)s. Write it as in the source.") % {
            "missing": missing, "added": added,
        }  # fmt: skip
    if missing:
        return _("Missing; write it in digits as in the source: %s") % missing
    return _("Not in the source: %s") % added
