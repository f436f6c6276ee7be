"""The Celery application and its ticker.

The database is the schedule; Celery is the doorbell. The ticker is a bootstep of every worker: a thread that about
once a second looks for what is due (cms.core.ticks) and rings the tasks. Several tickers at once are harmless, and a
task that is lost is rung for again at the next look.
"""

import logging
import threading
from typing import Any

from celery import Celery, bootsteps
from celery.signals import setup_logging

app = Celery("cong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

logger = logging.getLogger(__name__)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Leave logging as the settings made it: Celery would set the root logger's level and handlers anew."""


class Ticker(bootsteps.StartStopStep):
    """Looks for what is due and rings for it, from the worker's start to its stop."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        """Begin to look, in a thread of its own."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:
        """Stop looking and wait until the last look is over."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    terminate = stop

    def _run(self) -> None:
        from django.conf import settings
        from django.db import close_old_connections, connections

        from cms.core.ticks import run_ticks

        logger.info("ticker started", extra={"event": "ticker_started"})
        while not self._stop.is_set():
            close_old_connections()
            run_ticks()
            self._stop.wait(settings.CONG_TICK_SECONDS)
        connections.close_all()


app.steps["worker"].add(Ticker)
