"""Who may hand in, approve and recall words; docs/rights.md is the table, these are its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ApprovalDelegation, ContentEdit, ContentItem
from cms.core import clock
from cms.core.models import Role, User
from cms.core.permissions import has_role


def may_submit(user: Any, item: ContentItem, orthography: str) -> bool:
    """True for editors; for a translation also for the translators and reviewers of that written language."""
    if has_role(user, Role.EDITOR, Role.ADMINISTRATOR):
        return True
    is_translation = orthography != item.source_orthography
    return is_translation and has_role(user, Role.TRANSLATOR, Role.REVIEWER, orthography=orthography)


def approves_in_own_right(user: Any, item: ContentItem, orthography: str, *, on: date | None = None) -> bool:
    """True for approvers; for a translation also for the native reviewers of that written language."""
    if has_role(user, Role.APPROVER, on=on):
        return True
    is_translation = orthography != item.source_orthography
    return is_translation and has_role(user, Role.REVIEWER, orthography=orthography, on=on)


def delegations_held(user: Any, *, on: date | None = None) -> list[ApprovalDelegation]:
    """The delegations in force on the local day ``on`` (today) that this person holds from approvers in office."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    day = on or clock.today()
    found = ApprovalDelegation.objects.filter(delegate=user, valid_from__lte=day, valid_to__gte=day)
    return [row for row in found.select_related("approver") if has_role(row.approver, Role.APPROVER, on=day)]


def may_decide(user: Any, item: ContentItem, orthography: str) -> bool:
    """True when this person may approve or send back such words at all, in their own right or in somebody's stead.

    Whether they may approve *this* request is asked by :func:`why_not_approve`: four eyes come on top.
    """
    return approves_in_own_right(user, item, orthography) or bool(delegations_held(user))


def may_open_queue(user: Any) -> bool:
    """True for people who have anything to approve: approvers and their delegates."""
    return has_role(user, Role.APPROVER) or bool(delegations_held(user))


def editors_since_last_approval(item: ContentItem, orthography: str) -> set[int]:
    """Ids of everybody who changed these words since the last words that were approved.

    Counted from the moment those were *handed in*: what somebody changed between handing in and approval is not in the
    approved words, and would slip through if the moment of approval counted.
    """
    last = (
        Approval.objects.filter(item=item, orthography=orthography)
        .filter(status__in=(ApprovalStatus.APPROVED, ApprovalStatus.SUPERSEDED, ApprovalStatus.REVOKED))
        .order_by("-submitted_at", "-pk")
        .first()
    )
    edits = ContentEdit.objects.filter(item=item, orthography=orthography)
    if last is not None:
        edits = edits.filter(at__gt=last.submitted_at)
    return set(edits.values_list("user_id", flat=True))


def why_not_approve(user: Any, approval: Approval) -> str | None:
    """None when this person may approve this request; else a code: not_approver, submitter, edited, stead_edited.

    Four eyes: nobody who handed it in or changed it since the last approval, superusers included. A delegate is bound
    by the same, and may not stand in for an approver who is.
    """
    item, orthography = approval.item, approval.orthography
    if not may_decide(user, item, orthography):
        return "not_approver"
    if user.pk == approval.submitted_by_id:
        return "submitter"
    hands = editors_since_last_approval(item, orthography) | {approval.submitted_by_id}
    if user.pk in hands:
        return "edited"
    if approves_in_own_right(user, item, orthography):
        return None
    return None if any(row.approver_id not in hands for row in delegations_held(user)) else "stead_edited"


def may_revoke(user: Any, approval: Approval) -> bool:
    """True for approvers (in their own right) and administrators: taking words back needs no second pair of eyes."""
    return approves_in_own_right(user, approval.item, approval.orthography) or has_role(user, Role.ADMINISTRATOR)


def possible_approvers(approval: Approval) -> list[User]:
    """The people who could approve this request today, by name; empty when everybody has had a hand in it."""
    day = clock.today()
    held = Q(memberships__role=Role.APPROVER, memberships__valid_from__lte=day) & (
        Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=day)
    )
    stands_in = Q(delegations_held__valid_from__lte=day, delegations_held__valid_to__gte=day)
    found = User.objects.filter(held | stands_in, is_active=True).distinct().order_by("full_name", "pk")
    return [user for user in found if why_not_approve(user, approval) is None]
