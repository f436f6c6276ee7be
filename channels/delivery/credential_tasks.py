"""Doorbells for keys: watch the dates, ring for what is to be renewed. Losing or repeating any changes nothing."""

from celery import shared_task

from channels.delivery import credential_selectors as selectors
from channels.delivery.services import credentials, key_checks, renewal
from cms.core import clock, ticks
from cms.core.ticks import register_tick


@shared_task(name="delivery.renew_keys", ignore_result=True)
def renew_keys() -> int:
    """Renew the keys that are due."""
    return renewal.renew_due()


def ring() -> None:
    """Move keys along with time and ring when one is to be renewed."""
    credentials.watch()
    if renewal.is_due(now=clock.now()):
        ticks.ring(renew_keys)


@shared_task(name="delivery.check_keys", ignore_result=True)
def check_keys() -> int:
    """Ask about the keys that will be needed soon."""
    return key_checks.check_soon_needed()


def ring_for_checks() -> None:
    """Ring when a key that will be needed soon has not answered lately."""
    if selectors.due_for_check(at=clock.now(), ahead=key_checks.CHECK_AHEAD, every=key_checks.CHECK_EVERY, limit=1):
        ticks.ring(check_keys)


# A refused key holds deliveries until it is renewed, so this looks more often than the dates alone would ask for.
register_tick("delivery.keys", every=5.0, run=ring)
register_tick("delivery.check_keys", every=300.0, run=ring_for_checks)
