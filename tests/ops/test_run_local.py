"""`run_local` leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from cms.ops.local import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database for both starts: the first makes it."""
    return tmp_path_factory.mktemp("run")


@pytest.mark.parametrize("end", ["ctrl-c", "closed terminal"])
def test_nothing_is_left_behind(folder: Path, end: str) -> None:
    port = free_port(18700)
    environment = {**os.environ, "CONG_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "run_local", "--port", str(port), "--no-sample"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        assert run.stdout is not None
        _wait_until_up(port)
        # The worker is started once the page answers.
        _wait_for_children(run.pid, 2)
        children = psutil.Process(run.pid).children(recursive=True)
        if end == "closed terminal":
            run.stdout.close()
            run.send_signal(signal.SIGHUP)
        else:
            run.send_signal(signal.SIGINT)
        run.wait(60)
    gone, alive = psutil.wait_procs(children, timeout=5)
    assert len(gone) >= 2 and not alive


def _wait_until_up(port: int) -> None:
    until = time.monotonic() + 200
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the web process did not come up")


def _wait_for_children(pid: int, count: int) -> None:
    until = time.monotonic() + 30
    while len(psutil.Process(pid).children()) < count:
        assert time.monotonic() < until
        time.sleep(0.1)
