"""One week of plans, day by day, expanded from the rules themselves: also what is not materialised yet."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from campaigns.models import Campaign
from channels.delivery.enums import RuleState
from channels.delivery.holidays import holiday_on
from channels.delivery.models import Rule
from channels.delivery.services.materialise import slots_of
from cms.core import clock

_MOST = 2000


@dataclass
class Entry:
    """The plans of one item at one time of day: their destinations and languages."""

    at: datetime
    slot: str
    item: Any
    rules: list[Rule] = field(default_factory=list)

    @property
    def past(self) -> bool:
        """True when its moment is over."""
        return self.at < clock.now()


@dataclass
class Day:
    """One local day with its entries in order of time."""

    date: date
    today: bool
    holiday: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """Monday to Sunday; `cut` says that not all plans are shown."""

    first: date
    days: list[Day]
    cut: bool

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.first - timedelta(days=7)

    @property
    def after(self) -> date:
        """The Monday after."""
        return self.first + timedelta(days=7)


def week_of(day: date, *, campaign: Campaign | None = None) -> Week:
    """The week that holds `day`. One query, however many plans there are (at most 2,000)."""
    first = day - timedelta(days=day.weekday())
    zone = clock.local_zone()
    after = datetime.combine(first, time.min, tzinfo=zone)
    before = datetime.combine(first + timedelta(days=7), time.min, tzinfo=zone)
    rules = Rule.objects.filter(state=RuleState.ACTIVE, date_from__lte=first + timedelta(days=6))
    rules = rules.filter(Q(date_to__gte=first)).select_related("item__campaign", "endpoint")
    if campaign is not None:
        rules = rules.filter(item__campaign=campaign)
    found = list(rules.order_by("item__title", "endpoint__name", "orthography")[: _MOST + 1])
    days = [
        Day(
            first + timedelta(days=n), first + timedelta(days=n) == clock.today(), holiday_on(first + timedelta(days=n))
        )
        for n in range(7)
    ]
    entries: dict[tuple[Any, ...], Entry] = {}
    for rule in found[:_MOST]:
        for slot in slots_of(rule, after=after, before=before):
            if slot.starts_at < after:
                continue
            key = (slot.local_date, slot.slot, rule.item_id)
            entry = entries.setdefault(key, Entry(slot.starts_at.astimezone(zone), slot.slot, rule.item))
            entry.rules.append(rule)
    for entry in sorted(entries.values(), key=lambda each: (each.at, each.item.title)):
        at = (entry.at.date() - first).days
        if 0 <= at < 7:
            days[at].entries.append(entry)
    return Week(first, days, len(found) > _MOST)
