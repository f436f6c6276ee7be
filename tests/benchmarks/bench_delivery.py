"""Deliveries per second through the whole engine, beside a bare loop of three commits in the same run.

The channel does nothing, so the figure is the engine's own: claim, variant and approval re-read, intent with its attempt,
receipt. The bare loop claims fifty rows, then commits one UPDATE for each intent and one for each receipt: what any
journal costs on this database. Median of five pairs.
"""

import statistics
import time
from datetime import timedelta
from typing import Any

from django.db import transaction

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Attempt, Delivery, Occurrence, Rule
from cms.core import claims, clock
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, plan

COUNT = 120
PAIRS = 5


def run() -> list[tuple[str, str]]:
    """Printable rows (label, figure)."""
    channel = memory_channel()
    rule = plan(item=approved_script(), endpoint=EndpointFactory())
    engine.run_due()
    pairs = [(_bare(rule), _engine(rule)) for _number in range(PAIRS)]
    bare = statistics.median(pair[0] for pair in pairs)
    ours = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
    assert len(channel.posted) == COUNT * PAIRS + 1
    return [
        ("deliveries per second, whole engine", f"{ours:,.0f}"),
        ("rows per second, bare three-commit loop", f"{bare:,.0f}"),
        ("engine beside bare loop", f"{ratio:.0%}"),
        *_waiting_room(rule),
    ]


def _make(rule: Rule, **kwargs: Any) -> None:
    """COUNT deliveries due now, each of its own slot."""
    now = clock.now()
    variant = Delivery.objects.exclude(variant=None).earliest("pk").variant
    first = Occurrence.objects.count()
    slots = Occurrence.objects.bulk_create(
        Occurrence(rule=rule, rule_version=rule.version, local_date=now.date(), slot=f"{first + n:05d}", starts_at=now)
        for n in range(COUNT)
    )
    Delivery.objects.bulk_create(
        Delivery(
            occurrence=slot, endpoint=rule.endpoint, variant=variant, idem_key=f"bench:{slot.pk}", planned_at=now,
            not_before=now, useful_until=now + timedelta(days=1), **kwargs,
        )
        for slot in slots
    )  # fmt: skip


def _engine(rule: Rule) -> float:
    _make(rule)
    began = time.perf_counter()
    assert engine.run_due(limit=COUNT) == COUNT
    return COUNT / (time.perf_counter() - began)


def _bare(rule: Rule) -> float:
    _make(rule)
    began = time.perf_counter()
    done = 0
    while rows := claims.claim_due(
        Delivery, now=clock.now(), limit=50, owner="bare", due_states=[S.SCHEDULED], claimed_state=S.LEASED
    ):
        for row in rows:
            with transaction.atomic():
                claims.fenced(row, S.LEASED).update(state=S.SENDING)
            with transaction.atomic():
                claims.fenced(row, S.SENDING).update(state=S.SENT, lease_until=None)
            done += 1
    assert done == COUNT
    return COUNT / (time.perf_counter() - began)


def _waiting_room(rule: Rule) -> list[tuple[str, str]]:
    """How long the doorbell's question and an empty claim take with many deliveries planned for later."""
    for _number in range(20):
        _make(rule)
    Delivery.objects.filter(state=S.SCHEDULED).update(not_before=clock.now() + timedelta(days=2))
    waiting = Delivery.objects.filter(state=S.SCHEDULED).count()
    began = time.perf_counter()
    for _number in range(20):
        assert engine.claim(20, owner="idle", now=clock.now()) == []
    idle = (time.perf_counter() - began) / 20
    Attempt.objects.count()
    return [(f"an empty claim with {waiting:,} deliveries planned for later", f"{idle * 1000:.1f} ms")]
