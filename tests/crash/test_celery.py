"""The real thing: a Celery worker with its ticker, killed and started again; doorbells that ring too often or never."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from channels.delivery import tasks
from channels.delivery.models import Delivery
from cms.ops.simulators.telegram_world import Fault
from tests.crash.conftest import LEASE, ROOT, Field, database_url, wait_for

pytestmark = pytest.mark.crash
BOOT = 60.0


@contextmanager
def celery(field: Field) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as the product starts it: threads, its ticker inside, memory:// unless the environment names a broker."""
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "DATABASE_URL": database_url(),
        "CONG_TELEGRAM_API_BASE": field.rig.simulator.url, "CONG_LEASE_SECONDS": str(LEASE), "CONG_TICK_SECONDS": "0.2",
    }  # fmt: skip
    environment.pop("CONG_TEST_DATABASE", None)
    command = [sys.executable, "-m", "celery", "-A", "cms.celery", "worker", "-P", "threads", "-c", "3", "-l", "ERROR"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def test_the_worker_sends_and_survives_its_death(field: Field) -> None:
    field.plan(2)
    with celery(field) as process:
        wait_for(lambda: field.states() == {"sent": 2}, what=lambda: str(field.states()), seconds=BOOT)
        field.rig.simulator.world.order(Fault("hang", seconds=5.0))
        field.plan(2)
        wait_for(lambda: field.rig.accepted() >= 3, seconds=BOOT)
        process.kill()
        process.wait(10)
    with celery(field):
        wait_for(lambda: set(field.states()) <= {"sent", "unconfirmed"}, what=lambda: str(field.states()), seconds=BOOT)
    states = field.states()
    assert states["sent"] + states["unconfirmed"] == 4
    assert states["unconfirmed"] == 1
    assert set(field.rig.copies().values()) == {1}
    assert field.rig.accepted() == 4


def test_a_doorbell_that_rings_six_times_or_never(field: Field, settings: pytest.FixtureRequest) -> None:
    settings.CONG_TELEGRAM_API_BASE = field.rig.simulator.url  # type: ignore[attr-defined]
    field.plan(3)
    for _ring in range(6):
        tasks.run_due()
    assert field.states() == {"sent": 3}
    assert field.rig.accepted() == 3
    field.plan(1)
    assert Delivery.objects.filter(state="scheduled").count() == 1, "nobody rang, nothing is lost"
    tasks.run_due()
    assert field.rig.accepted() == 4
    connection.close()
