"""Questions about campaigns that every room above asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from campaigns.enums import ApprovalStatus, CampaignState
from campaigns.models import Approval, Area, Campaign, ContentItem, Hotline, Pause
from cms.core import clock
from cms.core.statements import Mark, Reading


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


@dataclass(frozen=True)
class Standing:
    """What holds at the instant `at`, read once for many texts: the pauses in force, and hotlines by id."""

    at: datetime
    pauses: tuple[Pause, ...]
    hotlines: dict[int, Hotline]


def standing_for(
    approvals: Iterable[Approval | None], *, at: datetime | None = None, pauses: Iterable[Pause] | None = None
) -> Standing:
    """What `why_not_airable` would otherwise read for each of these texts: one query, and one more for hotlines.

    `pauses` are those in force at that instant, when the caller has read them already.
    """
    at = at or clock.now()
    payloads = [approval.payload for approval in approvals if approval is not None]
    numbers = {line["id"] for payload in payloads for line in payload.get("hotlines", [])}
    standing = tuple(_PAUSES(at=at) if pauses is None else pauses)
    return Standing(at, standing, Hotline.objects.in_bulk(numbers) if numbers else {})


def why_not_airable(
    approval: Approval | None, *, at: datetime | None = None, standing: Standing | None = None
) -> str | None:
    """None when this text may be aired at `at`; else a code that says why not.

    not_approved, outdated (translation of an older source), expired, campaign_not_active, hotline_changed, paused.
    `standing` (of the same instant) saves the queries when many texts are asked about.
    """
    at = at or (standing.at if standing is not None else clock.now())
    if approval is None or approval.status != ApprovalStatus.APPROVED:
        return "not_approved"
    if is_outdated(approval):
        return "outdated"
    item = approval.item
    if item.expires_at is not None and item.expires_at <= at:
        return "expired"
    if item.campaign.state != CampaignState.ACTIVE:
        return "campaign_not_active"
    standing = standing or standing_for([approval], at=at)
    if stale_hotlines(approval, standing.hotlines):
        return "hotline_changed"
    if is_paused(campaign=item.campaign, at=at, pauses=standing.pauses):
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


_PAUSES = Reading(lambda at: pauses_at(at), Mark("at", datetime(1901, 1, 1, tzinfo=UTC)))


def is_paused(
    *,
    campaign: Campaign | None = None,
    area: Area | None = None,
    at: datetime | None = None,
    pauses: Iterable[Pause] | None = None,
) -> bool:
    """True when the province, this campaign, or this area or one around it, is paused at `at` (now).

    `pauses` are those in force at that instant, when the caller has read them already.
    """
    standing = list(pauses) if pauses is not None else _PAUSES(at=at or clock.now())
    if any(pause.scope == "province" for pause in standing):
        return True
    if campaign is not None and any(pause.campaign_id == campaign.pk for pause in standing):
        return True
    areas = {pause.area_id for pause in standing if pause.area_id is not None}
    return bool(areas) and area is not None and any(each.pk in areas for each in area_and_above(area))


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
