"""Rows for the engine's benchmarks, and the loops they are measured beside; run as a child process.

python -m tests.benchmarks.delivery_rows ratio | make COUNT SECONDS_AHEAD SPACING | work LIMIT
"""

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402

from channels.delivery import engine  # noqa: E402
from channels.delivery.enums import DeliveryState as S  # noqa: E402
from channels.delivery.models import Attempt, Delivery, Occurrence, Receipt, Rule  # noqa: E402
from cms.core import claims, clock  # noqa: E402
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, plan  # noqa: E402

COUNT = int(os.environ.get("CONG_BENCH_COUNT", "150"))
PAIRS = 5
CLAIM = 50


def seed() -> Rule:
    """One plan whose text is approved and rendered."""
    memory_channel()
    known = Rule.objects.first()
    if known is not None:
        return known
    rule = plan(item=approved_script(), endpoint=EndpointFactory())
    engine.run_due()
    return rule


def make(rule: Rule, count: int, *, ahead: float = 0.0, spacing: float = 0.0) -> None:
    """`count` deliveries, the first due in `ahead` seconds, each `spacing` seconds after the one before."""
    now = clock.now()
    variant = Delivery.objects.exclude(variant=None).earliest("pk").variant
    first = Occurrence.objects.count()
    slots = Occurrence.objects.bulk_create(
        [
            Occurrence(
                rule=rule, rule_version=rule.version, local_date=now.date() + timedelta(days=(first + n) // 90_000),
                slot=f"{(first + n) % 90_000:05d}", starts_at=now + timedelta(seconds=ahead + n * spacing),
            )
            for n in range(count)
        ],
        batch_size=500,
    )  # fmt: skip
    Delivery.objects.bulk_create(
        [
            Delivery(
                occurrence=slot, endpoint=rule.endpoint, variant=variant, idem_key=f"bench:{slot.pk}",
                planned_at=slot.starts_at, not_before=slot.starts_at, useful_until=now + timedelta(days=1),
            )
            for slot in slots
        ],
        batch_size=500,
    )  # fmt: skip


def timed_engine(rule: Rule) -> float:
    """Deliveries per second through the whole engine."""
    make(rule, COUNT)
    began = time.perf_counter()
    assert engine.run_due(limit=COUNT) == COUNT
    return COUNT / (time.perf_counter() - began)


def timed_bare(rule: Rule, *, journal: bool) -> float:
    """Rows per second of a loop in the ORM: claim fifty, then for each row one commit before and one after.

    `journal`: each commit also writes what any journal must: an attempt with the first, its end and a receipt with the
    second. Nothing is re-read, checked or rendered in either.
    """
    make(rule, COUNT)
    began = time.perf_counter()
    done = 0
    while rows := claims.claim_due(
        Delivery, now=clock.now(), limit=CLAIM, owner="bare", due_states=[S.SCHEDULED], claimed_state=S.LEASED
    ):
        for row in rows:
            attempt = None
            with transaction.atomic():
                claims.fenced(row, S.LEASED).update(state=S.SENDING)
                if journal:
                    attempt = Attempt.objects.create(delivery=row, n=row.attempt, owner="bare", intent_at=clock.now())
            with transaction.atomic():
                claims.fenced(row, S.SENDING).update(state=S.SENT, lease_until=None)
                if attempt is not None:
                    Attempt.objects.filter(pk=attempt.pk).update(outcome="sent", ended_at=clock.now())
                    Receipt.objects.create(
                        key=row.idem_key, kind="sent", at=clock.now(), planned_at=row.planned_at, delivery_ref=row.pk,
                        channel="memory", endpoint_ref=row.endpoint_id,
                    )  # fmt: skip
            done += 1
    assert done == COUNT
    return COUNT / (time.perf_counter() - began)


def ratio() -> dict[str, Any]:
    """Medians of PAIRS runs, taken in turns."""
    rule = seed()
    timed_engine(rule)
    found = [
        (timed_bare(rule, journal=False), timed_engine(rule), timed_bare(rule, journal=True)) for _pair in range(PAIRS)
    ]
    middle = statistics.median
    return {
        "bare": middle(row[0] for row in found),
        "engine": middle(row[1] for row in found),
        "journal": middle(row[2] for row in found),
        "of_bare": middle(row[1] / row[0] for row in found),
        "of_journal": middle(row[1] / row[2] for row in found),
    }


def work(limit: int) -> dict[str, Any]:
    """One worker's share of what is due: {"taken", "seconds"}."""
    memory_channel()
    engine.claim(0, owner="warm", now=clock.now())
    began = time.perf_counter()
    taken = engine.run_due(limit=limit)
    return {"taken": taken, "seconds": time.perf_counter() - began}


def main() -> None:
    """Do what the arguments say; the last line is JSON."""
    verb, *rest = sys.argv[1:]
    if verb == "ratio":
        print(json.dumps(ratio()))
    elif verb == "make":
        make(seed(), int(rest[0]), ahead=float(rest[1]), spacing=float(rest[2]))
        print("{}")
    else:
        print(json.dumps(work(int(rest[0]))))


if __name__ == "__main__":
    main()
