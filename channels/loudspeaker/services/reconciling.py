"""Planned joined to played. Absence of evidence is unknown, never played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cms.core import clock

from ..enums import Outcome, PlayKind
from ..models import PlannedSlot, PlayEvent, SlotOutcome, Station

# The better evidence wins when several devices of a station report on one slot.
STRENGTH = {
    Outcome.WITHDRAWN: 5,
    Outcome.PLAYED: 4,
    Outcome.PARTIAL: 3,
    Outcome.REPLACED: 2,
    Outcome.MISSED: 1,
    Outcome.UNKNOWN: 0,
}
WAIT = timedelta(minutes=2)  # after the end of a slot before silence is noted as such
LOOK_BACK = timedelta(days=14)  # longer than any outage of the worker that nobody noticed
CHUNK = 500


def reconcile(station: Station, *, since: datetime, until: datetime, now: datetime | None = None) -> int:
    """Settle every slot of the station that ended in ``[since, until)``; how many outcomes there are."""
    now = now or clock.now()
    ended = PlannedSlot.objects.filter(station=station, ends_at__gte=since, ends_at__lt=min(until, now))
    return settle(ended, now)


def reconcile_due(now: datetime | None = None) -> int:
    """Note as unknown what ended, was not withdrawn before and has no word from any device; how many were noted."""
    now = now or clock.now()
    told = PlayEvent.objects.filter(slot=OuterRef("pk"))
    open_slots = PlannedSlot.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=F("starts_at")) | Exists(told),
        ends_at__gte=now - LOOK_BACK,
        ends_at__lt=now - WAIT,
        outcome__isnull=True,
    )
    settled = 0
    while ids := list(open_slots.values_list("pk", flat=True)[:CHUNK]):
        done = settle(PlannedSlot.objects.filter(pk__in=ids), now)
        if not done:
            break
        settled += done
    return settled


@transaction.atomic
def settle(slots: QuerySet[PlannedSlot], now: datetime) -> int:
    """Count the outcome of these slots again from all their events; how many have one.

    A slot that was withdrawn before it began has an outcome only if a device played it all the same.
    """
    rows = list(slots)
    events: dict[int, list[PlayEvent]] = defaultdict(list)
    for event in PlayEvent.objects.filter(slot__in=[slot.pk for slot in rows]).order_by("pk"):
        events[event.slot_id or 0].append(event)
    outcomes = []
    for slot in rows:
        outcome = _outcome(slot, events.get(slot.pk, []), now)
        if outcome is not None:
            outcomes.append(outcome)
    SlotOutcome.objects.bulk_create(
        outcomes,
        update_conflicts=True,
        unique_fields=["slot"],
        update_fields=["state", "reason", "played_ms", "shift_ms", "event", "decided_at"],
        batch_size=CHUNK,
    )
    return len(outcomes)


def _outcome(slot: PlannedSlot, events: Iterable[PlayEvent], now: datetime) -> SlotOutcome | None:
    best: tuple[int, int, PlayEvent, str] | None = None
    for event in events:
        state = _state(slot, event)
        rank = (STRENGTH[Outcome(state)], event.played_ms)
        if best is None or rank > best[:2]:
            best = (*rank, event, state)
    if best is None:
        withdrawn = slot.withdrawn_at is not None and slot.withdrawn_at <= slot.starts_at
        if withdrawn or slot.ends_at > now:
            return None
        return SlotOutcome(slot=slot, state=Outcome.UNKNOWN, reason="no_report", decided_at=now)
    _strength, played_ms, event, state = best
    shift = round((event.started_at - slot.starts_at).total_seconds() * 1000)
    return SlotOutcome(
        slot=slot,
        state=state,
        reason=event.reason,
        played_ms=played_ms,
        shift_ms=shift,
        event=event,
        decided_at=now,
    )


def _state(slot: PlannedSlot, event: PlayEvent) -> str:
    heard = event.kind in (PlayKind.PLAYED, PlayKind.PARTIAL) and (event.played_ms > 0 or event.kind == PlayKind.PLAYED)
    if heard and slot.withdrawn_at is not None and slot.withdrawn_at <= event.started_at:
        return Outcome.WITHDRAWN
    if event.kind == PlayKind.PLAYED:
        return Outcome.PLAYED
    if event.reason == "replaced":
        return Outcome.REPLACED
    return Outcome.PARTIAL if event.kind == PlayKind.PARTIAL else Outcome.MISSED
