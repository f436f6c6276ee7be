"""A clock that trusts the server's time and the monotonic counter, never a step of the machine's own clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LONGEST_ROUND_TRIP = 30.0  # a reply slower than this says too little about the time


class DeviceClock:
    """Corrected UTC: the machine's time at start plus an offset, carried on by the monotonic counter.

    `speed` makes a dry run faster than life; `wall`, `mono` and `sleep` are there for tests.
    """

    def __init__(
        self,
        *,
        offset_ms: int | None = None,
        speed: float = 1.0,
        wall: Callable[[], float] = time.time,
        mono: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.offset_ms = offset_ms
        self.speed = speed
        self._mono, self._sleep = mono, sleep
        self._raw_anchor, self._mono_anchor = wall(), mono()
        self._jump = 0.0

    def raw(self) -> datetime:
        """The machine's own idea of the time, free of steps since the start."""
        elapsed = (self._mono() - self._mono_anchor) * self.speed
        return datetime.fromtimestamp(self._raw_anchor + elapsed + self._jump, UTC)

    def now(self) -> datetime:
        """The corrected time."""
        return self.raw() + timedelta(milliseconds=self.offset_ms or 0)

    def monotonic(self) -> float:
        """Seconds that only grow, at the clock's speed."""
        return (self._mono() - self._mono_anchor) * self.speed + self._jump

    def learn(self, server_time: datetime, round_trip: float) -> int | None:
        """Take the server's time from a reply that took `round_trip` seconds; the new offset in ms, or None if too slow."""
        if round_trip > LONGEST_ROUND_TRIP:
            return None
        middle = self.raw() - timedelta(seconds=round_trip * self.speed / 2)
        self.offset_ms = round((server_time - middle).total_seconds() * 1000)
        return self.offset_ms

    def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock's time."""
        if seconds > 0:
            self._sleep(seconds / self.speed)

    def jump_to(self, moment: datetime) -> None:
        """Dry run only: go forward to `moment` at once; never back."""
        self._jump += max(0.0, (moment - self.now()).total_seconds())
