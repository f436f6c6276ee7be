"""Questions about loudspeakers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from campaigns.models import Campaign, ContentItem
from cms.core import clock

from .enums import HEARD, BulletinState, Outcome
from .gathering import inputs_for, stations_to_compile
from .models import Bulletin, Device, PlannedSlot, SlotOutcome, Station
from .reasons import in_words
from .resolver import Plan, Reason, resolve
from .resolver.lengths import excess_ms
from .services.common import stations_for
from .services.compiling import plan_of
from .sounds import airable

OTHER_DAY = frozenset({Reason.NOT_ON_DATE, Reason.NOT_ON_WEEKDAY, Reason.ALREADY_BEGUN})


def count_plays(campaign: Campaign) -> int:
    """How often a whole item of the campaign was heard, by the devices' own reports."""
    return SlotOutcome.objects.filter(slot__item__campaign=campaign, state=Outcome.PLAYED).count()


def count_communes(campaign: Campaign) -> int:
    """In how many communes at least one item of the campaign was heard whole."""
    return (
        Station.objects.filter(slots__item__campaign=campaign, slots__outcome__state=Outcome.PLAYED)
        .values("area")
        .distinct()
        .count()
    )


def slots_between(since: datetime, until: datetime) -> QuerySet[PlannedSlot]:
    """Planned places that meet ``[since, until)`` and are still in force, with what a list shows of them."""
    return (
        PlannedSlot.objects.filter(starts_at__lt=until, ends_at__gt=since, withdrawn_at__isnull=True)
        .select_related("station", "item", "bulletin", "outcome")
        .order_by("starts_at", "station_id")
    )


def slots_of_campaign(campaign: Campaign) -> QuerySet[PlannedSlot]:
    """All places of the campaign's items, withdrawn ones too."""
    return PlannedSlot.objects.filter(item__campaign=campaign).select_related("station", "item", "outcome")


def outcome_counts(campaign: Campaign, *, now: datetime | None = None) -> dict[str, int]:
    """How many of the campaign's planned places are in each state; "planned" are those still to come."""
    now = now or clock.now()
    slots = PlannedSlot.objects.filter(item__campaign=campaign)
    rows = slots.exclude(outcome__isnull=True).values_list("outcome__state").annotate(n=Count("pk")).order_by()
    counts: dict[str, int] = dict.fromkeys(Outcome.values, 0) | dict(rows)
    counts["planned"] = slots.filter(ends_at__gt=now, withdrawn_at__isnull=True, outcome__isnull=True).count()
    return counts


def heard_minutes(campaign: Campaign) -> int:
    """Whole minutes of the campaign that went on the air, from the devices' reports."""
    rows = SlotOutcome.objects.filter(slot__item__campaign=campaign, state__in=HEARD).values_list(
        "played_ms", flat=True
    )
    return sum(rows) // 60_000


def offers_for(station: Station, *, on: date | None = None) -> QuerySet[Bulletin]:
    """Scheduled bulletins that reach the station and have not ended by `on` (today)."""
    day = on or clock.today()
    scheduled = Bulletin.objects.filter(state=BulletinState.SCHEDULED, ends_on__gte=day)
    reach = [pk for pk in (station.area_id, station.area.parent_id) if pk]
    area = station.area.parent
    while area is not None and area.parent_id and len(reach) < 6:
        reach.append(area.parent_id)
        area = area.parent
    return (
        (scheduled.filter(targets__area__in=reach) | scheduled.filter(targets__station=station))
        .distinct()
        .select_related("campaign")
        .prefetch_related("entries__item")
        .order_by("starts_on", "pk")
    )


def sequence_gaps(device: Device) -> list[tuple[int, int]]:
    """Ranges of sequence numbers that never arrived, both ends included: what the device did then is unknown."""
    gaps, expected = [], 1
    for sequence in device.events.order_by("sequence").values_list("sequence", flat=True).iterator():
        if sequence > expected:
            gaps.append((expected, sequence - 1))
        expected = sequence + 1
    return gaps


@dataclass(frozen=True)
class Length:
    """How long a bulletin is in one language, and what is missing for it."""

    language: str
    milliseconds: int
    missing: tuple[ContentItem, ...]
    over_ms: int


def lengths(bulletin: Bulletin) -> list[Length]:
    """The bulletin's length in each language that its stations speak, from the decoded renditions."""
    stations = list(stations_for(bulletin))
    spoken = list(dict.fromkeys(language for station in stations for language in station.languages))
    items = [entry.item for entry in bulletin.entries.select_related("item")]
    sounds = airable(items, spoken) if spoken and items else {}
    planned = bulletin.planned_minutes * 60_000 if bulletin.planned_minutes else None
    found = []
    for language in spoken:
        total, missing = 0, []
        for item in items:
            sound = next((r for r in sounds[item.pk].renditions if r.language == language and r.rank == 0), None)
            if sound is None:
                missing.append(item)
            else:
                total += sound.duration_ms
        found.append(Length(language, total, tuple(missing), excess_ms(total, planned)))
    return found


@dataclass(frozen=True)
class Forecast:
    """What one station would make of a bulletin in the next days: how often, first when, and otherwise why not."""

    station: Station
    airings: int
    first_at: datetime | None
    reasons: tuple[str, ...]


def forecast(bulletin: Bulletin, *, now: datetime | None = None, limit: int = 50) -> list[Forecast]:
    """The bulletin (a draft too) resolved at the first `limit` of its stations, by name, with the production resolver."""
    now = now or clock.now()
    chosen = stations_for(bulletin).order_by("name")[:limit]
    stations = [row for row in stations_to_compile() if row.pk in set(chosen.values_list("pk", flat=True))]
    by_id = {station.pk: station for station in stations}
    found = []
    for station_id, inputs in inputs_for(stations, now, also=bulletin).items():
        plan = resolve(inputs)
        own = [slot for slot in plan.slots if slot.bulletin_id == bulletin.pk]
        losses = [loss for loss in plan.losses if loss.bulletin_id == bulletin.pk and loss.reason not in OTHER_DAY]
        words = tuple(dict.fromkeys(in_words(loss) for loss in losses))
        first = own[0].starts_at if own else None
        found.append(Forecast(by_id[station_id], len(own), first, words))
    return sorted(found, key=lambda row: (row.station.name, row.station.pk))


def day_of_station(station: Station, day: date, *, now: datetime | None = None) -> tuple[Plan, list[PlannedSlot]]:
    """The programme as the resolver sees it now, with its reasons, and the rows of `day` with their outcomes."""
    plan = plan_of(station, now)
    rows = list(
        PlannedSlot.objects.filter(station=station, local_date=day)
        .select_related("item", "bulletin", "outcome")
        .order_by("starts_at")
    )
    return plan, rows


def answered_counts(bulletin: Bulletin) -> dict[str, int]:
    """How many stations gave each answer."""
    return dict(Counter(bulletin.offers.values_list("state", flat=True)))


def dark_devices(now: datetime | None = None, *, hours: int = 24) -> QuerySet[Device]:
    """Devices in service that have not been heard from for so long, or never."""
    now = now or clock.now()
    silent: Any = Device.objects.filter(active=True, station__active=True)
    return silent.exclude(last_seen__gte=now - timedelta(hours=hours)).select_related("station")
