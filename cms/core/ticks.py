"""What the worker's ticker looks at. A room registers a tick; the ticker calls it about every `every` seconds.

A tick only finds out what is due and rings for it, or does a little idempotent work. Several tickers may run at once
and any call may be lost: nothing depends on one being heard.

Ticks of one lane wait for each other, lanes do not: each has a thread of its own. BELL is for questions that take a
millisecond and must not be late, WATCH for whoever looks whether the bell is heard, WORK for all else.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import close_old_connections
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

BELL, WATCH, WORK = "bell", "watch", "work"
LANES = (BELL, WATCH, WORK)
# A doorbell that nobody heard for a minute is not worth hearing: the next tick rings again.
RING_EXPIRES = 60

# What this process counted since its start: rings, rings_failed, and whatever a tick adds. Shown with its heartbeat.
counted: Counter[str] = Counter()
_no_broker = threading.Event()


@dataclass
class Tick:
    """One thing to look at: its name, its rhythm in seconds, what to call, and whom it may keep waiting."""

    name: str
    every: float
    run: Callable[[], object]
    lane: str = WORK
    last: float = field(default=float("-inf"))


_ticks: dict[str, Tick] = {}


def register_tick(name: str, *, every: float, run: Callable[[], object], lane: str = WORK) -> None:
    """Have the ticker call `run` about every `every` seconds. Registering a name again replaces it."""
    if lane not in LANES:
        raise ValueError(lane)
    _ticks[name] = Tick(name=name, every=every, run=run, lane=lane)


def registered_ticks(lane: str | None = None) -> list[Tick]:
    """All ticks (of a lane), in the order of registration."""
    return [tick for tick in _ticks.values() if lane in (None, tick.lane)]


def run_ticks(*, force: bool = False, lane: str | None = None) -> dict[str, bool]:
    """Call each tick whose time has come (`force`: all). A tick that fails is logged and never stops the others.

    Returns name → whether it went well, for those that were called.
    """
    outcome: dict[str, bool] = {}
    for tick in registered_ticks(lane):
        at = time.monotonic()
        if not force and at - tick.last < tick.every:
            continue
        tick.last = at
        try:
            tick.run()
            outcome[tick.name] = True
        except Exception:  # noqa: BLE001 - one room's fault must not stop the others' clock; it is logged whole
            logger.exception("tick failed", extra={"event": "tick_failed", "tick": tick.name})
            outcome[tick.name] = False
            close_old_connections()
    return outcome


def ring(task: Any) -> bool:
    """True when the broker took the doorbell `task`. Without a broker nothing is lost: the next look rings again.

    One warning when the broker stops answering and one line when it is back, not one for each ring.
    """
    try:
        task.apply_async(expires=RING_EXPIRES, retry=False)
    except OperationalError as error:
        counted["rings_failed"] += 1
        if not _no_broker.is_set():
            _no_broker.set()
            logger.warning(
                "no broker", extra={"event": "broker_lost", "task": task.name, "error": type(error).__name__}
            )
        return False
    counted["rings"] += 1
    if _no_broker.is_set():
        _no_broker.clear()
        logger.warning("broker answers again", extra={"event": "broker_back", "task": task.name})
    return True


def broker_is_lost() -> bool:
    """True while the last ring of this process found no broker."""
    return _no_broker.is_set()
