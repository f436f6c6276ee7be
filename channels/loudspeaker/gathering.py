"""From rows to the resolver's inputs, for many stations at once, in a fixed number of queries."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Max, Q, Sum

from campaigns.enums import AreaKind, CampaignState, PauseScope
from campaigns.models import Approval, Area, Campaign, ContentItem, Hotline, Pause
from cms.core import clock
from media.library.models import Recording

from . import resolver as pure
from .enums import BulletinState
from .models import Bulletin, Offer, PlannedSlot, Station
from .resolver.rules import HORIZON_DAYS
from .resolver.windows import local_day
from .sounds import Airable, airable

logger = logging.getLogger(__name__)
LEAD = timedelta(seconds=30)  # nothing new is placed sooner than a device can fetch it
REACH_OF = {
    AreaKind.VILLAGE: pure.Reach.COMMUNE,
    AreaKind.COMMUNE: pure.Reach.COMMUNE,
    AreaKind.DISTRICT: pure.Reach.DISTRICT,
    AreaKind.PROVINCE: pure.Reach.PROVINCE,
}


def inputs_for(stations: Sequence[Station], now: datetime, *, also: Bulletin | None = None) -> dict[int, pure.Inputs]:
    """Station id → all that decides its programme for today and the next seven days.

    `also` is a draft to be treated as if it were scheduled, for a look ahead.

    A station that cannot be read (a zone this machine does not know) is left out and logged; it stops no other.
    """
    stations = [station for station in stations if _is_readable(station)]
    if not stations:
        return {}
    days = {station.pk: local_day(now, station.zone) for station in stations}
    first, last = min(days.values()) - timedelta(days=1), max(days.values()) + timedelta(days=HORIZON_DAYS)
    bulletins = list(
        Bulletin.objects.filter(Q(state=BulletinState.SCHEDULED) | Q(pk=also.pk if also else None))
        .filter(ends_on__gte=first, starts_on__lte=last)
        .select_related("campaign__issuer")
        .prefetch_related("entries__item", "targets__area")
        .order_by("pk")
    )
    items = {entry.item_id: entry.item for bulletin in bulletins for entry in bulletin.entries.all()}
    spoken = {language for station in stations for language in station.languages}
    sounds = airable(list(items.values()), spoken) if items else {}
    offers = {
        (offer.bulletin_id, offer.station_id): offer
        for offer in Offer.objects.filter(bulletin__in=bulletins, station__in=stations)
    }
    pauses = list(Pause.objects.filter(ends_at__gt=now - timedelta(days=2)).order_by("starts_at", "pk"))
    kept = _kept(stations, now, first)
    shared = {bulletin.pk: _entries(bulletin, sounds) for bulletin in bulletins}
    result = {}
    for station in stations:
        chain = area_chain(station)
        candidates = []
        for bulletin in bulletins:
            reach = _reach(bulletin, station, chain)
            if reach is not None:
                offer = offers.get((bulletin.pk, station.pk))
                held = _pauses(pauses, bulletin.campaign, chain)
                candidates.append(_candidate(bulletin, reach, offer, shared[bulletin.pk], held))
        result[station.pk] = pure.Inputs(
            station=rules_of(station),
            today=days[station.pk],
            candidates=tuple(candidates),
            kept=kept.get(station.pk, ()),
            open_from=open_from(station, now),
        )
    return result


def _is_readable(station: Station) -> bool:
    try:
        return bool(station.zone and station.languages)
    except (KeyError, ValueError, OSError):
        logger.exception("station cannot be read", extra={"event": "station_unreadable", "station_id": station.pk})
        return False


def stations_to_compile() -> list[Station]:
    """Active stations with what compiling needs of them, in three queries."""
    return list(
        Station.objects.filter(active=True)
        .select_related("area__parent__parent__parent", "current_manifest")
        .prefetch_related("windows")
        .order_by("pk")
    )


def rules_of(station: Station) -> pure.StationRules:
    """The station's hard limits as the resolver wants them."""
    quiet = None
    if station.quiet_starts is not None and station.quiet_ends is not None:
        quiet = pure.QuietHours(station.quiet_starts, station.quiet_ends)
    return pure.StationRules(
        id=station.pk,
        zone=station.zone,
        languages=tuple(station.languages),
        windows=tuple(
            pure.WindowRule(w.pk, w.weekday_numbers, w.starts, w.ends, w.overnight, w.max_minutes)
            for w in sorted(station.windows.all(), key=lambda w: w.pk)
        ),
        quiet=quiet,
        max_minutes_day=station.max_minutes_day,
        standing=pure.Standing(station.standing_answer),
    )


def open_from(station: Station, now: datetime) -> datetime:
    """From when on the programme may still change; a station's first programme needs no freeze."""
    freeze = timedelta(minutes=station.freeze_minutes) if station.current_manifest_id else timedelta(0)
    return now + max(freeze, LEAD)


def area_chain(station: Station) -> dict[int, str]:
    """Area id → its kind, for the station's area and what it lies in."""
    chain: dict[int, str] = {}
    area: Area | None = station.area
    while area is not None and len(chain) < 6:
        chain[area.pk] = area.kind
        area = area.parent
    return chain


def station_stamp(inputs: pure.Inputs) -> str:
    """A hash of what decides the programme; it says nothing of the time of day."""
    told = (inputs.station, inputs.today, sorted(inputs.candidates, key=lambda candidate: candidate.id))
    return hashlib.sha256(repr(told).encode()).hexdigest()


def world_stamp(now: datetime) -> str:
    """A hash that changes when anything changes that could touch any programme: nine small queries, no rows of items.

    A change it does not see (an area moved under another) is met by the hour, which is part of it.
    """
    told = (
        local_day(now, clock.local_zone()),
        now.hour,
        Station.objects.filter(active=True).aggregate(n=Count("pk"), s=Sum("generation"), m=Max("pk")),
        Approval.objects.aggregate(
            n=Count("pk"), d=Max("decided_at"), e=Max("ended_at"), a=Count("pk", filter=Q(status="approved"))
        ),
        list(Hotline.objects.order_by("pk").values_list("pk", "replaced_by", "verified_at", "valid_from", "valid_to")),
        list(Pause.objects.filter(ends_at__gt=now - timedelta(days=1)).order_by("pk").values_list()),
        list(Campaign.objects.order_by("pk").values_list("pk", "state", "starts_on", "ends_on", "issuer__name")),
        list(
            ContentItem.objects.filter(bulletin_entries__bulletin__state=BulletinState.SCHEDULED, expires_at__gt=now)
            .order_by("pk")
            .values_list("pk", "expires_at")
        ),
        sound_stamp(),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def sound_stamp() -> tuple[object, ...]:
    """What shows that a recording came, was checked, allowed or withdrawn."""
    counts = Recording.objects.aggregate(
        n=Count("pk"), f=Max("finished_at"), a=Max("air_allowed_at"), r=Count("pk", filter=Q(state="ready"))
    )
    return tuple(sorted(counts.items()))


def _kept(stations: Sequence[Station], now: datetime, first: date) -> dict[int, tuple[pure.PlannedSlot, ...]]:
    latest = max(open_from(station, now) for station in stations)
    rows = PlannedSlot.objects.filter(
        station__in=stations, local_date__gte=first, starts_at__lt=latest, withdrawn_at__isnull=True
    ).order_by("station_id", "airing_starts_at", "bulletin_id", "starts_at")

    def airing(row: PlannedSlot) -> tuple[object, ...]:
        return row.station_id, row.airing_starts_at, row.bulletin_id, row.window_id, row.local_date

    found: dict[int, list[pure.PlannedSlot]] = defaultdict(list)
    for _place, group in groupby(rows, key=airing):
        parts = list(group)
        found[parts[0].station_id].append(_slot_of(parts))
    return {station_id: tuple(slots) for station_id, slots in found.items()}


def _slot_of(rows: Iterable[PlannedSlot]) -> pure.PlannedSlot:
    parts = list(rows)
    head = parts[0]
    return pure.PlannedSlot(
        bulletin_id=head.bulletin_id,
        title="",
        issuer="",
        cls=pure.BulletinClass.NORMAL,  # the resolver takes title, issuer and class from the bulletin as it is now
        window_id=head.window_id,
        local_date=head.local_date,
        starts_at=head.airing_starts_at,
        ends_at=head.airing_ends_at,
        items=tuple(
            pure.PlannedItem(
                key=row.key,
                entry_order=row.entry_order,
                item_id=row.item_id,
                title="",
                language=row.language,
                fallback_from=row.fallback_from or None,
                sha256=row.rendition_sha256,
                duration_ms=row.duration_ms,
                bytes=row.bytes,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
            )
            for row in parts
        ),
    )


def _entries(bulletin: Bulletin, sounds: dict[int, Airable]) -> tuple[pure.Entry, ...]:
    return tuple(
        pure.Entry(
            order=entry.order,
            item_id=entry.item_id,
            title=entry.item.title,
            renditions=tuple(sounds[entry.item_id].renditions),
            refusals=tuple(sounds[entry.item_id].refusals),
            valid_until=entry.item.expires_at,
        )
        for entry in sorted(bulletin.entries.all(), key=lambda entry: entry.order)
    )


def _reach(bulletin: Bulletin, station: Station, chain: dict[int, str]) -> pure.Reach | None:
    found = []
    for target in bulletin.targets.all():
        if target.station_id == station.pk:
            found.append(pure.Reach.STATION)
        elif target.area_id in chain:
            found.append(REACH_OF[AreaKind(chain[target.area_id])])
    return min(found, default=None)


def _pauses(pauses: list[Pause], campaign: Campaign, chain: dict[int, str]) -> tuple[pure.Span, ...]:
    return tuple(
        pure.Span(pause.starts_at, pause.ends_at)
        for pause in pauses
        if pause.scope == PauseScope.PROVINCE
        or (pause.scope == PauseScope.CAMPAIGN and pause.campaign_id == campaign.pk)
        or (pause.scope == PauseScope.AREA and pause.area_id in chain)
    )


def _candidate(
    bulletin: Bulletin,
    reach: pure.Reach,
    offer: Offer | None,
    entries: tuple[pure.Entry, ...],
    pauses: tuple[pure.Span, ...],
) -> pure.Candidate:
    hours = None
    if bulletin.hours_from is not None and bulletin.hours_until is not None:
        hours = (bulletin.hours_from, bulletin.hours_until)
    active = bulletin.campaign.state == CampaignState.ACTIVE
    return pure.Candidate(
        id=bulletin.pk,
        title=bulletin.title,
        issuer=bulletin.campaign.issuer.name,
        cls=pure.BulletinClass(bulletin.cls),
        reach=reach,
        starts_on=max(bulletin.starts_on, bulletin.campaign.starts_on),
        ends_on=min(bulletin.ends_on, bulletin.campaign.ends_on),
        entries=entries,
        weekdays=bulletin.weekday_numbers,
        answer=pure.Answer(offer.state) if offer else pure.Answer.OFFERED,
        position=offer.position if offer else None,
        planned_ms=bulletin.planned_minutes * 60_000 if bulletin.planned_minutes else None,
        hours=hours,
        repeat_minutes=bulletin.repeat_minutes,
        max_plays_day=bulletin.max_plays_day,
        pauses=pauses,
        problem=None if active else pure.Reason.CAMPAIGN_INACTIVE,
    )
