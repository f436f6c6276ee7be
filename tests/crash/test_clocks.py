"""Clocks that step, processes that live in another zone, midnight in Vietnam: same instants, one copy."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from channels.delivery import engine, reaper
from channels.delivery.models import Delivery
from channels.delivery.services import RuleInput
from cms.core import claims, clock
from tests.crash import worker
from tests.crash.conftest import PATIENCE, PROCESSES, Field, database, wait_for
from tests.factories.campaigns import OrganisationFactory
from tests.factories.delivery import plan

pytestmark = pytest.mark.crash
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def here(field: Field, settings: Any) -> Field:
    """The field, with this process able to send."""
    settings.CONG_TELEGRAM_API_BASE = field.rig.settings["CONG_TELEGRAM_API_BASE"]
    return field


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_the_clock_steps_while_a_send_is_under_way(here: Field, step: timedelta) -> None:
    here.plan(1)
    here.rig.hang(1.5)
    hand = threading.Thread(target=_send)
    hand.start()
    wait_for(lambda: here.rig.accepted() == 1)
    with clock.shifted(step):
        reaper.reap()
        assert here.states() == {"unconfirmed": 1}, "who knows only the clock must take the worker for lost"
        engine.run_due()
        hand.join(PATIENCE)
    assert here.states() == {"sent": 1}, "the reply came, and is the better evidence"
    assert here.rig.accepted() == 1


def _send() -> None:
    try:
        engine.run_due()
    finally:
        connections.close_all()


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_the_clock_steps_after_a_worker_died(here: Field, step: timedelta) -> None:
    """A clock set back by an hour does not keep a dead worker's row for that hour."""
    here.plan(1)
    assert engine.claim(1, owner=claims.new_owner(), now=clock.now())
    with clock.shifted(step):
        assert reaper.reap() == 1
    assert here.states() == {"scheduled": 1}
    engine.run_due()
    assert here.states() == {"sent": 1}
    assert here.rig.accepted() == 1


# Monday 05:00 in Vietnam is Sunday 22:00 UTC; local midnight is 17:00 UTC.
INSTANTS = [
    datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 22, 17, 0, tzinfo=UTC),
]


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Asia/Saigon"])
def test_every_process_makes_the_same_slots(field: Field, zone: str) -> None:
    """Scheduling case 1: another TZ of the process, the old name of the zone, each side of local midnight."""
    with clock.frozen(INSTANTS[0] - HOUR):
        when = RuleInput(
            times=("05:00", "17:00"), date_from=MONDAY, date_to=MONDAY, weekdays=(0,), timezone=zone,
        )  # fmt: skip
        plan(endpoint=field.rig.endpoint(OrganisationFactory(), 1), when=when)
    expected = [datetime(2026, 11, 22, 22, 0, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, tzinfo=UTC)]
    for process_zone in ("America/New_York", "Asia/Saigon", "UTC"):
        for at in INSTANTS:
            made = _materialised(field, process_zone, at)
            assert made == expected, (process_zone, at)
    assert sorted(Delivery.objects.values_list("planned_at", flat=True)) == expected


def _materialised(field: Field, process_zone: str, at: datetime) -> list[datetime]:
    orders = worker.Orders(database(), field.rig.settings, {"TZ": process_zone})
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=worker.materialise_again, args=(orders, theirs, at), daemon=True)
    process.start()
    try:
        assert ours.poll(PATIENCE)
        return list(ours.recv())
    finally:
        process.kill()
        process.join(10)
