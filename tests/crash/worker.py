"""A worker process for the crash tests: claims, sends and reaps in a tight loop until it is stopped or dies.

Processes are forked from a server that has loaded Django once (multiprocessing's forkserver), so that a death costs
milliseconds and the whole matrix can be played.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import OperationalError, close_old_connections, connections  # noqa: E402

from campaigns.models import Approval  # noqa: E402
from channels.delivery import engine, reaper  # noqa: E402
from channels.delivery.models import Occurrence, Rule  # noqa: E402
from channels.delivery.services.materialise import materialise  # noqa: E402
from cms.core import clock  # noqa: E402

PAUSE = 0.05


@dataclass(frozen=True)
class Orders:
    """How a worker is to be: its database, changed settings, environment (CONG_CRASH_AT, TZ), how many threads."""

    database: dict[str, Any]
    settings: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    threads: int = 1
    # Seconds by which this worker's clock is ahead.
    shift: float = 0.0


# A title with this word ends the process that renders it, when CONG_TEST_DEADLY is set.
DEADLY = "chết người"


def run(orders: Orders, ready: Connection) -> None:
    """The life of a worker; it ends only by a signal, or by what it is given to send."""
    _prepare(orders)
    with clock.shifted(timedelta(seconds=orders.shift)):
        for _number in range(orders.threads - 1):
            threading.Thread(target=work, daemon=True).start()
        ready.send("ready")
        work()


def materialise_again(orders: Orders, reply: Connection, at: datetime) -> None:
    """Expand all rules anew as this process sees time; answer with the instants of every occurrence there is."""
    _prepare(orders)
    with clock.frozen(at):
        for rule in Rule.objects.all():
            materialise(rule, now=clock.now())
        reply.send(sorted(Occurrence.objects.values_list("starts_at", flat=True)))


def _prepare(orders: Orders) -> None:
    os.environ.update(orders.environment)
    time.tzset()
    connections.settings["default"].update(orders.database)
    for name, value in orders.settings.items():
        setattr(settings, name, value)
    if os.environ.get("CONG_TEST_DEADLY"):
        from tests.factories.delivery import memory_channel

        memory_channel().render = _deadly


def _deadly(approval: Approval) -> None:
    if DEADLY in approval.payload["title"]:
        os._exit(3)


def work() -> None:
    """Look, send, reap, again; the parent ends the process."""
    while True:
        try:
            engine.run_due()
            reaper.reap()
        except OperationalError:
            close_old_connections()  # as Celery does between two tasks: the server may have ended this session
        time.sleep(PAUSE)
