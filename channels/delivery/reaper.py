"""What workers left behind, and what was held for a cause that is gone."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from campaigns.models import Approval
from channels.delivery import content
from channels.delivery.contract import channel_for
from channels.delivery.enums import USABLE_CREDENTIALS, Action, DeliveryState, Hold, Outcome, ReceiptKind
from channels.delivery.models import Attempt, Delivery
from channels.delivery.services import receipts
from channels.delivery.services.variants import ensure_variant
from channels.delivery.states import move
from cms.core import clock
from cms.core.claims import expired, overdue
from cms.core.errors import CongError

logger = logging.getLogger(__name__)
S = DeliveryState

# A row with which this many workers died before its intent is poison: it is failed and everything behind it goes on.
MAX_CRASHES = 5


def reap(*, now: datetime | None = None, limit: int = 500) -> int:
    """Settle rows whose lease ran out; returns how many.

    Without an intent nothing can have left: due again. With an intent and no receipt it may have left: unconfirmed,
    and a person decides; only where repeating changes nothing is it due again by itself.
    """
    now = now or clock.now()
    count = 0
    for row in expired(Delivery, S.LEASED, S.SENDING, now=now).select_related("endpoint")[:limit]:
        with transaction.atomic():
            count += _reap_one(row, now)
    return count


def _reap_one(row: Delivery, now: datetime) -> bool:
    still = overdue(now)
    origin = row.state
    if origin == S.SENDING and row.action not in channel_for(row.endpoint.kind).idempotent:
        done = move(row, S.UNCONFIRMED, origins=[origin], only=still, last_error="worker_lost")
    elif row.crashes + 1 >= MAX_CRASHES:
        done = move(
            row, S.FAILED, origins=[origin], only=still, last_error="worker_lost", crashes=row.crashes + 1,
            owner="", finished_at=now,
        )  # fmt: skip
        if done:
            receipts.write_receipt(row, ReceiptKind.FAILED, at=now, evidence={"reason": "worker_lost"})
    else:
        done = move(
            row, S.SCHEDULED, origins=[origin], only=still, last_error="worker_lost", crashes=row.crashes + 1, owner=""
        )
    if done and origin == S.SENDING:
        attempts = Attempt.objects.filter(delivery=row, n=row.attempt, outcome=Outcome.OPEN)
        attempts.update(outcome=Outcome.LOST, ended_at=now)
    if done:
        logger.warning(
            "delivery reaped",
            extra={"event": "delivery_reaped", "delivery_id": row.pk, "was": origin, "state": row.state},
        )
    return done


def recheck_held(*, now: datetime | None = None, limit: int = 200) -> int:
    """Let go what was held for a cause that is gone, and end what has become useless; returns how many moved.

    More than `limit` held rows are looked at in turns, so that those whose cause stays keep nobody from being seen.
    """
    now = now or clock.now()
    held = Delivery.objects.filter(state=S.HELD).select_related(
        "endpoint__credential", "endpoint__organisation__area", "occurrence__rule__item__campaign",
        "variant__approval__item__campaign",
    )  # fmt: skip
    count = 0
    for row in held.filter(useful_until__lte=now).order_by("useful_until", "id")[:limit]:
        with transaction.atomic():
            count += _expire(row, now)
    rows = list(held.filter(useful_until__gt=now, pk__gt=_turn["after"]).order_by("pk")[:limit])
    _turn["after"] = rows[-1].pk if len(rows) == limit else 0
    for row in rows:
        if _is_free(row, now):
            with transaction.atomic():
                count += move(row, S.SCHEDULED, origins=[S.HELD], by_claim=False, hold="", owner="")
    return count


# Where the next turn of held rows begins.
_turn = {"after": 0}


def _is_free(row: Delivery, now: datetime) -> bool:
    """True when nothing holds the row any more; a fault in looking is logged and keeps only this one."""
    try:
        return _cause_is_gone(row, now)
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 - one item that cannot be judged must not keep the others held
        logger.exception("held row not judged", extra={"event": "held_not_judged", "delivery_id": row.pk})
        return False


def _expire(row: Delivery, now: datetime) -> bool:
    reason = row.hold
    if not move(row, S.EXPIRED, origins=[S.HELD], by_claim=False, hold="", finished_at=now):
        return False
    receipts.write_receipt(row, ReceiptKind.MISSED, at=now, evidence={"reason": f"held:{reason}"})
    return True


def _cause_is_gone(row: Delivery, now: datetime) -> bool:
    if row.hold == Hold.PERSON:
        return False
    if row.hold == Hold.ENDPOINT:
        return row.endpoint.active
    if row.hold == Hold.CREDENTIAL:
        credential = row.endpoint.credential
        return credential is not None and credential.state in USABLE_CREDENTIALS
    if row.action == Action.TAKE_DOWN:
        return True
    rule = row.occurrence.rule if row.occurrence else None
    item = rule.item if rule else (row.variant.approval.item if row.variant else None)
    if item is None:
        return False
    orthography = rule.orthography if rule else (row.variant.orthography if row.variant else "")
    answer = content.airable(item, orthography, now, area=row.endpoint.organisation.area)
    if answer.approval is None:
        return False
    if row.hold == Hold.VARIANT:
        return row.variant is not None and row.variant.approval_id == answer.approval.pk and row.variant.may_go
    if row.hold == Hold.NOT_READY:
        return _is_ready(row, answer.approval)
    return True


def _is_ready(row: Delivery, approval: Approval) -> bool:
    """True when what was missing has come: the channel can render the variant now."""
    try:
        ensure_variant(approval, row.endpoint)
    except CongError:
        return False
    return True
