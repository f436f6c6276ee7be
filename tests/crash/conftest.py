"""Real worker processes on the test database, a simulated Telegram in this process, short leases."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from channels.delivery.models import Delivery
from cms.ops.simulators.telegram import TelegramSimulator
from tests.factories.campaigns import OrganisationFactory
from tests.factories.delivery import CredentialFactory, EndpointFactory, approved_script, plan

ROOT = Path(__file__).resolve().parent.parent.parent
# A send may take less than half of it; on a machine that runs everything at once, a second is too short for that.
LEASE = 2.5
# A worker's start, its loop and a loaded machine on top of the lease.
PATIENCE = 45.0


def database_url() -> str:
    """The test database that this process made, as other processes reach it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}@{quote(facts['HOST'], safe='')}/{facts['NAME']}"


class Field:
    """Where a crash test plays: the simulator, the planned deliveries, the workers."""

    def __init__(self, simulator: TelegramSimulator) -> None:
        self.simulator = simulator
        self.titles: list[str] = []

    def plan(self, count: int) -> None:
        """So many posts due now, each with its own words, each to its own chat."""
        credential = CredentialFactory()
        organisation = OrganisationFactory()
        for _number in range(count):
            title = f"Tin số {len(self.titles) + 1}"
            chat = {"chat_id": -1000 - len(self.titles), "audio": "never"}
            self.titles.append(title)
            endpoint = EndpointFactory(
                telegram=True, credential=credential, organisation=organisation, config=chat, name=f"Kênh {title}"
            )
            plan(item=approved_script(title=title), endpoint=endpoint)

    @contextmanager
    def worker(self, *, threads: int = 1, **env: str) -> Iterator[subprocess.Popen[str]]:
        """A worker process; killed at the end if it still lives."""
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "DATABASE_URL": database_url(),
            "CONG_TELEGRAM_API_BASE": self.simulator.url, "CONG_LEASE_SECONDS": str(LEASE), **env,
        }  # fmt: skip
        environment.pop("CONG_TEST_DATABASE", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.worker", str(threads)], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
            process.wait(10)

    def dies(self, **env: str) -> None:
        """A worker that is expected to die by SIGKILL."""
        with self.worker(**env) as process:
            assert process.wait(PATIENCE) == -9

    def states(self) -> Counter[str]:
        """State → how many deliveries."""
        return Counter(Delivery.objects.values_list("state", flat=True))

    def copies(self) -> Counter[str]:
        """Title → how many posts with it the simulator accepted."""
        found: Counter[str] = Counter()
        for message in self.simulator.world.snapshot():
            found[message.text.split("\n")[0]] += 1
        return found

    def settle(self, *, threads: int = 1, workers: int = 1) -> None:
        """Healthy workers run until every delivery is sent or unconfirmed."""
        if workers > 1:
            with self.worker(threads=threads):
                self.settle(threads=threads, workers=workers - 1)
            return
        with self.worker(threads=threads):
            wait_for(lambda: set(self.states()) <= {"sent", "unconfirmed"}, what=lambda: str(self.states()))


def wait_for(done: Callable[[], bool], *, what: Callable[[], str] = str, seconds: float = PATIENCE) -> None:
    """Return when `done()`; fail with `what()` after so many seconds."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, what()
        time.sleep(0.05)


@pytest.fixture
def field(transactional_db: None) -> Iterator[Field]:
    with TelegramSimulator() as simulator:
        yield Field(simulator)
