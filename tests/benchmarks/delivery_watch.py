"""Looks from outside at what the workers do; run as a child process.

python -m tests.benchmarks.delivery_watch alive WORKERS | burst COUNT WORKERS | late COUNT
"""

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from channels.delivery.models import Delivery, Receipt  # noqa: E402
from cms.core import clock, heartbeats  # noqa: E402

PATIENCE = 240.0


def alive(count: int) -> None:
    """Return when so many workers say that they look."""
    until = time.monotonic() + PATIENCE
    while heartbeats.workers()["alive"] < count:
        assert time.monotonic() < until, "workers did not start"
        time.sleep(0.2)


def burst(count: int, workers: int) -> list[float]:
    """Seconds from the moment when all are due until all, and half, of the receipts are written."""
    alive(workers)
    waiting = Delivery.objects.filter(idem_key__startswith="bench:", state="scheduled")
    due = clock.now() + timedelta(seconds=1)
    assert waiting.update(not_before=due, planned_at=due) == count
    until = time.monotonic() + PATIENCE
    mine = Receipt.objects.filter(key__startswith="bench:", kind="sent", at__gte=due)
    while mine.count() < count:
        assert time.monotonic() < until, mine.count()
        time.sleep(0.5)
    at = list(mine.order_by("at").values_list("at", flat=True))
    return [(at[-1] - due).total_seconds(), (at[count // 2] - due).total_seconds()]


def late(count: int) -> dict[str, Any]:
    """How long after their planned moment the latest `count` receipts were written."""
    until = time.monotonic() + 60
    while Delivery.objects.filter(state__in=["scheduled", "leased", "sending"], not_before__lte=clock.now()).exists():
        assert time.monotonic() < until
        time.sleep(0.2)
    rows = Receipt.objects.filter(kind="sent", key__startswith="bench:").order_by("-planned_at")[:count]
    waits = sorted((row.at - row.planned_at).total_seconds() for row in rows)
    return {
        "count": len(waits),
        "p50": waits[len(waits) // 2],
        "p99": waits[min(len(waits) - 1, len(waits) * 99 // 100)],
    }


if __name__ == "__main__":
    verb, *numbers = sys.argv[1:]
    print(json.dumps({"alive": alive, "burst": burst, "late": late}[verb](*map(int, numbers))))
