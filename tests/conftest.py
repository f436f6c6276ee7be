"""What every test has: compiled catalogues, a frozen clock on request, and the choice of the database."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Compile the message catalogues before Django asks for them; refuse to prove PostgreSQL on something else."""
    from pathlib import Path

    from django.conf import settings

    engine = settings.DATABASES["default"]["ENGINE"]
    if os.environ.get("CONG_TEST_DATABASE") == "postgres" and not engine.endswith("postgresql"):
        raise pytest.UsageError(f"CONG_TEST_DATABASE=postgres, but the tests would run on {engine}")

    from cms.core.languages.catalogues import compile_catalogues

    compile_catalogues(Path(__file__).resolve().parent.parent / "locale")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CONG_NO_SKIPS a skipped test fails the run: on a full machine nothing may hide behind a missing package."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CONG_NO_SKIPS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = 1


@pytest.fixture
def noon() -> Iterator[datetime]:
    """A frozen clock: Wednesday 18 November 2026, 12:00 in Vietnam (05:00 UTC)."""
    from cms.core import clock

    at = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
    with clock.frozen(at):
        yield at
