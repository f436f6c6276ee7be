"""Fills the table and measures; run as a child process: python -m tests.benchmarks.delivery_million ROWS."""

import json
import statistics
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from channels.delivery import engine  # noqa: E402
from channels.delivery.enums import DUE_STATES  # noqa: E402
from channels.delivery.models import Delivery  # noqa: E402
from cms.core import clock  # noqa: E402
from tests.benchmarks.delivery_rows import make, seed  # noqa: E402

TIMES = 20
_NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(1, %s) AS s(n)",
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %s) SELECT n FROM s",
}
_LATER = {
    "postgresql": "now() + (n || ' seconds')::interval + interval '1 day'",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+1 day', '+' || n || ' seconds')",
}


def fill(count: int) -> None:
    """Copies of one delivery, one a second from tomorrow on, made by one statement."""
    later = _LATER[connection.vendor]
    changed = {"idem_key": "'later:' || n", "not_before": later, "planned_at": later, "state": "'scheduled'"}
    columns = [field.column for field in Delivery._meta.concrete_fields if not field.primary_key]
    fresh = {"lease_until": "NULL", "owner": "''", "attempt": "0", "finished_at": "NULL"}
    values = ", ".join({**changed, **fresh}.get(name, f"d.{name}") for name in columns)
    names = ", ".join(columns)
    numbers = _NUMBERS[connection.vendor]
    source = f"({numbers}) AS many, (SELECT * FROM delivery_delivery ORDER BY id LIMIT 1) AS d"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO delivery_delivery ({names}) SELECT {values} FROM {source}", [count])
        cursor.execute("ANALYZE delivery_delivery")


def middle(act: Callable[[], object]) -> float:
    """Milliseconds, median."""
    found = []
    for _number in range(TIMES):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def claim_and_undo() -> None:
    """What a claim costs; the rows are given back by not committing."""
    with transaction.atomic():
        assert len(engine.claim(20, owner="bench", now=clock.now())) == 20
        transaction.set_rollback(True)


def main() -> None:
    """Print one line of JSON."""
    rule = seed()
    fill(int(sys.argv[1]))
    make(rule, 100)
    due = Delivery.objects.filter(state__in=DUE_STATES, not_before__lte=clock.now())
    bell = middle(due.exists)
    claim = middle(claim_and_undo)
    order = due.filter(crashes=0).order_by("-priority", "not_before", "id")[:20]
    options = {"analyze": True} if connection.vendor == "postgresql" else {}
    plan = [line.strip() for line in order.explain(**options).splitlines() if "Planning" not in line]
    print(json.dumps({"bell": bell, "claim": claim, "plan": plan[:8]}))


if __name__ == "__main__":
    main()
