"""When nobody answers the bell: broker down, tasks lost, a pool that stands still. Then the ticker works by itself."""

import logging
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections

from channels.delivery import engine
from channels.delivery.enums import DUE_STATES, DeliveryState
from channels.delivery.models import Delivery
from cms.core import claims, clock, ticks

logger = logging.getLogger(__name__)

# What one thread works off; the next look may start another.
BOUND = 20


class Watchdog:
    """Looks whether what is due is taken up, and has it worked in a thread of its own when for a while nobody did."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._silence = False
        self.worker: threading.Thread | None = None

    def look(self) -> bool:
        """True when this look set a thread to work: at most one at a time, for at most BOUND deliveries."""
        now = clock.now()
        patience = timedelta(seconds=settings.CONG_WATCHDOG_SECONDS)
        waiting = _untaken(now, due_before=now)
        self._since = (self._since or now) if waiting else None
        if self._silence and not waiting:
            self._silence = False
            logger.warning("the bell is heard again", extra={"event": "bell_heard"})
        if self._since is None or now - self._since < patience:
            return False
        if self.worker is not None and self.worker.is_alive():
            return False
        if not self._silence:
            self._silence = True
            logger.warning("nobody answers the bell", extra={"event": "bell_unanswered", "delivery_ids": waiting})
        self.worker = threading.Thread(target=_work, name="watchdog", daemon=True)
        self.worker.start()
        return True


def _work() -> None:
    try:
        ticks.counted["taken_over"] += engine.run_due(limit=BOUND)
    finally:
        connections.close_all()


def unanswered() -> list[int]:
    """Deliveries that have been due for settings.CONG_WATCHDOG_SECONDS while nobody took up anything; at most ten."""
    now = clock.now()
    return _untaken(now, due_before=now - timedelta(seconds=settings.CONG_WATCHDOG_SECONDS))


def _untaken(now: datetime, *, due_before: datetime) -> list[int]:
    """What has been due since then, while nobody has taken up anything lately."""
    due = Delivery.objects.filter(state__in=DUE_STATES, not_before__lte=due_before)
    found = list(due.order_by("not_before").values_list("pk", flat=True)[:10])
    if not found:
        return []
    # A lease is given in full at each claim and each intent, so its end says when that was.
    lately = now - timedelta(seconds=settings.CONG_WATCHDOG_SECONDS) + claims.default_lease()
    claimed = [DeliveryState.LEASED, DeliveryState.SENDING]
    return [] if Delivery.objects.filter(state__in=claimed, lease_until__gt=lately).exists() else found


watchdog = Watchdog()
