"""Asking about keys before they are needed; nothing is sent."""

import logging
from datetime import timedelta

from channels.delivery.credential_selectors import due_for_check
from channels.delivery.errors import SendError
from channels.delivery.services.credentials import check_connection
from cms.core import clock
from cms.core.errors import CongError

logger = logging.getLogger(__name__)

# A key that is needed within this time is asked about when it has not answered for so long.
CHECK_AHEAD = timedelta(hours=12)
CHECK_EVERY = timedelta(hours=4)


def check_soon_needed(*, limit: int = 10) -> int:
    """Ask the other side about keys that will be needed within hours and have not answered lately; returns how many.

    A key can die without a word (a changed password, a lost role): so a person hears of it before the slot and not at it.
    """
    asked = 0
    now = clock.now()
    for endpoint in due_for_check(at=now, ahead=CHECK_AHEAD, every=CHECK_EVERY, limit=limit):
        asked += 1
        facts = {"event": "key_checked", "endpoint_id": endpoint.pk, "credential_id": endpoint.credential_id}
        try:
            check_connection(endpoint)
        except SendError as error:
            logger.warning("key did not answer", extra={**facts, "class": error.outcome})
        except CongError as error:
            logger.warning("key cannot be checked", extra={**facts, "reason": error.message[:100]})
        except Exception:  # noqa: BLE001 - one channel's fault must not keep the other keys from being looked at
            logger.exception("key check failed", extra=facts)
    return asked
