"""Real worker processes on the test database, the other sides in this process, short leases."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from channels.delivery.models import Delivery
from cms.core import clock
from tests.crash import worker
from tests.crash.rigs import RIGS, Rig
from tests.factories.campaigns import OrganisationFactory
from tests.factories.delivery import approved_script, plan

ROOT = Path(__file__).resolve().parent.parent.parent
# A send may take less than half of it; on a machine that runs everything at once, a second is too short for that.
LEASE = 2.5
# A worker's loop and a loaded machine on top of the lease.
PATIENCE = 45.0
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.crash.worker"])


def database() -> dict[str, Any]:
    """The test database that this process made, as another process opens it; sessions end with the short lease."""
    facts = {name: connection.settings_dict[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    if connection.vendor == "postgresql":
        limit = int(LEASE * 1000)
        sessions = f"-c idle_in_transaction_session_timeout={limit} -c lock_timeout={limit}"
        return {**facts, "OPTIONS": {"options": sessions}}
    return {**facts, "OPTIONS": connection.settings_dict["OPTIONS"]}


def database_url() -> str:
    """The same for a program that reads its environment."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}@{quote(facts['HOST'], safe='')}/{facts['NAME']}"


class Field:
    """Where a crash test plays: the other side, the planned deliveries, the workers."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.titles: list[str] = []

    def plan(self, count: int) -> None:
        """So many sends due now, each with its own words, each to its own destination."""
        organisation = OrganisationFactory()
        for _number in range(count):
            self.titles.append(f"Tin số {len(self.titles) + 1}")
            endpoint = self.rig.endpoint(organisation, len(self.titles))
            plan(item=approved_script(title=self.titles[-1]), endpoint=endpoint)

    @contextmanager
    def worker(
        self, *, threads: int = 1, lease: float = LEASE, shift: float = 0.0, **environment: str
    ) -> Iterator[ForkServerProcess]:
        """A worker process that has begun; killed at the end if it still lives."""
        changed = {"CONG_LEASE_SECONDS": lease, "MEDIA_ROOT": settings.MEDIA_ROOT, **self.rig.settings}
        orders = worker.Orders(database(), changed, environment, threads, shift)
        here, there = PROCESSES.Pipe()
        process = PROCESSES.Process(target=worker.run, args=(orders, there), daemon=True)
        process.start()
        try:
            assert here.poll(PATIENCE) and here.recv() == "ready"
            yield process
        finally:
            process.kill()
            process.join(10)

    def dies(self, **environment: str) -> None:
        """A worker that is expected to die by SIGKILL."""
        with self.worker(**environment) as process:
            process.join(PATIENCE)
            assert process.exitcode == -signal.SIGKILL

    def states(self) -> Counter[str]:
        """State → how many deliveries."""
        return Counter(Delivery.objects.values_list("state", flat=True))

    def settle(self, *, threads: int = 1, workers: int = 1, lease: float = LEASE) -> None:
        """Healthy workers run until every delivery is sent or unconfirmed."""
        with self.worker(threads=threads, lease=lease):
            if workers > 1:
                self.settle(threads=threads, workers=workers - 1, lease=lease)
            else:
                wait_for(self._settled, what=lambda: str(self.states()))

    def _settled(self) -> bool:
        # The growing pause between two tries has its own tests; here nobody waits for it.
        Delivery.objects.filter(state="retry_wait").update(not_before=clock.now())
        return set(self.states()) <= {"sent", "unconfirmed"}


def wait_for(done: Callable[[], bool], *, what: Callable[[], str] = str, seconds: float = PATIENCE) -> None:
    """Return when `done()`; fail with `what()` after so many seconds."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, what()
        time.sleep(0.05)


def stop(process: ForkServerProcess) -> None:
    """kill -9, and wait for the end."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)


@pytest.fixture
def field(transactional_db: None) -> Iterator[Field]:
    """The field with a simulated Telegram."""
    with RIGS["telegram"]() as rig:
        yield Field(rig)


@pytest.fixture
def field_of(transactional_db: None, kind: str) -> Iterator[Field]:
    """The field of the channel that the test's parameter `kind` names."""
    with RIGS[kind]() as rig:
        yield Field(rig)
