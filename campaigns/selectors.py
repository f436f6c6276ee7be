"""Questions about campaigns that every room above asks."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.enums import ApprovalStatus, CampaignState
from campaigns.models import Approval, Area, Campaign, ContentItem, Hotline, Pause
from cms.core import clock


def current_approval(item: ContentItem, orthography: str) -> Approval | None:
    """The approval in force for the item in this written language, or None."""
    return Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED).first()


def current_approvals(items: "QuerySet[ContentItem] | list[ContentItem]") -> dict[tuple[int, str], Approval]:
    """(item id, written language) → the approval in force, for many items in one query."""
    found = Approval.objects.filter(item__in=items, status=ApprovalStatus.APPROVED).select_related("source_approval")
    return {(approval.item_id, approval.orthography): approval for approval in found}


def is_outdated(approval: Approval) -> bool:
    """True for a translation whose source was approved anew, or lost its approval, since."""
    source = approval.source_approval
    return source is not None and source.status != ApprovalStatus.APPROVED


def stale_hotlines(approval: Approval, current: dict[int, Hotline] | None = None) -> list[dict[str, Any]]:
    """The hotlines of an approved text that may no longer be told to people: replaced, unverified or out of date.

    `current` (id → row) saves the query when many approvals are asked about.
    """
    lines = approval.payload.get("hotlines", [])
    rows = current if current is not None else Hotline.objects.in_bulk([line["id"] for line in lines])
    return [
        line
        for line in lines
        if line["id"] not in rows or not rows[line["id"]].is_current or rows[line["id"]].number != line["number"]
    ]


def why_not_airable(approval: Approval | None, *, at: datetime | None = None) -> str | None:
    """None when this text may be aired at `at`; else a code that says why not.

    not_approved, outdated (translation of an older source), expired, campaign_not_active, hotline_changed, paused.
    """
    at = at or clock.now()
    if approval is None or approval.status != ApprovalStatus.APPROVED:
        return "not_approved"
    if is_outdated(approval):
        return "outdated"
    item = approval.item
    if item.expires_at is not None and item.expires_at <= at:
        return "expired"
    if item.campaign.state != CampaignState.ACTIVE:
        return "campaign_not_active"
    if stale_hotlines(approval):
        return "hotline_changed"
    if is_paused(campaign=item.campaign, at=at):
        return "paused"
    return None


def airable_approval(item: ContentItem, orthography: str, at: datetime | None = None) -> Approval | None:
    """The approval whose text may leave at `at`, or None (`why_not_airable` says why)."""
    approval = (
        Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED)
        .select_related("item__campaign", "source_approval")
        .first()
    )
    return approval if why_not_airable(approval, at=at) is None else None


def pauses_at(at: datetime) -> "QuerySet[Pause]":
    """Pauses in force at `at`: they begin with their first instant and end before their last."""
    return Pause.objects.filter(starts_at__lte=at, ends_at__gt=at)


def is_paused(*, campaign: Campaign | None = None, area: Area | None = None, at: datetime | None = None) -> bool:
    """True when the province, this campaign, or this area or one around it, is paused at `at` (now)."""
    at = at or clock.now()
    reach = Q(scope="province")
    if campaign is not None:
        reach |= Q(campaign=campaign)
    if area is not None:
        reach |= Q(area__in=area_and_above(area))
    return pauses_at(at).filter(reach).exists()


def area_and_above(area: Area) -> list[Area]:
    """The area and what it lies in, nearest first."""
    chain = [area]
    while chain[-1].parent is not None and len(chain) < 6:  # four levels exist; more would be a loop
        chain.append(chain[-1].parent)
    return chain


def running_campaigns(at: datetime | None = None) -> "QuerySet[Campaign]":
    """Active campaigns whose dates hold the local day of `at` (now)."""
    day = (at or clock.now()).astimezone(clock.local_zone()).date()
    return Campaign.objects.filter(state=CampaignState.ACTIVE, starts_on__lte=day, ends_on__gte=day)
