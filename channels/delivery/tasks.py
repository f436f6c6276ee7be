"""Doorbells of the engine: look what is due, ring, nothing else. Losing or repeating any of them changes nothing."""

import logging

from celery import shared_task

from channels.delivery import engine, reaper
from channels.delivery.enums import DUE_STATES
from channels.delivery.models import Delivery
from channels.delivery.services.materialise import materialise_due
from cms.core import clock
from cms.core.ticks import register_tick

logger = logging.getLogger(__name__)
# A doorbell that nobody heard for a minute is not worth hearing: the next tick rings again.
RING_EXPIRES = 60


@shared_task(name="delivery.run_due", ignore_result=True)
def run_due() -> int:
    """Send what is due."""
    return engine.run_due()


def ring() -> None:
    """Ring for deliveries when some are due."""
    if Delivery.objects.filter(state__in=DUE_STATES, not_before__lte=clock.now()).exists():
        run_due.apply_async(expires=RING_EXPIRES)


register_tick("delivery.materialise", every=30.0, run=materialise_due)
register_tick("delivery.ring", every=1.0, run=ring)
register_tick("delivery.reap", every=1.0, run=reaper.reap)
register_tick("delivery.recheck_held", every=10.0, run=reaper.recheck_held)
