"""Asking the other side about what was sent without an answer: read only, outside any transaction, never a second send.

A reply that was lost says nothing; some channels can be asked afterwards what stands there. What they say decides only
where it is certain: "there" makes the delivery sent. "absent" and "unknown" stay with a person, who sees them.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from channels.delivery.contract import Channel, Look, channel_for, channels
from channels.delivery.enums import USABLE_CREDENTIALS, Action, DeliveryState, Outcome, ReadBack, ReceiptKind
from channels.delivery.errors import AuthFailed, RateLimited, SendError
from channels.delivery.intent import outgoing_of
from channels.delivery.models import Attempt, Delivery, RateBucket
from channels.delivery.permissions import require_worker
from channels.delivery.services import budgets, receipts
from channels.delivery.services.credentials import refused
from channels.delivery.states import move
from cms.core import audit, clock
from cms.core.errors import Conflict, NotReady
from cms.core.secrets import SecretUnreadable

logger = logging.getLogger(__name__)
S = DeliveryState

# When the other side is looked at, counted from the end of the attempt: soon, then ever more seldom, at most eight times.
LOOKS_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 20 * 60, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
)
# Outcomes that leave open whether something stands there.
OPEN_OUTCOMES = frozenset({Outcome.AMBIGUOUS, Outcome.LOST})
BATCH = 20


@dataclass(frozen=True)
class Seen:
    """What one look came to: a value of ReadBack, and why nothing could be told (a reason code)."""

    verdict: str
    reason: str = ""


def can_look(channel: Channel) -> bool:
    """True when this kind of channel can be asked what stands there."""
    return type(channel).look is not Channel.look


def due_attempts(*, now: datetime) -> "QuerySet[Attempt]":
    """Attempts whose next look is due, the longest unseen first: the last one of each unconfirmed send of such channels."""
    kinds = [channel.kind for channel in channels() if can_look(channel)]
    due = Q()
    for after in LOOKS_AFTER:
        unseen = Q(read_back_at__isnull=True) | Q(read_back_at__lt=F("over_at") + after)
        due |= Q(over_at__lte=now - after) & unseen
    return (
        Attempt.objects.filter(
            delivery__state=S.UNCONFIRMED, delivery__action=Action.SEND, delivery__endpoint__kind__in=kinds,
            n=F("delivery__attempt"), outcome__in=OPEN_OUTCOMES,
        )
        .annotate(over_at=Coalesce("ended_at", "intent_at"))
        .filter(due)
        .select_related("delivery__endpoint__credential")
        .order_by(F("read_back_at").asc(nulls_first=True), "pk")
    )  # fmt: skip


def look_due(*, limit: int = BATCH) -> int:
    """Look at what is due for a look, at most `limit`; returns how many destinations were asked.

    A destination that cannot be asked now never stops the others.
    """
    asked = 0
    for attempt in due_attempts(now=clock.now())[:limit]:
        if _may_ask(attempt.delivery):
            asked += _look(attempt, user=None) is not None
    return asked


def look_now(delivery: Delivery, *, user: Any) -> Seen:
    """What the other side says at this moment, written down; a person asked for it.

    Raises NotReady when this channel cannot be asked (or not now), Conflict when the delivery is not unconfirmed any more.
    """
    require_worker(user)
    attempt = (
        Attempt.objects.filter(
            delivery=delivery.pk, delivery__state=S.UNCONFIRMED, n=F("delivery__attempt"), outcome__in=OPEN_OUTCOMES
        )
        .select_related("delivery__endpoint__credential")
        .first()
    )
    if attempt is None:
        raise Conflict(_("This delivery has been settled meanwhile."))
    if not can_look(channel_for(attempt.delivery.endpoint.kind)):
        raise NotReady(_("This channel cannot be asked what stands there. Open the destination and look."))
    if not _may_ask(attempt.delivery):
        raise NotReady(_("The destination may not be asked now: its key is refused, or it asked us to wait."))
    seen = _look(attempt, user=user)
    if seen is None:
        raise Conflict(_("This delivery has been settled meanwhile."))
    return seen


def _may_ask(delivery: Delivery) -> bool:
    """False while the key is refused or the other side asks to wait."""
    credential = delivery.endpoint.credential
    if credential is not None and credential.state not in USABLE_CREDENTIALS:
        return False
    keys = [budget.key for budget in channel_for(delivery.endpoint.kind).budgets(delivery.endpoint)]
    return not RateBucket.objects.filter(key__in=keys, blocked_until__gt=clock.now()).exists()


def _look(attempt: Attempt, *, user: Any) -> Seen | None:
    """One look and what came of it; None when another process looks at this moment or the delivery is settled."""
    delivery = attempt.delivery
    # Whoever writes the time of the look first has it: two tickers do not ask for the same thing.
    if not Attempt.objects.filter(pk=attempt.pk, read_back_at=attempt.read_back_at).update(read_back_at=clock.now()):
        return None
    channel = channel_for(delivery.endpoint.kind)
    look, failure = Look(), None
    try:
        look = _ask(channel, delivery, attempt)
    except SendError as error:
        failure = error
    except SecretUnreadable:
        failure = AuthFailed("key_unreadable")
    except Exception as error:  # noqa: BLE001 - a fault in one channel's reading must not stop the others; it is logged whole
        logger.exception("look failed", extra={"event": "look_fault", "delivery_id": delivery.pk})
        failure = SendError("channel_fault", evidence={"error": type(error).__name__})
    return _write_down(attempt, channel, look, failure, user=user)


def _ask(channel: Channel, delivery: Delivery, attempt: Attempt) -> Look:
    outgoing = outgoing_of(delivery, delivery.variant, channel)
    look = channel.look(outgoing, since=attempt.intent_at, noted=dict(attempt.evidence))
    if look.verdict == ReadBack.THERE and look.sent is None:
        return Look(evidence=look.evidence)
    return look


@transaction.atomic
def _write_down(attempt: Attempt, channel: Channel, look: Look, failure: SendError | None, *, user: Any) -> Seen | None:
    delivery, now = attempt.delivery, clock.now()
    seen = Seen(look.verdict, failure.reason[:100] if failure else "")
    if isinstance(failure, RateLimited):
        budgets.block(channel.budgets(delivery.endpoint), scope=failure.scope, until=failure.until)
    if isinstance(failure, AuthFailed) and delivery.endpoint.credential is not None:
        credential = delivery.endpoint.credential
        refused(credential, generation=credential.generation, note=failure.reason)
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if row.state != S.UNCONFIRMED or row.attempt != attempt.n:
        return None
    facts = {**look.evidence, **(failure.evidence if failure else {})}
    audit.record(
        delivery, "delivery.delivery.look", user=user,
        data={"verdict": seen.verdict, "reason": seen.reason, "attempt": attempt.n, "evidence": facts},
    )  # fmt: skip
    fresh = Attempt.objects.get(pk=attempt.pk)
    changes: dict[str, Any] = {"read_back_at": now, "evidence": {**fresh.evidence, "look": facts}}
    if failure is None or not fresh.read_back:
        # A look that could not be taken says nothing; what an earlier one saw stays the best that is known.
        changes["read_back"] = seen.verdict
    if look.sent is not None and look.verdict == ReadBack.THERE:
        changes["remote_id"] = look.sent.remote_id[:120]
        _settle(delivery, look, user=user, now=now)
    Attempt.objects.filter(pk=attempt.pk).update(**changes)
    return seen


def _settle(delivery: Delivery, look: Look, *, user: Any, now: datetime) -> None:
    """Sent, under the token of the claim that sent it: a person's decision or the late reply wins exactly once."""
    if look.sent is None or not move(delivery, S.SENT, origins=[S.UNCONFIRMED], finished_at=now, last_error=""):
        return
    receipts.write_receipt(
        delivery, ReceiptKind.SENT, at=look.sent.at or now, sent=look.sent, recorded_by=user,
        evidence={"read_back": True, **look.evidence},
    )  # fmt: skip
    audit.record(delivery, "delivery.delivery.read_back", user=user, data={"remote_id": look.sent.remote_id})
    logger.info("delivery read back", extra={"event": "delivery_read_back", "delivery_id": delivery.pk})


@transaction.atomic
def look_soon(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """Have the worker look within seconds, whatever the growing pauses say; for many at once. Asking twice changes nothing.

    Raises NotReady when this channel cannot be asked, Conflict when the delivery is not unconfirmed any more.
    """
    require_worker(user)
    row = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery.pk)
    if row.state != S.UNCONFIRMED or (seen is not None and seen != row.attempt):
        raise Conflict(_("This delivery has been settled meanwhile."))
    if not can_look(channel_for(row.endpoint.kind)):
        raise NotReady(_("This channel cannot be asked what stands there. Open the destination and look."))
    Attempt.objects.filter(delivery=row, n=row.attempt, outcome__in=OPEN_OUTCOMES).update(read_back_at=None)
    audit.record(row, "delivery.delivery.look", user=user, data={"verdict": "", "attempt": row.attempt})
    return row
