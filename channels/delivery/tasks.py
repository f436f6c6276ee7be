"""Doorbells of the engine: look what is due, ring, nothing else. Losing or repeating any of them changes nothing."""

import logging

from celery import shared_task

from channels.delivery import engine, reaper
from channels.delivery.enums import DUE_STATES
from channels.delivery.models import Delivery
from channels.delivery.services.materialise import materialise_due
from channels.delivery.services.preparing import prepare_due
from channels.delivery.watchdog import watchdog
from cms.core import clock, ticks
from cms.core.ticks import register_tick

logger = logging.getLogger(__name__)


@shared_task(name="delivery.run_due", ignore_result=True)
def run_due() -> int:
    """Send what is due."""
    return engine.run_due()


@shared_task(name="delivery.prepare", ignore_result=True)
def prepare() -> int:
    """Render what will be sent in the next two days."""
    return prepare_due()


def ring() -> None:
    """Ring for deliveries when some are due."""
    if Delivery.objects.filter(state__in=DUE_STATES, not_before__lte=clock.now()).exists():
        ticks.ring(run_due)


register_tick("delivery.ring", every=0.0, run=ring, lane=ticks.BELL)
register_tick("delivery.watchdog", every=1.0, run=watchdog.look, lane=ticks.WATCH)
register_tick("delivery.reap", every=1.0, run=reaper.reap, lane=ticks.WATCH)
register_tick("delivery.materialise", every=30.0, run=materialise_due)
register_tick("delivery.prepare", every=30.0, run=lambda: ticks.ring(prepare))
register_tick("delivery.recheck_held", every=10.0, run=reaper.recheck_held)
