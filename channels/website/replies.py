"""What the answers of other people's web servers mean, for the channels that speak to one: shared by cause, not by channel."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from django.conf import settings

from channels.delivery.errors import Ambiguous, Permanent, RateLimited, Retryable, SendError
from cms.core import clock
from cms.core.http import HttpError, Reply

# A 429 or 503 that does not say how long: a minute is the window of most limits.
DEFAULT_WAIT = timedelta(seconds=60)
# A server that asks for more than a day has mistaken the unit; a person will see the late delivery before.
LONGEST_WAIT = timedelta(days=1)
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def call_seconds() -> float:
    """How long one exchange may take: less than half a lease, so that nobody reaps a send that is still under way."""
    return float(min(20.0, settings.CONG_LEASE_SECONDS * 0.45))


def lost(error: HttpError, *, repeatable: bool) -> SendError:
    """The class of an exchange that gave no usable reply. `repeatable`: doing the request again changes nothing."""
    evidence: dict[str, object] = {"error": type(error).__name__, "detail": error.detail[:200], "status": error.status}
    if not error.sent:
        return (
            Permanent("address_refused", evidence=evidence)
            if error.permanent
            else Retryable("not_reached", evidence=evidence)
        )
    reason = "reply_lost" if error.status is None else "reply_unreadable"
    if repeatable:
        return Retryable(reason, evidence={**evidence, "ambiguous": True})
    return Ambiguous(reason, evidence=evidence)


def broken(reply: Reply, evidence: dict[str, Any], *, repeatable: bool) -> SendError:
    """The class of a 5xx: the other side broke while working, so it may have been applied."""
    until = wait_until(reply)
    if reply.status == 503 and until is not None:
        # A maintenance page stands in front of everything; what asks for a pause has applied nothing.
        return RateLimited("retry_after", until=until, evidence=evidence)
    if repeatable:
        return Retryable("server_error", evidence={**evidence, "ambiguous": True})
    return Ambiguous("server_error", evidence=evidence)


def limited(reply: Reply, evidence: dict[str, Any]) -> RateLimited:
    """The class of a 429: nothing was applied, room again at the moment it names, or in a minute."""
    return RateLimited("retry_after", until=wait_until(reply) or clock.now() + DEFAULT_WAIT, evidence=evidence)


def wait_until(reply: Reply) -> datetime | None:
    """The instant of a Retry-After header (seconds or an HTTP date, RFC 9110 section 10.2.3); None without one."""
    said = reply.headers.get("retry-after", "").strip()
    if not said:
        return None
    now = clock.now()
    if said.isascii() and said.isdigit():
        return now + min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return now + DEFAULT_WAIT
    if at.tzinfo is None:
        return now + DEFAULT_WAIT
    return min(max(at, now), now + LONGEST_WAIT)
