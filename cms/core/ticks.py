"""What the worker's ticker looks at. A room registers a tick; the ticker calls it about every `every` seconds.

A tick only finds out what is due and rings for it, or does a little idempotent work. Several tickers may run at once
and any call may be lost: nothing depends on one being heard.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import close_old_connections

logger = logging.getLogger(__name__)


@dataclass
class Tick:
    """One thing to look at: its name, its rhythm in seconds, what to call."""

    name: str
    every: float
    run: Callable[[], object]
    last: float = field(default=float("-inf"))


_ticks: dict[str, Tick] = {}


def register_tick(name: str, *, every: float, run: Callable[[], object]) -> None:
    """Have the ticker call `run` about every `every` seconds. Registering a name again replaces it."""
    _ticks[name] = Tick(name=name, every=every, run=run)


def registered_ticks() -> list[Tick]:
    """All ticks, in the order of registration."""
    return list(_ticks.values())


def run_ticks(*, force: bool = False) -> dict[str, bool]:
    """Call each tick whose time has come (`force`: all). A tick that fails is logged and never stops the others.

    Returns name → whether it went well, for those that were called.
    """
    outcome: dict[str, bool] = {}
    for tick in registered_ticks():
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
