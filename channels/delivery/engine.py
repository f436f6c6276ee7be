"""The push engine: claim, intent, send, receipt. Three commits; the send stands outside all of them.

Whoever calls `run_due`, however often, from however many processes, changes only how soon things happen.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from channels.delivery import crash, settle
from channels.delivery.contract import Sent
from channels.delivery.enums import DUE_STATES, Action, DeliveryState, Hold
from channels.delivery.errors import Ambiguous, SendError
from channels.delivery.intent import Intent, NeedsVariant, Stop, apply, declare
from channels.delivery.models import Delivery
from channels.delivery.services.endpoints import mark_refused
from channels.delivery.services.variants import ensure_variant
from channels.delivery.states import move
from cms.core import claims, clock, shutdown
from cms.core.errors import CongError, NotReady
from cms.core.secrets import SecretUnreadable

logger = logging.getLogger(__name__)
S = DeliveryState

BATCH = 20


def run_due(limit: int = 200, *, owner: str | None = None) -> int:
    """Send what is due in this process, at most `limit`; returns how many deliveries were taken up.

    Stops when the database refuses to write (full disk, read-only): nothing is sent that could not be written down.
    """
    owner = owner or claims.new_owner()
    taken = 0
    while taken < limit and not shutdown.is_asked():
        try:
            batch = claim(min(BATCH, limit - taken), owner=owner, now=clock.now())
        except DatabaseError:
            logger.exception("claiming stopped", extra={"event": "claim_refused"})
            return taken
        if not batch:
            return taken
        taken += len(batch)
        if not _work(batch):
            return taken
    return taken


def claim(limit: int, *, owner: str, now: datetime) -> list[Delivery]:
    """What this owner now holds: the urgent first, and alone whatever a worker has died with before."""
    rows = _claim(limit, owner, now, Q(crashes=0))
    return rows or _claim(1, owner, now, Q(crashes__gt=0))


def _claim(limit: int, owner: str, now: datetime, where: Q) -> list[Delivery]:
    with transaction.atomic():
        rows = claims.claim_due(
            Delivery, now=now, limit=limit, owner=owner, due_states=DUE_STATES, claimed_state=S.LEASED, where=where,
            order_by=("-priority", "not_before", "id"),
        )  # fmt: skip
        crash.point("before_claim_commit")
    if rows:
        crash.point("after_claim")
    return rows


def _work(batch: list[Delivery]) -> bool:
    """Do the claimed rows one after the other; False: stop claiming.

    Those whose lease is half spent, and what is left when this process is asked to end, are given back: due at once.
    """
    began = time.monotonic()
    for number, row in enumerate(batch):
        if time.monotonic() - began > settings.CONG_LEASE_SECONDS / 2 or shutdown.is_asked():
            _give_back(batch[number:])
            return True
        try:
            deliver(row)
        except DatabaseError:
            logger.exception("delivery stopped", extra={"event": "database_refused", "delivery_id": row.pk})
            return False
    return True


def _give_back(rows: list[Delivery]) -> None:
    for row in rows:
        move(row, S.SCHEDULED, origins=[S.LEASED], owner="")


def deliver(row: Delivery) -> None:
    """Take one claimed delivery as far as it goes. Only database errors come out; all else is written on the row."""
    began = time.monotonic()
    try:
        intent = _prepare(row)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - one item that cannot be made ready must not stop those behind it
        logger.exception("delivery not prepared", extra={"event": "delivery_not_prepared", "delivery_id": row.pk})
        _not_prepared(row, error)
        return
    if intent is None:
        return
    crash.point("after_intent")
    if time.monotonic() - began > settings.CONG_LEASE_SECONDS / 2:
        # This process stood still (a stopped machine): the row is the reaper's by now. Sending could double it.
        logger.warning("lease spent before sending", extra={"event": "lease_spent", "delivery_id": row.pk})
        return
    try:
        answer = _send(intent)
    except SendError as error:
        settle.failed(intent, error)
        return
    except Exception as error:  # noqa: BLE001 - a fault in a channel after the intent may have sent something
        logger.exception("channel fault", extra={"event": "channel_fault", "delivery_id": row.pk})
        settle.failed(intent, Ambiguous("channel_fault", evidence={"error": type(error).__name__}))
        return
    crash.point("after_reply_before_receipt")
    settle.sent(intent, answer)
    crash.point("after_receipt")


def _prepare(row: Delivery) -> Intent | None:
    """The committed intent, rendering the variant first when the approval in force has none for this destination."""
    for _again in range(3):
        try:
            return declare(row, now=clock.now())
        except NeedsVariant as need:
            variant = ensure_variant(need.approval, row.endpoint)
            earlier = row.variant
            if earlier is not None and earlier.edited_by_id is not None and variant.edited_by_id is None:
                # Somebody wrote other words for this channel, for a text that has changed since: they decide.
                _stop(row, Stop(S.HELD, Hold.VARIANT, "edited_for_older_approval"))
                return None
            if claims.fenced(row, S.LEASED).update(variant=variant) != 1:
                return None
            row.variant = variant
    _stop(row, Stop(S.HELD, Hold.NOT_AIRABLE, "approval_keeps_changing"))
    return None


def _not_prepared(row: Delivery, error: Exception) -> None:
    if isinstance(error, SecretUnreadable):
        with transaction.atomic():
            apply(row, Stop(S.HELD, Hold.CREDENTIAL, "key_unreadable"), now=clock.now())
            if row.endpoint.credential is not None:
                mark_refused(row.endpoint.credential, note="key_unreadable")
    elif isinstance(error, NotReady):
        _stop(row, Stop(S.HELD, Hold.NOT_READY, error.message[:300]))
    elif isinstance(error, CongError):
        _stop(row, Stop(S.FAILED, reason=error.message[:300]))
    else:
        with transaction.atomic():
            settle.retry_later(row, reason=f"{type(error).__name__}", now=clock.now(), origin=S.LEASED)


def _stop(row: Delivery, stop: Stop) -> None:
    with transaction.atomic():
        apply(row, stop, now=clock.now())


def _send(intent: Intent) -> Sent:
    """Let the channel act; long work keeps its lease alive."""
    doing = {Action.SEND: intent.channel.send, Action.TAKE_DOWN: intent.channel.take_down}
    act = doing.get(Action(intent.outgoing.action), intent.channel.correct)
    if not intent.channel.is_long(intent.outgoing.payload):
        return act(intent.outgoing)
    with _kept_alive(intent.delivery):
        return act(intent.outgoing)


@contextmanager
def _kept_alive(row: Delivery) -> Iterator[None]:
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(row, stop), daemon=True, name=f"delivery-{row.pk}-lease")
    beat.start()
    try:
        yield
    finally:
        stop.set()
        beat.join(5)


def _beat(row: Delivery, stop: threading.Event) -> None:
    held = Delivery(pk=row.pk, owner=row.owner, attempt=row.attempt)
    try:
        while not stop.wait(settings.CONG_LEASE_SECONDS / 3):
            if not claims.extend_lease(held, S.SENDING, now=clock.now()):
                return
    finally:
        connection.close()
