"""Renewing a key that dies by itself: one worker at a time, the new one stored before anybody uses it.

A renewal key may be good for one use only. So three things can stand between asking and having the answer in the
database, and each is told apart:

* the call never left: nothing happened, ask again after a pause;
* the answer was lost (broken line, a worker that died): the renewal key may be spent. It is tried exactly once more:
  either it still works, or the other side says that it is used up and a person has to sign in again;
* the answer came, late or not: it is stored as long as nobody stored a newer key meanwhile. It is the best evidence.

The rows say all of it: `refresh_owner` is "<tries that may have left>:<who>", `refresh_lease_until` when somebody else
may go on, `generation` fences the storing.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, router, transaction
from django.db.models import Q

from channels.delivery import crash
from channels.delivery.contract import Renewed, channel_for, channels
from channels.delivery.credential_states import can_renew, move, tries_of
from channels.delivery.enums import USABLE_CREDENTIALS
from channels.delivery.enums import CredentialState as C
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.delivery.models import Credential
from channels.delivery.services.credentials import mark_refused
from cms.core import audit, claims, clock
from cms.core.errors import CongError

logger = logging.getLogger(__name__)

# How long a renewal that did not reach the other side rests.
NOT_REACHED_PAUSE = timedelta(seconds=60)
# How long to wait before the one more try with a renewal key whose answer was lost: the other side may be in trouble.
LOST_PAUSE = timedelta(minutes=5)
MAX_TRIES = 2


@dataclass(frozen=True)
class Renewal:
    """A claim on one key. `number` counts the calls that may have left; `back_to` is where it goes when none did."""

    credential: Credential
    owner: str
    number: int
    back_to: str


def renew_due(*, limit: int = 20) -> int:
    """Renew what is due in this process; returns how many were taken up. Call it outside any transaction."""
    taken = 0
    owner = claims.new_owner()
    while taken < limit:
        renewal = claim(owner=owner, now=clock.now())
        if renewal is None:
            break
        renew(renewal)
        taken += 1
    return taken


def is_due(*, now: datetime) -> bool:
    """True when some key wants renewing now."""
    return any(can_renew(row) or row.state == C.REFRESHING for row in _due(now))


def _due(now: datetime) -> list[Credential]:
    free = Q(refresh_lease_until__isnull=True) | Q(refresh_lease_until__lte=now)
    wanted = Q(state=C.REFRESHING)
    for channel in channels():
        if channel.renew_before is not None:
            near = Q(kind=channel.kind, expires_at__lte=now + channel.renew_before)
            wanted |= near & Q(state__in=USABLE_CREDENTIALS)
    return list(Credential.objects.filter(free & wanted).order_by("expires_at", "pk"))


def claim(*, owner: str, now: datetime) -> Renewal | None:
    """One key that this owner now renews, until the lease ends; None when there is none. Two never get the same."""
    alias = router.db_for_write(Credential)
    with transaction.atomic(using=alias):
        for row in _due(now):
            if connections[alias].features.has_select_for_update_skip_locked:
                if not Credential.objects.select_for_update(skip_locked=True).filter(pk=row.pk).exists():
                    continue
            renewal = _take(row, owner=owner, now=now)
            if renewal is not None:
                crash.point("before_renewal_claim_commit")
                return renewal
    return None


def _take(row: Credential, *, owner: str, now: datetime) -> Renewal | None:
    tries = tries_of(row)
    if row.state == C.REFRESHING and tries >= MAX_TRIES:
        mark_refused(row, note="renewal_reply_lost")
        return None
    if not can_renew(row):
        if row.state == C.REFRESHING:
            mark_refused(row, note="renewal_key_missing")
        return None
    works = row.state in USABLE_CREDENTIALS and row.expires_at is not None and row.expires_at > now
    held_by, number = row.refresh_owner, tries + 1
    taken: dict[str, Any] = {
        "refresh_owner": f"{number}:{owner}"[:80],
        "refresh_lease_until": now + timedelta(seconds=settings.CONG_LEASE_SECONDS),
    }
    if not move(row, C.REFRESHING, origins=[row.state], only=Q(refresh_owner=held_by), **taken):
        return None
    return Renewal(row, taken["refresh_owner"], number, C.EXPIRING if works else C.REFRESHING)


def renew(renewal: Renewal) -> bool:
    """Ask the other side for the next key and store it; True when it is stored. Whatever goes wrong is on the row."""
    row = renewal.credential
    try:
        refresh_secret, app_secret = row.refresh_secret, row.app_secret
    except CongError:  # the key of our own encryption is gone: nothing left this machine
        _end(renewal, "key_unreadable")
        return False
    try:
        renewed = channel_for(row.kind).renew(
            refresh_secret=refresh_secret, app_secret=app_secret, config=dict(row.config)
        )
    except SendError as error:
        _not_renewed(renewal, error)
        return False
    except CongError as error:
        _not_renewed(renewal, Permanent(error.message))
        return False
    except Exception as error:  # noqa: BLE001 - a fault in a channel: the call may have left; the row and the log say so
        logger.exception("renewal fault", extra=_ids(renewal, "renewal_fault"))
        _not_renewed(renewal, Ambiguous("channel_fault", evidence={"error": type(error).__name__}))
        return False
    crash.point("after_renewal_reply")
    return store(renewal, renewed)


def store(renewal: Renewal, renewed: Renewed) -> bool:
    """Write the new key, whole, before anything uses it. False when somebody stored a newer one meanwhile.

    The fence is the generation, not the lease: an answer that comes late is still the only key there is.
    """
    row = renewal.credential
    fields: dict[str, Any] = {
        "secret": renewed.secret,
        "expires_at": renewed.expires_at,
        "generation": row.generation + 1,
        "changed_at": clock.now(),
        "checked_at": clock.now(),
        "state_note": "renewed_after_refusal" if renewal.back_to == C.REFRESHING else "",
    }
    if renewed.refresh_secret:
        fields["refresh_secret"] = renewed.refresh_secret
        fields["refresh_expires_at"] = renewed.refresh_expires_at
    elif renewed.refresh_expires_at is not None:
        fields["refresh_expires_at"] = renewed.refresh_expires_at
    with transaction.atomic():
        kept = move(row, C.HEALTHY, origins=set(C), **fields)
        if kept:
            audit.record(row, "delivery.credential.renew", data={"generation": row.generation, "try": renewal.number})
    logger.info("key renewed", extra=_ids(renewal, "credential_renewed" if kept else "credential_renewed_too_late"))
    return kept


def _not_renewed(renewal: Renewal, error: SendError) -> None:
    now = clock.now()
    logger.warning("key not renewed", extra={**_ids(renewal, "credential_not_renewed"), "class": error.outcome})
    if isinstance(error, AuthFailed):
        # After a lost answer this is what a renewal key says that was spent by the first call.
        _end(renewal, "renewal_used_up" if renewal.number > 1 else "renewal_refused")
    elif isinstance(error, Permanent):
        _end(renewal, error.reason)
    elif isinstance(error, RateLimited):
        _rest(renewal, renewal.number - 1, until=error.until, note=error.reason)
    elif isinstance(error, Retryable):
        _rest(renewal, renewal.number - 1, until=now + NOT_REACHED_PAUSE, note=error.reason)
    elif renewal.number >= MAX_TRIES:
        _end(renewal, "renewal_reply_lost")
    else:
        _rest(renewal, renewal.number, until=now + LOST_PAUSE, note=error.reason)


def _rest(renewal: Renewal, tries: int, *, until: datetime, note: str) -> None:
    """Let the key rest until then. While the present secret is neither refused nor expired, it stays in use."""
    fields: dict[str, Any] = {"refresh_owner": f"{tries}:rests", "refresh_lease_until": until, "state_note": note[:300]}
    move(renewal.credential, renewal.back_to, origins=[C.REFRESHING], only=Q(refresh_owner=renewal.owner), **fields)


def _end(renewal: Renewal, note: str) -> None:
    """Only a person can help, unless another worker holds the claim or stored a newer key by now."""
    row = renewal.credential
    with transaction.atomic():
        mark_refused(row, note=note, only=Q(refresh_owner=renewal.owner))


def _ids(renewal: Renewal, event: str) -> dict[str, Any]:
    row = renewal.credential
    return {
        "event": event, "credential_id": row.pk, "channel": row.kind, "generation": row.generation,
        "try": renewal.number,
    }  # fmt: skip
