"""Workers that die again and again, many at once, and machines that stand still."""

import os
import signal
import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection, transaction

from channels.delivery import reaper
from channels.delivery.models import Delivery
from cms.ops.simulators.telegram_world import Fault
from cms.settings.base import tuned
from tests.crash.conftest import LEASE, Field, wait_for

pytestmark = pytest.mark.crash


@pytest.mark.slow
def test_dying_again_and_again_loses_nothing(field: Field) -> None:
    field.plan(4)
    for point in ("after_claim", "after_intent", "after_reply_before_receipt", "before_claim_commit"):
        wait_for(lambda: not Delivery.objects.filter(state__in=["leased", "sending"]).exists() or _reap(), seconds=10)
        field.dies(CONG_CRASH_AT=point)
    field.settle()
    states = field.states()
    assert states["sent"] + states["unconfirmed"] == 4
    assert states["unconfirmed"] == 2, "one for each death after an intent"
    assert max(field.rig.copies().values()) == 1


def _reap() -> bool:
    reaper.reap()
    return False


@pytest.mark.parametrize(("workers", "threads"), [pytest.param(2, 1, marks=pytest.mark.slow), (2, 3)])
def test_many_hands_send_everything_once(field: Field, workers: int, threads: int) -> None:
    field.plan(30)
    field.settle(workers=workers, threads=threads)
    assert field.states() == {"sent": 30}
    assert field.rig.accepted() == 30
    assert set(field.rig.copies().values()) == {1}


def test_a_worker_that_stands_still_does_not_send_after_it_lost_its_lease(field: Field) -> None:
    """The lease is the promise: what was taken up is settled within a lease and a look, whatever its worker does."""
    field.plan(1)
    field.rig.simulator.world.order(Fault("delay", seconds=0.2))
    with field.worker() as process:
        wait_for(lambda: Delivery.objects.get().state != "scheduled")
        assert process.pid is not None
        wait_for(lambda: _stand_still(process.pid))
        wait_for(lambda: _settled(), seconds=LEASE + 5)
        os.kill(process.pid, signal.SIGCONT)
        wait_for(lambda: not Delivery.objects.filter(state__in=["leased", "sending", "scheduled"]).exists())
    assert field.rig.accepted() <= 1
    assert field.states().keys() <= {"sent", "unconfirmed"}


def _stand_still(pid: int) -> bool:
    """Stop the process, but not in the middle of a transaction: a machine that hangs there takes SQLite with it."""
    os.kill(pid, signal.SIGSTOP)
    if _free_to_write():
        return True
    os.kill(pid, signal.SIGCONT)
    return False


def _free_to_write() -> bool:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)) as probe:
            try:
                probe.execute("BEGIN IMMEDIATE")
                probe.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return False
        return True
    try:
        with transaction.atomic():
            list(Delivery.objects.select_for_update(nowait=True))
    except OperationalError:
        return False
    return True


@pytest.mark.postgres_only
def test_a_machine_that_stands_still_inside_a_transaction_is_left_behind(field: Field) -> None:
    """Its locks go with its session when the lease is over; before that limit the next look waited for ever."""
    field.plan(1)
    stopped = connection.copy()
    limit = int(LEASE * 1000)
    stopped.settings_dict["OPTIONS"] = {"options": f"-c idle_in_transaction_session_timeout={limit}"}
    stopped.connect()
    stopped.set_autocommit(False)
    with stopped.cursor() as cursor:
        cursor.execute("SELECT 1 FROM delivery_delivery FOR UPDATE")
    try:
        field.settle()
    finally:
        stopped.connection.close()
    assert field.states() == {"sent": 1}


def test_every_session_has_the_limits_of_the_lease() -> None:
    limits = tuned({"ENGINE": "django.db.backends.postgresql"})["OPTIONS"]["options"]
    assert "idle_in_transaction_session_timeout=" in limits and "lock_timeout=" in limits


def _settled() -> bool:
    reaper.reap()
    return not Delivery.objects.filter(state__in=["leased", "sending"]).exists()
