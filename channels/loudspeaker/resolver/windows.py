"""From wall times of a place to UTC spans: windows by weekday, quiet hours, windows that overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .rules import DAY_MINUTES, Occurrence, QuietHours, Span, StationRules, WindowRule


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time. Minute 1440 is midnight of the following day.

    A wall time that a clock change skips is read with the offset before the change; one that occurs twice is the first.
    """
    day, minute = day + timedelta(days=minute // DAY_MINUTES), minute % DAY_MINUTES
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant at the place."""
    return moment.astimezone(zone).date()


def occurrences(station: StationRules, today: date, days: int) -> tuple[Occurrence, ...]:
    """Every window from yesterday to `days` days from `today`, earliest first, their spans free of one another.

    Yesterday is there because its overnight windows reach into today and share its minutes.
    Where two windows overlap the one that began earlier keeps the time (then the smaller id), so that a second of air
    belongs to exactly one window and counts against one maximum.
    """
    first = today - timedelta(days=1)
    found: list[Occurrence] = []
    for offset in range(days + 1):
        day = first + timedelta(days=offset)
        found += [_occurrence(rule, day, station.zone) for rule in station.windows if day.isoweekday() in rule.weekdays]
    found = [occ for occ in found if occ.ends_at > occ.starts_at]
    found.sort(key=lambda occ: (occ.starts_at, occ.window_id))
    silent = _silences(station, first, days + 2)
    taken: list[Span] = []
    result = []
    for occ in found:
        whole = Span(occ.starts_at, occ.ends_at)
        spans = subtract((whole,), (*silent, *taken))
        taken.append(whole)
        result.append(Occurrence(occ.window_id, occ.local_date, occ.starts_at, occ.ends_at, occ.max_minutes, spans))
    return tuple(result)


def daypart(day: date, hours: tuple[int, int], zone: ZoneInfo) -> Span:
    """The span of a bulletin's own hours that start on `day`; an end at or before the start lies on the next day."""
    starts, ends = hours
    return Span(instant(day, starts, zone), instant(day, ends if ends > starts else ends + DAY_MINUTES, zone))


def subtract(spans: tuple[Span, ...], holes: tuple[Span, ...]) -> tuple[Span, ...]:
    """What is left of `spans` without `holes`, in order of time."""
    left = list(spans)
    for hole in holes:
        rest: list[Span] = []
        for span in left:
            if not span.meets(hole):
                rest.append(span)
                continue
            if span.starts_at < hole.starts_at:
                rest.append(Span(span.starts_at, hole.starts_at))
            if hole.ends_at < span.ends_at:
                rest.append(Span(hole.ends_at, span.ends_at))
        left = rest
    return tuple(sorted(left))


def intersect(spans: tuple[Span, ...], allowed: tuple[Span, ...]) -> tuple[Span, ...]:
    """What `spans` and `allowed` have in common, in order of time."""
    common = [
        Span(max(span.starts_at, other.starts_at), min(span.ends_at, other.ends_at))
        for span in spans
        for other in allowed
        if span.meets(other)
    ]
    return tuple(sorted(common))


def _occurrence(rule: WindowRule, day: date, zone: ZoneInfo) -> Occurrence:
    ends = rule.ends + (DAY_MINUTES if rule.overnight else 0)
    return Occurrence(rule.id, day, instant(day, rule.starts, zone), instant(day, ends, zone), rule.max_minutes)


def _silences(station: StationRules, first: date, days: int) -> tuple[Span, ...]:
    quiet: QuietHours | None = station.quiet
    if quiet is None or quiet.starts == quiet.ends:
        return ()
    before = first - timedelta(days=1)
    return tuple(
        daypart(before + timedelta(days=offset), (quiet.starts, quiet.ends), station.zone) for offset in range(days + 2)
    )
