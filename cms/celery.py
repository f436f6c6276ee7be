"""The Celery application and its ticker.

The database is the schedule; Celery is the doorbell. The ticker is a bootstep of every worker: a thread that about
once a second looks for what is due (cms.core.ticks) and rings the tasks; the bell of the deliveries has a thread and a
quicker rhythm of its own, so that heavier looks never keep it waiting. Several tickers at once are harmless, and a
task that is lost is rung for again at the next look.
"""

import logging
import threading
from typing import Any

from celery import Celery, bootsteps
from celery.signals import setup_logging, worker_shutting_down

from cms.core import shutdown
from cms.core.ticks import LANES

app = Celery("cong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

logger = logging.getLogger(__name__)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Leave logging as the settings made it: Celery would set the root logger's level and handlers anew."""


@worker_shutting_down.connect
def take_no_more(**kwargs: Any) -> None:
    """At the first signal to end: what is in hand is finished, nothing new is taken up."""
    shutdown.begin()


class Ticker(bootsteps.StartStopStep):
    """Looks for what is due and rings for it, from the worker's start to its stop; a thread for each lane of ticks."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, parent: Any) -> None:
        """Begin to look, in threads of their own."""
        shutdown.called_off()
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"ticker-{lane}", daemon=True) for lane in LANES
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, parent: Any) -> None:
        """Stop looking and wait until the last looks are over."""
        shutdown.begin()
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    terminate = stop

    def _run(self, lane: str) -> None:
        from django.conf import settings
        from django.db import close_old_connections, connections

        from cms.core.ticks import BELL, run_ticks

        # The bell asks one small question, and how late things go depends on how often it does.
        pause = settings.CONG_TICK_SECONDS / (4 if lane == BELL else 1)
        logger.info("ticker started", extra={"event": "ticker_started", "lane": lane})
        while not self._stop.is_set():
            close_old_connections()
            run_ticks(lane=lane)
            self._stop.wait(pause)
        connections.close_all()


app.steps["worker"].add(Ticker)
