"""The resolver: a station's rules and the bulletins aimed at it, in; a programme with its reasons, out. Pure.

Validity comes before priority: what may not be aired is taken out first, each with its reason, and only then does the
total order (`choice.precedence`) decide who is placed first. Windows, quiet hours and maximum minutes are hard limits.
The same inputs in any order give the same plan.

Slots that devices already hold and that start before `open_from` (the freeze) stay where they are unless they became
invalid, and nothing new is placed before it. Resolving again with unchanged inputs and a later `open_from` gives the
same plan, because what is kept was part of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from .choice import bulletin_problem, is_playable, item_at, precedence, running_order
from .lengths import excess_ms
from .rules import (
    MINUTE_MS,
    Candidate,
    Entry,
    Inputs,
    Loss,
    Occurrence,
    Plan,
    PlannedItem,
    PlannedSlot,
    Reason,
    Rendition,
    Span,
    StationRules,
    ms_between,
)
from .windows import daypart, instant, intersect, occurrences, subtract

Detail = tuple[tuple[str, int | str], ...]
Order = list[tuple[Entry, Rendition]]


@dataclass(slots=True)
class _Day:
    """What one local day has used up."""

    used_ms: int = 0
    plays: dict[int, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(slots=True)
class _Board:
    """One window while it is being filled."""

    occ: Occurrence
    day: _Day
    free: tuple[Span, ...]
    slots: list[PlannedSlot] = field(default_factory=list)
    used_ms: int = 0
    last_start: dict[int, datetime] = field(default_factory=dict)

    def take(self, slot: PlannedSlot) -> None:
        self.slots.append(slot)
        self.free = subtract(self.free, (slot.span,))
        self.used_ms += slot.duration_ms
        self.day.used_ms += slot.duration_ms
        self.day.plays[slot.bulletin_id] += 1
        previous = self.last_start.get(slot.bulletin_id)
        self.last_start[slot.bulletin_id] = max(slot.starts_at, previous) if previous else slot.starts_at


def resolve(inputs: Inputs) -> Plan:
    """The programme of one station for `inputs.days` local days from `inputs.today`, with a reason for each loser."""
    station = inputs.station
    candidates = sorted(inputs.candidates, key=precedence)
    by_id = {candidate.id: candidate for candidate in candidates}
    days: dict[date, _Day] = defaultdict(_Day)
    slots: list[PlannedSlot] = []
    losses: list[Loss] = []
    windows = occurrences(station, inputs.today, inputs.days)
    kept = _kept_by_window(inputs)
    for occ in windows:
        board = _Board(occ, days[occ.local_date], occ.spans)
        _keep(board, kept.get((occ.window_id, occ.local_date), []), by_id, station, losses)
        for candidate in candidates:
            if candidate.id not in board.last_start:
                losses += _place(board, candidate, station, inputs.open_from)
        _repeat(board, candidates, station, inputs.open_from)
        slots += sorted(board.slots, key=lambda slot: slot.starts_at)
    midnight = instant(inputs.today, 0, station.zone)
    shown = {(occ.window_id, occ.local_date) for occ in windows if occ.ends_at > midnight}
    return Plan(
        station_id=station.id,
        days=tuple(inputs.today + timedelta(days=offset) for offset in range(inputs.days)),
        occurrences=tuple(occ for occ in windows if (occ.window_id, occ.local_date) in shown),
        slots=tuple(slot for slot in slots if slot.ends_at > midnight),
        losses=tuple(
            sorted(
                {loss for loss in losses if (loss.window_id, loss.local_date) in shown},
                key=lambda loss: (
                    loss.local_date,
                    loss.window_id,
                    loss.bulletin_id,
                    -1 if loss.entry_order is None else loss.entry_order,
                    loss.reason,
                    loss.detail,
                ),
            )
        ),
    )


def _kept_by_window(inputs: Inputs) -> dict[tuple[int, date], list[PlannedSlot]]:
    found: dict[tuple[int, date], list[PlannedSlot]] = defaultdict(list)
    if inputs.open_from is None:
        return found
    for slot in inputs.kept:
        if slot.starts_at < inputs.open_from:
            found[slot.window_id, slot.local_date].append(slot)
    for group in found.values():
        group.sort(key=lambda slot: (slot.starts_at, slot.bulletin_id))
    return found


def _keep(
    board: _Board,
    kept: list[PlannedSlot],
    by_id: dict[int, Candidate],
    station: StationRules,
    losses: list[Loss],
) -> None:
    """Put back what devices already hold, without what may no longer be aired."""
    for slot in kept:
        candidate = by_id.get(slot.bulletin_id)
        reason = _kept_problem(board, slot, candidate, station)
        if candidate is None or reason is not None:
            losses.append(_loss(board.occ, slot.bulletin_id, reason or Reason.WITHDRAWN))
            continue
        items = []
        for item in slot.items:
            entry = _same_entry(candidate, item, station)
            if entry is None:
                losses.append(_loss(board.occ, slot.bulletin_id, Reason.WITHDRAWN, item.entry_order))
            else:
                items.append(replace(item, title=entry.title, fallback_from=_fallback(item.language, station)))
        if items:
            board.take(
                replace(slot, items=tuple(items), title=candidate.title, issuer=candidate.issuer, cls=candidate.cls)
            )


def _kept_problem(
    board: _Board, slot: PlannedSlot, candidate: Candidate | None, station: StationRules
) -> Reason | None:
    if candidate is None:
        return Reason.WITHDRAWN
    if candidate.problem is not None:
        return candidate.problem
    if any(pause.meets(slot.span) for pause in candidate.pauses):
        return Reason.PAUSED
    if not any(span.covers(slot.span) for span in board.free):
        return Reason.OUTSIDE_WINDOW
    return _minutes_problem(board, slot.duration_ms, station)


def _same_entry(candidate: Candidate, item: PlannedItem, station: StationRules) -> Entry | None:
    """The entry that still stands behind a kept item, or None when its sound may not be aired any more."""
    if item.language not in station.languages:
        return None
    for entry in candidate.entries:
        if entry.item_id != item.item_id or entry.order != item.entry_order or entry.problem is not None:
            continue
        if entry.valid_until is not None and entry.valid_until < item.ends_at:
            continue
        for rendition in entry.renditions:
            if (rendition.sha256, rendition.language) == (item.sha256, item.language) and is_playable(rendition):
                return entry
    return None


def _place(board: _Board, candidate: Candidate, station: StationRules, open_from: datetime | None) -> list[Loss]:
    """Give the bulletin its first place in the window; what it loses comes back with reasons."""
    occ = board.occ
    reason = _day_problem(candidate, occ.local_date) or bulletin_problem(candidate, station.standing)
    if reason is not None:
        return [_loss(occ, candidate.id, reason)]
    allowed, reason = _allowed(occ, candidate, station)
    if reason is not None:
        return [_loss(occ, candidate.id, reason)]
    slot, bad, reason, detail = _fit(board, candidate, station, allowed, open_from)
    losses = [_loss(occ, candidate.id, why, entry.order) for entry, why in bad]
    if slot is None:
        losses.append(_loss(occ, candidate.id, reason or Reason.NO_ROOM, None, detail))
    else:
        board.take(slot)
    return losses


def _repeat(board: _Board, candidates: list[Candidate], station: StationRules, open_from: datetime | None) -> None:
    """Fill the window with repeats, one round after the other, in the order of precedence."""
    waiting = [c for c in candidates if c.repeat_minutes and c.id in board.last_start]
    plays = {candidate.id: sum(s.bulletin_id == candidate.id for s in board.slots) for candidate in waiting}
    turn = 1
    while waiting:
        still = []
        for candidate in waiting:
            if plays[candidate.id] > turn:
                still.append(candidate)
                continue
            allowed, reason = _allowed(board.occ, candidate, station)
            not_before = board.last_start[candidate.id] + timedelta(minutes=candidate.repeat_minutes or 0)
            allowed = _from(allowed, not_before)
            slot = None if reason else _fit(board, candidate, station, allowed, open_from)[0]
            if slot is not None:
                board.take(slot)
                plays[candidate.id] += 1
                still.append(candidate)
        waiting, turn = still, turn + 1


def _fit(
    board: _Board, candidate: Candidate, station: StationRules, allowed: tuple[Span, ...], open_from: datetime | None
) -> tuple[PlannedSlot | None, list[tuple[Entry, Reason]], Reason | None, Detail]:
    """The earliest place for the bulletin in what is left of `allowed`, or the reason why there is none."""
    free = board.free if allowed is board.occ.spans else intersect(board.free, allowed)
    late = _from(free, open_from)
    until = allowed[0].starts_at if allowed else board.occ.starts_at
    while True:
        order, bad = running_order(candidate, station.languages, until)
        length = sum(rendition.duration_ms for _, rendition in order)
        reason, detail = _length_problem(board, candidate, station, allowed, order, length)
        if reason is not None:
            return None, bad, reason, detail
        start = _first_fit(late, length)
        if start is None:
            begun = late != free and _first_fit(free, length) is not None
            return None, bad, Reason.ALREADY_BEGUN if begun else Reason.NO_ROOM, (("length_ms", length),)
        ends_at = start + timedelta(milliseconds=length)
        # `until` only grows, so that an item dropped once stays dropped and the search ends.
        until = max(until, ends_at)
        if all(isinstance(item_at(entry, station.languages, ends_at), Rendition) for entry, _ in order):
            return _slot(board.occ, candidate, order, start, station), bad, None, ()


def _length_problem(
    board: _Board,
    candidate: Candidate,
    station: StationRules,
    allowed: tuple[Span, ...],
    order: Order,
    length: int,
) -> tuple[Reason | None, Detail]:
    if not order:
        return Reason.NO_VALID_ITEMS, ()
    over = excess_ms(length, candidate.planned_ms)
    if over:
        return Reason.TOO_LONG, (("length_ms", length), ("over_ms", over), ("planned_ms", candidate.planned_ms or 0))
    longest = max((ms_between(span.starts_at, span.ends_at) for span in allowed), default=0)
    if length > longest:
        return Reason.LONGER_THAN_WINDOW, (("length_ms", length), ("longest_ms", longest))
    if candidate.max_plays_day is not None and board.day.plays[candidate.id] >= candidate.max_plays_day:
        return Reason.DAY_PLAYS_USED, (("plays", candidate.max_plays_day),)
    return _minutes_problem(board, length, station), (("length_ms", length),)


def _minutes_problem(board: _Board, length: int, station: StationRules) -> Reason | None:
    window, day = board.occ.max_minutes, station.max_minutes_day
    if window is not None and board.used_ms + length > window * MINUTE_MS:
        return Reason.WINDOW_MINUTES_USED
    if day is not None and board.day.used_ms + length > day * MINUTE_MS:
        return Reason.DAY_MINUTES_USED
    return None


def _day_problem(candidate: Candidate, day: date) -> Reason | None:
    if not candidate.starts_on <= day <= candidate.ends_on:
        return Reason.NOT_ON_DATE
    return None if day.isoweekday() in candidate.weekdays else Reason.NOT_ON_WEEKDAY


def _allowed(occ: Occurrence, candidate: Candidate, station: StationRules) -> tuple[tuple[Span, ...], Reason | None]:
    spans = occ.spans
    if candidate.hours is not None:
        days = (occ.local_date + timedelta(days=offset) for offset in (-1, 0, 1))
        spans = intersect(spans, tuple(daypart(day, candidate.hours, station.zone) for day in days))
        if not spans:
            return (), Reason.OUTSIDE_HOURS
    if candidate.pauses:
        spans = subtract(spans, candidate.pauses)
        if not spans:
            return (), Reason.PAUSED
    return spans, None


def _from(spans: tuple[Span, ...], start: datetime | None) -> tuple[Span, ...]:
    if start is None:
        return spans
    return tuple(Span(max(span.starts_at, start), span.ends_at) for span in spans if span.ends_at > start)


def _first_fit(free: tuple[Span, ...], length: int) -> datetime | None:
    return next((span.starts_at for span in free if ms_between(span.starts_at, span.ends_at) >= length), None)


def _slot(occ: Occurrence, candidate: Candidate, order: Order, start: datetime, station: StationRules) -> PlannedSlot:
    items, cursor = [], start
    for entry, rendition in order:
        ends = cursor + timedelta(milliseconds=rendition.duration_ms)
        items.append(
            PlannedItem(
                key=item_key(cursor, candidate.id, entry.order, rendition.sha256),
                entry_order=entry.order,
                item_id=entry.item_id,
                title=entry.title,
                language=rendition.language,
                fallback_from=_fallback(rendition.language, station),
                sha256=rendition.sha256,
                duration_ms=rendition.duration_ms,
                bytes=rendition.bytes,
                starts_at=cursor,
                ends_at=ends,
            )
        )
        cursor = ends
    return PlannedSlot(
        bulletin_id=candidate.id,
        title=candidate.title,
        issuer=candidate.issuer,
        cls=candidate.cls,
        window_id=occ.window_id,
        local_date=occ.local_date,
        starts_at=start,
        ends_at=cursor,
        items=tuple(items),
    )


def item_key(starts_at: datetime, bulletin_id: int, order: int, sha256: str) -> str:
    """The name of one place in one station's programme: it changes when the time, the place or the sound does."""
    epoch = datetime(1970, 1, 1, tzinfo=starts_at.tzinfo)
    return f"{ms_between(epoch, starts_at)}-{bulletin_id}-{order}-{sha256[:12]}"


def _fallback(language: str, station: StationRules) -> str | None:
    first = station.languages[0]
    return None if language == first else first


def _loss(
    occ: Occurrence, bulletin_id: int, reason: Reason, entry_order: int | None = None, detail: Detail = ()
) -> Loss:
    return Loss(occ.local_date, occ.window_id, bulletin_id, entry_order, reason, detail)
