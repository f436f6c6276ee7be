"""What the engine does when the room below says that words or facts ended. A signal only rings: the tick finds what it lost."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.dispatch import receiver

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Hotline
from campaigns.payloads import plain_text
from campaigns.signals import approval_ended, approval_granted, hotline_changed
from channels.delivery import standing
from channels.delivery.models import Correction
from channels.delivery.services import corrections

logger = logging.getLogger(__name__)


def _quietly(what: str, act: Callable[[], object], **ids: int) -> None:
    """Do it; a fault is logged, and the worker's next look does it again: the deed that rang is committed already."""
    try:
        act()
    except Exception:  # noqa: BLE001 - whoever changed the fact is done; logged whole, and the tick does it again
        logger.exception("correction not begun", extra={"event": what, **ids})


@receiver(approval_ended, dispatch_uid="delivery.withdraw")
def take_back_what_went_out(sender: Any, approval: Approval, **kwargs: Any) -> None:
    """A revoked text was wrong: what carries it is corrected or taken down, each with its receipt.

    A text that was only replaced by a newer one stays where it is, unless a fact about safety changed (below).
    """
    if approval.status == ApprovalStatus.REVOKED:
        reason = corrections.reason_for_revoked()
        _quietly("withdraw", lambda: corrections.begin(reason=reason, item=approval.item), approval_id=approval.pk)


@receiver(hotline_changed, dispatch_uid="delivery.correct_hotline")
def correct_what_names_it(sender: Any, hotline: Hotline, **kwargs: Any) -> None:
    """A number that changed: every post that still tells the old one is put right."""
    reason = corrections.reason_for_hotline(hotline)
    _quietly("hotline", lambda: corrections.begin(reason=reason, hotline=hotline), hotline_id=hotline.pk)


@receiver(approval_granted, dispatch_uid="delivery.correct_with_it")
def correct_with_the_new_text(sender: Any, approval: Approval, **kwargs: Any) -> None:
    """A new approval: what waits for a corrected text is corrected with it, and safety facts it replaces are put right."""
    _quietly("safety", lambda: _begin_for_safety(approval), approval_id=approval.pk)
    for correction in Correction.objects.filter(closed_at__isnull=True).select_related("hotline", "item"):
        go_on = partial(corrections.advance, correction, limit=corrections.AT_ONCE)
        _quietly("carry_on", go_on, correction_id=correction.pk)


def _begin_for_safety(approval: Approval) -> None:
    item = approval.item
    if not item.about_safety:
        return
    replaced = Approval.objects.filter(
        item=item, orthography=approval.orthography, status=ApprovalStatus.SUPERSEDED, pk__lt=approval.pk
    )
    before = replaced.order_by("-ended_at", "-pk").first()
    facts = standing.changed_facts(_words(before), _words(approval)) if before is not None else []
    if facts:
        corrections.begin(reason=corrections.reason_for_facts(facts), item=item)


def _words(approval: Approval) -> str:
    """Everything in a payload that is told to people."""
    payload = approval.payload
    lines = [payload.get("title", ""), payload.get("summary", "")]
    for block in payload.get("blocks", []):
        lines.append(plain_text(block["html"]) if "html" in block else str(block.get("text", "")))
    lines += [f"{line['label']} {line['number']}" for line in payload.get("hotlines", [])]
    return "\n".join(lines)
