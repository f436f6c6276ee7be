"""Doorbells for keys: watch the dates, ring for what is to be renewed. Losing or repeating any changes nothing."""

from celery import shared_task

from channels.delivery.services import credentials, renewal
from cms.core import clock
from cms.core.ticks import register_tick

RING_EXPIRES = 60


@shared_task(name="delivery.renew_keys", ignore_result=True)
def renew_keys() -> int:
    """Renew the keys that are due."""
    return renewal.renew_due()


def ring() -> None:
    """Move keys along with time and ring when one is to be renewed."""
    credentials.watch()
    if renewal.is_due(now=clock.now()):
        renew_keys.apply_async(expires=RING_EXPIRES)


# A refused key holds deliveries until it is renewed, so this looks more often than the dates alone would ask for.
register_tick("delivery.keys", every=5.0, run=ring)
