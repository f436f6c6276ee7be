"""Where the engine's benchmarks run: databases and brokers of their own, child processes, real workers."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASES = ("sqlite", "postgresql")


_templates: set[str] = set()


@contextmanager
def room(database: str) -> Iterator[dict[str, str]]:
    """The environment of child processes that work on a new, migrated database of this kind."""
    with tempfile.TemporaryDirectory(prefix="cong-bench-") as folder:
        env = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.dev", "CONG_DATA_DIR": folder,
            "CONG_LOG_LEVEL": "ERROR", "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        }  # fmt: skip
        if database == "postgresql":
            env["DATABASE_URL"] = _new_postgres(env)
        else:
            # The runner has migrated one already.
            with closing(sqlite3.connect(Path(os.environ["CONG_DATA_DIR"]) / "cong.sqlite3")) as migrated:
                with closing(sqlite3.connect(Path(folder) / "bench.sqlite3")) as copy:
                    migrated.backup(copy)
        yield env


def _new_postgres(env: dict[str, str]) -> str:
    """The address of a new, migrated database on the tests' server."""
    import psycopg

    from tests.postgres import postgres_url

    url = postgres_url()
    base, host = url.rsplit("/", 1)[0], url.split("@")[1].rsplit("/", 1)[0].replace("%2F", "/")
    name = f"bench_{time.monotonic_ns()}"
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as server:
        if "postgresql" not in _templates:
            server.execute("CREATE DATABASE bench_template")
            command = [sys.executable, "manage.py", "migrate", "-v0"]
            facts = {**env, "DATABASE_URL": f"{base}/bench_template"}
            subprocess.run(command, cwd=ROOT, env=facts, check=True, capture_output=True)
            _templates.add("postgresql")
        server.execute(f"CREATE DATABASE {name} TEMPLATE bench_template")
    return f"{base}/{name}"


def child(module: str, *arguments: object, env: dict[str, str]) -> Any:
    """What `python -m tests.benchmarks.<module> …` prints as JSON in its last line."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def workers(count: int, env: dict[str, str], *, threads: int = 2) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """So many real Celery workers with a channel that does nothing; asked to end afterwards."""
    command = [
        sys.executable, "-m", "celery", "-A", "tests.benchmarks.worker_app", "worker", "-P", "threads", "-c", str(threads),
        "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR",
    ]  # fmt: skip
    started = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) for _number in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
