"""A worker process for the crash tests: claims, sends and reaps in a tight loop until it is stopped or dies.

Processes are forked from a server that has loaded Django once (multiprocessing's forkserver), so that a death costs
milliseconds and the whole matrix can be played.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import OperationalError, close_old_connections, connections  # noqa: E402

from channels.delivery import engine, reaper  # noqa: E402

PAUSE = 0.05


@dataclass(frozen=True)
class Orders:
    """How a worker is to be: its database, changed settings, environment (CONG_CRASH_AT, TZ), how many threads."""

    database: dict[str, Any]
    settings: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    threads: int = 1


def run(orders: Orders, ready: Connection) -> None:
    """The life of a worker; it ends only by a signal."""
    os.environ.update(orders.environment)
    time.tzset()
    connections.settings["default"].update(orders.database)
    for name, value in orders.settings.items():
        setattr(settings, name, value)
    for _number in range(orders.threads - 1):
        threading.Thread(target=work, daemon=True).start()
    ready.send("ready")
    work()


def work() -> None:
    """Look, send, reap, again; the parent ends the process."""
    while True:
        try:
            engine.run_due()
            reaper.reap()
        except OperationalError:
            close_old_connections()  # as Celery does between two tasks: the server may have ended this session
        time.sleep(PAUSE)
