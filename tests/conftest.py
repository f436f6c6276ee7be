"""What every test has: compiled catalogues, a frozen clock on request, and the choice of the database."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Compile the message catalogues before Django asks for them; refuse to prove PostgreSQL on something else."""
    from django.conf import settings
    from django.utils.translation.reloader import translation_file_changed

    engine = settings.DATABASES["default"]["ENGINE"]
    if os.environ.get("CONG_TEST_DATABASE") == "postgres" and not engine.endswith("postgresql"):
        raise pytest.UsageError(f"CONG_TEST_DATABASE=postgres, but the tests would run on {engine}")

    from cms.core.languages.catalogues import compile_catalogues

    compile_catalogues(Path(__file__).resolve().parent.parent / "locale")
    # Django looked for catalogues before they were there; its own reloader knows how to forget that.
    translation_file_changed(None, Path("django.mo"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the faults that only the other database can have."""
    from django.conf import settings

    postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    foreign = [item for item in items if item.get_closest_marker("sqlite_only" if postgres else "postgres_only")]
    if foreign:
        config.hook.pytest_deselected(items=foreign)
        items[:] = [item for item in items if item not in foreign]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CONG_NO_SKIPS a skipped test fails the run: on a full machine nothing may hide behind a missing package."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CONG_NO_SKIPS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = 1


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """With CONG_TEST_TEMPLATES (a folder) SQLite starts from a kept copy of the migrated database.

    Migrating from zero takes half a minute of processor time. The copy is named by the bytes of all migrations, so it is
    made again when one changes; `.ci/run` does not use it.
    """
    from django.conf import settings

    from tests.templates import template_for

    folder = os.environ.get("CONG_TEST_TEMPLATES")
    database = settings.DATABASES["default"]
    if not folder or not database["ENGINE"].endswith("sqlite3"):
        return django_db_keepdb
    template_for(Path(folder), Path(database["TEST"]["NAME"]))
    return True


@pytest.fixture
def noon() -> Iterator[datetime]:
    """A frozen clock: Wednesday 18 November 2026, 12:00 in Vietnam (05:00 UTC)."""
    from cms.core import clock

    at = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
    with clock.frozen(at):
        yield at
