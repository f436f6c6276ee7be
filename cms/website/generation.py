"""The number of the public site's present state, read once in a while and raised with every visible change."""

import logging
import threading
import time

from django.db.models import F

from cms.website.models import SiteGeneration

logger = logging.getLogger(__name__)

# A visitor may see a page this much longer after it changed; a cached page then costs no query at all.
FRESH_SECONDS = 1.0
_ROW = 1

_lock = threading.Lock()
_known: tuple[float, int] | None = None


def current() -> int:
    """The present number, at most FRESH_SECONDS old."""
    global _known
    with _lock:
        if _known is not None and time.monotonic() - _known[0] < FRESH_SECONDS:
            return _known[1]
    value = SiteGeneration.objects.filter(pk=_ROW).values_list("value", flat=True).first() or 0
    with _lock:
        _known = (time.monotonic(), value)
    return value


def bump(reason: str) -> None:
    """Raise the number, within the transaction of whatever changed; `reason` is for the log."""
    forget()
    changed = SiteGeneration.objects.filter(pk=_ROW).update(value=F("value") + 1)
    if not changed:
        SiteGeneration.objects.get_or_create(pk=_ROW, defaults={"value": 1})
    logger.info("public site changed", extra={"event": "site_changed", "reason": reason})


def forget() -> None:
    """Read the number again at the next question, in this process."""
    global _known
    with _lock:
        _known = None
