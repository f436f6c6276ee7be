"""Deliveries per second through the whole engine, beside two bare loops in the same run, on both databases.

The channel does nothing, so the figure is the engine's own: claim, everything re-read and judged, intent with its
attempt, receipt. The strict bare loop claims fifty rows, then commits one UPDATE before and one after each. The bare
journal also inserts an attempt and a receipt: what any design must write that wants to know afterwards what happened.
Medians of five, taken in turns. Then two workers beside one on PostgreSQL.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.rooms import DATABASES, child, room

SHARED = 600


def run() -> list[tuple[str, str]]:
    """Printable rows (label, figure)."""
    rows: list[tuple[str, str]] = []
    for database in DATABASES:
        with room(database) as env:
            found = child("delivery_rows", "ratio", env=env)
            rows += [
                (f"{database}: deliveries per second, whole engine", f"{found['engine']:,.0f}"),
                (f"{database}: strict bare three-commit loop", f"{found['bare']:,.0f}"),
                (f"{database}: bare loop that also inserts attempt and receipt", f"{found['journal']:,.0f}"),
                (f"{database}: engine beside the strict bare loop (aim: 70 %)", f"{found['of_bare']:.0%}"),
                (f"{database}: engine beside the bare journal", f"{found['of_journal']:.0%}"),
            ]
            if database == "postgresql":
                rows.append(_two_beside_one(env))
    return rows


def _two_beside_one(env: dict[str, str]) -> tuple[str, str]:
    child("delivery_rows", "make", SHARED, 0, 0, env=env)
    one = child("delivery_rows", "work", SHARED, env=env)
    child("delivery_rows", "make", 2 * SHARED, 0, 0, env=env)
    began = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        two = list(pool.map(lambda _n: child("delivery_rows", "work", SHARED, env=env), range(2)))
    assert sum(each["taken"] for each in two) == 2 * SHARED, (two, time.perf_counter() - began)
    single = one["taken"] / one["seconds"]
    both = sum(each["taken"] / each["seconds"] for each in two)
    return "postgresql: two workers beside one", f"{both:,.0f} /s beside {single:,.0f} /s: {both / single:.2f}"
