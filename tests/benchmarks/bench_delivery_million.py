"""A million deliveries planned for later: what the bell's question and the claim cost, and what they read.

The rows are made by the database itself. The plans are printed: only due rows are read. Aim: under 5 ms.
"""

import os

from tests.benchmarks.rooms import DATABASES, child, room

ROWS = int(os.environ.get("CONG_BENCH_ROWS", "1000000"))


def run() -> list[tuple[str, str]]:
    """Printable rows (label, figure)."""
    rows: list[tuple[str, str]] = []
    for database in DATABASES:
        with room(database) as env:
            found = child("delivery_million", ROWS, env=env)
        rows += [
            (
                f"{database}: the bell's question beside {ROWS:,} planned for later (aim: 5 ms)",
                f"{found['bell']:.2f} ms",
            ),
            (f"{database}: the claim of 20 among 100 due", f"{found['claim']:.2f} ms"),
        ]
        rows += [(f"{database}: plan", line) for line in found["plan"]]
    return rows
