"""10,000 deliveries due at the same moment, PostgreSQL + Redis, two real workers: until the last receipt is written.

Then the ordinary load, 50 a minute: how late each receipt is after its planned moment, embedded (SQLite, one process,
no broker) and with Redis.
"""

import os
import time
from typing import Any

from tests.benchmarks.rooms import child, room, workers

BURST = int(os.environ.get("CONG_BENCH_BURST", "10000"))
MINUTE = int(os.environ.get("CONG_BENCH_LATENESS", "60"))
PER_MINUTE = 50


def run() -> list[tuple[str, str]]:
    """Printable rows (label, figure)."""
    from tests.postgres import redis_url

    with room("postgresql") as env:
        env["CELERY_BROKER_URL"] = redis_url()
        seconds, half = _burst(env)
        rows = [
            (f"{BURST:,} due at once, two workers, PostgreSQL + Redis: all receipts (aim: 20 s)", f"{seconds:.1f} s"),
            ("the same: half of the receipts", f"{half:.1f} s"),
        ]
        rows.append(("lateness at 50 a minute, PostgreSQL + Redis (aim: p99 under 1 s)", _lateness(env)))
    with room("sqlite") as env:
        rows.append(("lateness at 50 a minute, embedded (aim: p99 under 2 s)", _lateness(env)))
    return rows


def _burst(env: dict[str, str]) -> tuple[float, float]:
    child("delivery_rows", "make", BURST, 86_000, 0, env=env)
    with workers(2, env, threads=int(os.environ.get("CONG_BENCH_THREADS", "2"))):
        return tuple(child("delivery_watch", "burst", BURST, 2, env=env))  # type: ignore[return-value]


def _lateness(env: dict[str, str]) -> str:
    count = PER_MINUTE * MINUTE // 60
    with workers(1, env):
        child("delivery_watch", "alive", 1, env=env)
        child("delivery_rows", "make", count, 5, 60 / PER_MINUTE, env=env)
        time.sleep(5 + MINUTE)
        found: dict[str, Any] = child("delivery_watch", "late", count, env=env)
    return f"p50 {found['p50']:.2f} s, p99 {found['p99']:.2f} s, of {found['count']}"
