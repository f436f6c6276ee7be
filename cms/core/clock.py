"""One clock for the whole product: the database server's on PostgreSQL, this process's on SQLite.

Nothing compares a time with a worker's own clock: two hosts that disagree would otherwise both hold a lease. On
PostgreSQL the server's time is asked for once a minute and carried forward by the monotonic clock in between, so that
`now()` costs no query and a step of the host's wall clock moves nothing.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

_RESYNC_SECONDS = 60.0

_lock = threading.Lock()
_anchor: tuple[datetime, float] | None = None
_offset = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if _frozen is not None:
        return _frozen + _offset
    if connection.vendor == "postgresql":
        return _server_time() + _offset
    return datetime.now(UTC) + _offset


def local_now() -> datetime:
    """The present instant in the province's zone (settings.TIME_ZONE)."""
    return now().astimezone(local_zone())


def today() -> date:
    """Today's date in the province's zone."""
    return local_now().date()


def local_zone() -> ZoneInfo:
    """The province's IANA zone."""
    return ZoneInfo(settings.TIME_ZONE)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Within the block `now()` stands still at `at` (aware). For tests and rehearsals; seen by all threads."""
    global _frozen
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs an aware datetime")
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Within the block `now()` is `by` later (or earlier). Nests, and may be used inside `frozen`."""
    global _offset
    before, _offset = _offset, _offset + by
    try:
        yield
    finally:
        _offset = before


def _server_time() -> datetime:
    global _anchor
    with _lock:
        tick = time.monotonic()
        if _anchor is None or tick - _anchor[1] > _RESYNC_SECONDS:
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                _anchor = (cursor.fetchone()[0].astimezone(UTC), time.monotonic())
            tick = _anchor[1]
        return _anchor[0] + timedelta(seconds=tick - _anchor[1])
