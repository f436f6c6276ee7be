"""The third commit: what came back, written down under the claim's token, with the receipt."""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction

from channels.delivery import crash
from channels.delivery.contract import Sent
from channels.delivery.enums import DeliveryState, Hold, Outcome, ReceiptKind
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.delivery.intent import Intent
from channels.delivery.models import Attempt, Delivery
from channels.delivery.services import budgets, receipts
from channels.delivery.services.credentials import refused
from channels.delivery.states import move
from cms.core import clock, statements

logger = logging.getLogger(__name__)
S = DeliveryState

# 30 s · 2ⁿ with full jitter, at most half an hour (scheduling.md H9).
BACKOFF_FIRST = 30.0
BACKOFF_CAP = 1800.0
MAX_FAILURES = 12
# A receipt that the database refuses (full disk, a lost server) is tried again this often before it is left to the reaper.
RECEIPT_TRIES = 3


def backoff(failures: int) -> timedelta:
    """The pause after the n-th failed try (1, 2, …): anywhere between nothing and 30 s · 2ⁿ⁻¹, at most half an hour."""
    return timedelta(seconds=random.uniform(0.0, min(BACKOFF_CAP, BACKOFF_FIRST * 2 ** (failures - 1))))


def sent(intent: Intent, answer: Sent) -> bool:
    """Write the receipt; False when the claim was lost in the meantime (then a person decides, and nothing is doubled)."""

    def write() -> bool:
        now = clock.now()
        delivery = intent.delivery
        # UNCONFIRMED: the reaper was quicker than a slow reply. The reply is the better evidence.
        kept = move(delivery, S.SENT, origins=[S.SENDING, S.UNCONFIRMED], finished_at=now, last_error="")
        _close(intent, Outcome.SENT, now, remote_id=answer.remote_id, evidence=answer.evidence)
        if kept:
            kind = receipts.KIND_OF_ACTION[delivery.action]
            receipts.write_receipt(delivery, kind, at=answer.at or now, sent=answer)
        crash.point("before_receipt_commit")
        return kept

    kept = bool(_insist(write, intent))
    logger.info("delivery sent", extra=_ids(intent, "delivery_sent" if kept else "delivery_sent_after_loss"))
    return kept


def failed(intent: Intent, error: SendError) -> None:
    """Write down how the try failed and let the error's class decide what becomes of the delivery."""
    if isinstance(error, Ambiguous) and intent.outgoing.action in intent.channel.idempotent:
        # Doing it again changes nothing at the other end, so not knowing is as good as not done.
        error = Retryable(error.reason, evidence={**error.evidence, "ambiguous": True})

    def write() -> None:
        now = clock.now()
        _close(intent, error.outcome, now, evidence={**error.evidence, "reason": error.reason})
        _decide(intent, error, now)

    _insist(write, intent)
    logger.warning("delivery not sent", extra={**_ids(intent, "delivery_not_sent"), "class": error.outcome})


def _decide(intent: Intent, error: SendError, now: datetime) -> None:
    delivery = intent.delivery
    common: dict[str, Any] = {"origins": [S.SENDING], "last_error": error.reason[:300]}
    if isinstance(error, RateLimited):
        limits = intent.channel.budgets(delivery.endpoint)
        budgets.block(limits, scope=error.scope, until=error.until)
        # Being asked to wait is not a failed try. It is looked at again at the latest when it stops being useful.
        move(delivery, S.SCHEDULED, not_before=min(error.until, delivery.useful_until), owner="", **common)
        budgets.postpone_others(delivery, scope=error.scope, until=error.until)
    elif isinstance(error, AuthFailed):
        credential = delivery.endpoint.credential
        if credential is not None and refused(credential, generation=intent.outgoing.generation, note=error.reason):
            # A newer key is stored by now: this refusal is old news, and nothing was applied.
            move(delivery, S.SCHEDULED, not_before=now, owner="", **common)
        else:
            move(delivery, S.HELD, hold=Hold.CREDENTIAL, owner="", **common)
    elif isinstance(error, Permanent):
        if move(delivery, S.FAILED, finished_at=now, owner="", **common):
            receipts.write_receipt(delivery, ReceiptKind.FAILED, at=now, evidence={"reason": error.reason})
    elif isinstance(error, Retryable):
        retry_later(delivery, reason=error.reason, now=now, origin=S.SENDING)
    else:
        # The claim's token stays in the row: should the reply still come, its receipt finds its place.
        move(delivery, S.UNCONFIRMED, **common)


def retry_later(delivery: Delivery, *, reason: str, now: datetime, origin: str) -> None:
    """Count a failed try and plan the next one, or give up when it would come too late or too often."""
    failures = delivery.failures + 1
    again = now + backoff(failures)
    common: dict[str, Any] = {"origins": [origin], "last_error": reason[:300], "failures": failures, "owner": ""}
    if failures >= MAX_FAILURES:
        if move(delivery, S.FAILED, finished_at=now, **common):
            receipts.write_receipt(delivery, ReceiptKind.FAILED, at=now, evidence={"reason": reason})
    elif again >= delivery.useful_until:
        if move(delivery, S.EXPIRED, finished_at=now, **common):
            receipts.write_receipt(delivery, ReceiptKind.MISSED, at=now, evidence={"reason": reason})
    else:
        move(delivery, S.RETRY_WAIT, not_before=again, **common)


def _close(intent: Intent, outcome: str, now: datetime, *, remote_id: str = "", evidence: dict[str, Any]) -> None:
    evidence = {**intent.notes.kept, **evidence}
    written = {"outcome": outcome, "ended_at": now, "remote_id": remote_id[:120], "evidence": evidence}
    statements.update(Attempt, where={"id": intent.attempt.pk}, values=written)


def _insist(write: Callable[[], Any], intent: Intent) -> Any:
    """Run `write` in a transaction, a few times if the database refuses; then raise, and the reaper finds the row."""
    for left in range(RECEIPT_TRIES - 1, -1, -1):
        try:
            with transaction.atomic():
                return write()
        except DatabaseError:
            logger.exception("receipt not written", extra=_ids(intent, "receipt_refused"))
            if not left:
                raise
            time.sleep(0.2)
    return None


def _ids(intent: Intent, event: str) -> dict[str, Any]:
    delivery = intent.delivery
    return {
        "event": event, "delivery_id": delivery.pk, "attempt": intent.attempt.n, "endpoint_id": delivery.endpoint_id,
        "channel": intent.channel.kind,
    }  # fmt: skip
