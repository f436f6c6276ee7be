"""Who may agree to an edited text of a channel: an approver without a hand in it or in the approved words."""

from collections.abc import Iterable
from typing import Any

from wagtail.models import ModelLogEntry

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentEdit
from channels.delivery.models import Variant
from cms.core.models import Role
from cms.core.permissions import has_role

EDIT, CARRY, APPROVE = "delivery.variant.edit", "delivery.variant.carry", "delivery.variant.approve"
DECLINE, RESET = "delivery.variant.decline", "delivery.variant.reset"
# Verbs after which the words are nobody's edit any more, or agreed to.
_SETTLED = frozenset({APPROVE, RESET})


def why_not_agree(user: Any, variant: Variant) -> str | None:
    """None when this person may agree to the edit; else a code: not_approver, edited_here, edited_content.

    Four eyes, superusers included: nobody who edited this text since it was last agreed to (the audit log knows them
    all, the row only the last), and nobody who handed in or changed the words it was made from.
    """
    if not has_role(user, Role.APPROVER):
        return "not_approver"
    if user.pk in editors_of(variant):
        return "edited_here"
    return "edited_content" if user.pk in hands_in(variant.approval) else None


def editors_of(variant: Variant) -> set[int]:
    """Ids of everybody whose words may stand in the edited text."""
    found = {variant.edited_by_id} if variant.edited_by_id else set()
    for entry in log_of([variant]):
        if entry.action in _SETTLED:
            break
        if entry.action == EDIT and entry.user_id is not None:
            found.add(entry.user_id)
        elif entry.action == CARRY:
            found |= set((entry.data or {}).get("editors", ()))
    return found


def hands_in(approval: Approval) -> set[int]:
    """Ids of whoever handed the approved words in, or changed them since the words approved before were handed in."""
    earlier = Approval.objects.filter(
        item=approval.item_id, orthography=approval.orthography, submitted_at__lt=approval.submitted_at,
        status__in=[ApprovalStatus.APPROVED, ApprovalStatus.SUPERSEDED, ApprovalStatus.REVOKED],
    ).order_by("-submitted_at")  # fmt: skip
    since = earlier.values_list("submitted_at", flat=True).first()
    edits = ContentEdit.objects.filter(item=approval.item_id, orthography=approval.orthography)
    if since is not None:
        edits = edits.filter(at__gt=since)
    return {approval.submitted_by_id, *edits.values_list("user_id", flat=True)}


def log_of(variants: Iterable[Variant]) -> "list[ModelLogEntry]":
    """The audit of these variants, newest first, in one query."""
    keys = [str(variant.pk) for variant in variants if variant.pk]
    if not keys:
        return []
    entries = ModelLogEntry.objects.filter(
        content_type__app_label="delivery", content_type__model="variant", object_id__in=keys
    )
    return list(entries.select_related("user").order_by("-timestamp", "-id"))
