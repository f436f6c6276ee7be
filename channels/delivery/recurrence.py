"""From local wall times to instants: pure, no database.

An occurrence belongs to the local day it starts on; date ranges are inclusive; a day left out is left out whole.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WALL_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
ALL_WEEK = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Plan:
    """When a rule fires. `times` are "HH:MM", `weekdays` 0 (Monday) to 6, both in local terms of `zone`."""

    times: tuple[str, ...]
    weekdays: frozenset[int]
    date_from: date
    date_to: date
    zone: str
    exceptions: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Slot:
    """One firing: the local day and wall time it is named by, and its instant in UTC."""

    local_date: date
    slot: str
    starts_at: datetime


def instant(day: date, wall: str, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time. A time that a zone skips is taken after the gap, one that it repeats the first."""
    hours, minutes = wall.split(":")
    local = datetime.combine(day, time(int(hours), int(minutes)), tzinfo=zone)
    return local.astimezone(UTC)


def slots(plan: Plan, *, after: datetime, before: datetime) -> Iterator[Slot]:
    """The slots with after ≤ starts_at < before, in order of time. Both ends aware."""
    zone = ZoneInfo(plan.zone)
    # A day on each side: the local day of an instant is at most one off its UTC day.
    first = max(plan.date_from, after.astimezone(zone).date() - timedelta(days=1))
    last = min(plan.date_to, before.astimezone(zone).date() + timedelta(days=1))
    for day in days(first, last):
        if day.weekday() not in plan.weekdays or day in plan.exceptions:
            continue
        found = [Slot(day, wall, instant(day, wall, zone)) for wall in plan.times]
        for slot in sorted(found, key=lambda one: one.starts_at):
            if after <= slot.starts_at < before:
                yield slot


def days(first: date, last: date) -> Iterator[date]:
    """Each day from `first` to `last`, both included; nothing when `last` is before `first`."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def first_slot(plan: Plan) -> Slot | None:
    """The very first slot of the plan, or None when no day of its range fits."""
    zone = ZoneInfo(plan.zone)
    for day in days(plan.date_from, plan.date_to):
        if day.weekday() in plan.weekdays and day not in plan.exceptions:
            return min((Slot(day, wall, instant(day, wall, zone)) for wall in plan.times), key=lambda s: s.starts_at)
    return None


def normal_times(times: Iterable[str]) -> tuple[str, ...]:
    """The wall times as sorted, unique "HH:MM". Raises ValueError for anything that is not a time of day."""
    found = set()
    for text in times:
        match = _WALL_TIME.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        found.add(f"{int(match[1]):02d}:{match[2]}")
    return tuple(sorted(found))
