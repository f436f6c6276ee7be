"""A worker process for the crash tests: claims, sends and reaps in a tight loop until it is stopped or dies.

Run as `python -m tests.crash.worker THREADS`; the database, the simulator, the lease and the place to die
(CONG_CRASH_AT) come from the environment.
"""

import sys
import threading
import time

import django

django.setup()

from django.db import OperationalError, close_old_connections, connections  # noqa: E402

from channels.delivery import engine, reaper  # noqa: E402

PAUSE = 0.05


def work() -> None:
    """Look, send, reap, again; the parent ends the process."""
    try:
        while True:
            try:
                engine.run_due()
                reaper.reap()
            except OperationalError:
                close_old_connections()  # as Celery does between two tasks: the server may have ended this session
            time.sleep(PAUSE)
    finally:
        connections.close_all()


if __name__ == "__main__":
    for _number in range(int(sys.argv[1]) - 1):
        threading.Thread(target=work, daemon=True).start()
    print("ready", flush=True)
    work()
