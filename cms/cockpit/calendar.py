"""A month of days: what was sent, what was on air, what was approved, what is due."""

import calendar as months
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, TruncDate

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Campaign, CampaignTask
from channels.delivery.enums import DeliveryState
from channels.delivery.handed import shown_state
from channels.delivery.models import Delivery
from channels.loudspeaker.models import PlannedSlot
from channels.manual.models import Confirmation
from cms.cockpit.states import PLANNED, Count, delivery_counts, slot_counts
from cms.core import clock


@dataclass
class Day:
    """One square of the month."""

    date: date
    inside: bool
    today: bool
    deliveries: list[Count] = field(default_factory=list)
    slots: list[Count] = field(default_factory=list)
    approved: int = 0
    confirmed: int = 0
    tasks: list[CampaignTask] = field(default_factory=list)
    starts: list[Campaign] = field(default_factory=list)
    ends: list[Campaign] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        """True when nothing happens on it."""
        return not (
            self.deliveries or self.slots or self.approved or self.confirmed or self.tasks or self.starts or self.ends
        )


@dataclass(frozen=True)
class Month:
    """Whole weeks from Monday on that hold one month."""

    first: date
    weeks: list[list[Day]]
    before: date
    after: date


def _bounds(start: date, end: date) -> tuple[datetime, datetime]:
    zone = clock.local_zone()
    return datetime.combine(start, time.min, tzinfo=zone), datetime.combine(end, time.min, tzinfo=zone)


def month(first: date, campaign: Campaign | None = None) -> Month:
    """The month that begins on `first`, for one campaign or for all. Five queries, however much happens in it."""
    first = first.replace(day=1)
    grid = months.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    start, end = grid[0][0], grid[-1][-1] + timedelta(days=1)
    deliveries, slots = _deliveries(start, end, campaign), _slots(start, end, campaign)
    approved, confirmed = _approved(start, end, campaign), _confirmed(start, end, campaign)
    tasks, edges = _tasks(start, end, campaign), _edges(start, end, campaign)
    today = clock.today()
    weeks = [
        [
            Day(
                each,
                each.month == first.month,
                each == today,
                delivery_counts(deliveries.get(each, {})),
                slot_counts(slots.get(each, {})),
                approved.get(each, 0),
                confirmed.get(each, 0),
                tasks.get(each, []),
                [row for row in edges if row.starts_on == each],
                [row for row in edges if row.ends_on == each],
            )
            for each in week
        ]
        for week in grid
    ]
    return Month(first, weeks, (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1))


def of_campaign(campaign: Campaign) -> Q:
    """Deliveries that carry something of a campaign."""
    return Q(occurrence__rule__item__campaign=campaign) | Q(variant__approval__item__campaign=campaign)


def _by_day(rows: Any) -> dict[date, dict[str, int]]:
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for day, state, number in rows:
        found[day][state] = number
    return found


def _deliveries(start: date, end: date, campaign: Campaign | None) -> dict[date, dict[str, int]]:
    low, high = _bounds(start, end)
    rows = Delivery.objects.filter(planned_at__gte=low, planned_at__lt=high).exclude(state=DeliveryState.SUPERSEDED)
    if campaign is not None:
        rows = rows.filter(of_campaign(campaign))
    local = TruncDate("planned_at", tzinfo=clock.local_zone())
    return _by_day(
        rows.order_by()
        .annotate(day=local, shown=shown_state())
        .values_list("day", "shown")
        .annotate(n=CountOf("pk", distinct=True))
    )


def _slots(start: date, end: date, campaign: Campaign | None) -> dict[date, dict[str, int]]:
    rows = PlannedSlot.objects.filter(local_date__gte=start, local_date__lt=end)
    # A slot that was withdrawn and not played anyway never reached anybody.
    rows = rows.filter(Q(withdrawn_at__isnull=True) | Q(outcome__isnull=False))
    if campaign is not None:
        rows = rows.filter(item__campaign=campaign)
    state = Coalesce("outcome__state", Value(PLANNED))
    return _by_day(rows.order_by().annotate(what=state).values_list("local_date", "what").annotate(n=CountOf("pk")))


def _counted(rows: Any, moment: str) -> dict[date, int]:
    local = TruncDate(moment, tzinfo=clock.local_zone())
    return dict(rows.order_by().annotate(day=local).values_list("day").annotate(n=CountOf("pk")))


def _approved(start: date, end: date, campaign: Campaign | None) -> dict[date, int]:
    low, high = _bounds(start, end)
    rows = Approval.objects.filter(
        decided_at__gte=low, decided_at__lt=high, status__in=[ApprovalStatus.APPROVED, ApprovalStatus.SUPERSEDED]
    )
    return _counted(rows.filter(item__campaign=campaign) if campaign else rows, "decided_at")


def _confirmed(start: date, end: date, campaign: Campaign | None) -> dict[date, int]:
    low, high = _bounds(start, end)
    rows = Confirmation.objects.heard().between(low, high)
    return _counted(rows.filter(item__campaign=campaign) if campaign else rows, "aired_at")


def _tasks(start: date, end: date, campaign: Campaign | None) -> dict[date, list[CampaignTask]]:
    rows = CampaignTask.objects.filter(due__gte=start, due__lt=end).select_related("campaign", "body")
    found: dict[date, list[CampaignTask]] = defaultdict(list)
    for row in rows.filter(campaign=campaign) if campaign else rows:
        if row.due is not None:
            found[row.due].append(row)
    return found


def _edges(start: date, end: date, campaign: Campaign | None) -> list[Campaign]:
    if campaign is not None:
        return [campaign]
    near = Q(starts_on__gte=start, starts_on__lt=end) | Q(ends_on__gte=start, ends_on__lt=end)
    return list(Campaign.objects.filter(near).exclude(state="cancelled"))


def day_lists(day: date, campaign: Campaign | None, limit: int = 100) -> dict[str, Any]:
    """{"deliveries", "slots", "confirmations"} of one local day, earliest first, at most `limit` each."""
    low, high = _bounds(day, day + timedelta(days=1))
    deliveries = Delivery.objects.filter(planned_at__gte=low, planned_at__lt=high).exclude(
        state=DeliveryState.SUPERSEDED
    )
    slots = PlannedSlot.objects.filter(local_date=day).filter(Q(withdrawn_at__isnull=True) | Q(outcome__isnull=False))
    confirmations = Confirmation.objects.standing().between(low, high)
    if campaign is not None:
        deliveries = deliveries.filter(of_campaign(campaign)).distinct()
        slots = slots.filter(item__campaign=campaign)
        confirmations = confirmations.filter(item__campaign=campaign)
    return {
        "deliveries": deliveries.select_related(
            "endpoint", "occurrence__rule__item", "variant__approval__item"
        ).order_by("planned_at", "pk")[:limit],
        "slots": slots.select_related("station", "item", "outcome").order_by("starts_at", "pk")[:limit],
        "confirmations": confirmations.select_related("item", "organisation").order_by("aired_at")[:limit],
    }
