"""When to read a feed again: how often it publishes, what its server asks, how often it failed (rules 4 and 5)."""

import email.utils
import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from media.press.enums import FAILURE_POINTS, SUCCESSES

SHORTEST = 15 * 60
LONGEST = 24 * 3600
JITTER = 0.1
# Two readings of one host do not begin closer than this.
HOST_SPACING = timedelta(seconds=5)
# A server that always answers "unchanged" is asked for the whole feed once a day.
FULL_READING_EVERY = timedelta(hours=24)
# A permanent redirect is believed after it stood this long.
MOVED_AFTER = timedelta(days=6)


def interval_for(moments: Sequence[datetime], *, ttl: int = 0) -> int:
    """Seconds between readings: half the median gap between the newest items, from 15 minutes to a day, ≥ ttl.

    With fewer than three items there is no gap to speak of and the answer is an hour, or `ttl` when that is longer.
    """
    newest = sorted(moments, reverse=True)[:20]
    gaps = [(later - earlier).total_seconds() for later, earlier in zip(newest, newest[1:], strict=False)]
    usual = statistics.median(gaps) / 2 if len(gaps) >= 2 else 3600.0
    return int(min(max(usual, SHORTEST, ttl), LONGEST))


def next_reading(now: datetime, *, interval: int, outcome: str, points: float, wait: int | None) -> datetime:
    """The moment of the next reading: the interval ±10 %, longer with each failure, never before `wait` seconds."""
    seconds = float(interval)
    if outcome not in SUCCESSES:
        seconds = min(seconds * (1 + points), LONGEST)
    seconds *= random.uniform(1 - JITTER, 1 + JITTER)
    return now + timedelta(seconds=max(seconds, wait or 0))


def points_after(points: float, outcome: str) -> float:
    """The failure points after one reading: none after a success, else more by how serious it was."""
    return 0.0 if outcome in SUCCESSES else points + FAILURE_POINTS.get(outcome, 1)


def retry_after(value: str, *, now: datetime) -> int | None:
    """Seconds a Retry-After header asks for, at most a day; None when it is absent, negative or unreadable.

    Both forms of RFC 9110: seconds and HTTP date.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = int((moment - now).total_seconds())
    return min(seconds, LONGEST) if seconds > 0 else None
