"""Running the whole product on one machine: which processes, in which order, and how they stop.

The command `run_local` is only the words around this. Every child has a session of its own, so that Ctrl-C reaches the
parent alone, which then stops them one after the other: first what asks for things, last what answers.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

# A worker in the middle of a send gets this long to write down how it ended.
STOP_SECONDS = 20.0


@dataclass
class Child:
    """One process: its name for people, its command line, and the environment it needs beside ours."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, log: Path) -> None:
        """Start it; its output goes to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.env},
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        logger.info("process started", extra={"event": "process_started", "child": self.name})

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """Ask it to end, wait, and kill its whole group only if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("process killed", extra={"event": "process_killed", "child": self.name})
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=5)


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """`wanted`, or the next port nobody listens on. Raises OSError when fifty in a row are taken."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {wanted} on")


def manage(*arguments: str) -> list[str]:
    """The command line of a management command in this very interpreter."""
    return [sys.executable, str(Path(__file__).resolve().parent.parent.parent / "manage.py"), *arguments]


def web(host: str, port: int) -> Child:
    """The web process: granian, WSGI, one worker with four threads (measured best for this product on two cores)."""
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "warning",
        "cms.wsgi:application",
    ]
    return Child("web", command)


def worker() -> Child:
    """The worker process with the ticker; it makes threads, not processes, because they share the memory broker."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "cms",
        "worker",
        "-P",
        "threads",
        "-c",
        "4",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "--loglevel",
        "WARNING",
    ]
    return Child("worker", command)


def wait_until_up(url: str, *, seconds: float, alive: Callable[[], bool]) -> bool:
    """True as soon as `url` answers; False after `seconds`, or at once when `alive()` turns False."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and alive():
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # our own address, made from our own port
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


class Household:
    """The children together: started in order, watched, stopped in reverse."""

    def __init__(self, logs: Path) -> None:
        self.children: list[Child] = []
        self.logs = logs

    def start(self, child: Child) -> Child:
        """Start one more child."""
        child.start(self.logs / f"{child.name}.log")
        self.children.append(child)
        return child

    def dead(self) -> Child | None:
        """The first child that has ended by itself, or None."""
        return next((child for child in self.children if child.exit_code is not None), None)

    def stop(self) -> None:
        """Stop all, last started first."""
        for child in reversed(self.children):
            child.stop()
