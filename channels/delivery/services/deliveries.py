"""What people do with single deliveries: cancel, hold, release, decide, take back."""

import logging
from datetime import timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Approval
from channels.delivery.contract import Sent, channel_for
from channels.delivery.enums import DUE_STATES, OUT_STATES, UNSENT_STATES, Action, DeliveryState, Hold, ReceiptKind
from channels.delivery.models import Delivery
from channels.delivery.permissions import require_planner
from channels.delivery.services import receipts
from channels.delivery.services.materialise import OPEN_END
from channels.delivery.states import move
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict

logger = logging.getLogger(__name__)
S = DeliveryState
# A delivery that a person sends again is useful for at least this long, whatever its plan said.
SECOND_CHANCE = timedelta(hours=6)


@transaction.atomic
def cancel_delivery(delivery: Delivery, *, user: Any) -> Delivery:
    """The delivery, cancelled before it left. Raises Conflict when it is out already: take it down instead."""
    require_planner(user)
    delivery = _fresh(delivery)
    if not move(delivery, S.CANCELLED, origins=UNSENT_STATES, by_claim=False, hold="", finished_at=clock.now()):
        raise Conflict(_("It has left already. It can only be taken down."))
    audit.record(delivery, "delivery.delivery.cancel", user=user)
    return delivery


@transaction.atomic
def hold_delivery(delivery: Delivery, *, user: Any) -> Delivery:
    """The delivery, held until somebody releases it. Raises Conflict when it is not waiting."""
    require_planner(user)
    delivery = _fresh(delivery)
    if not move(delivery, S.HELD, origins=[*DUE_STATES, S.LEASED], by_claim=False, hold=Hold.PERSON, owner=""):
        raise Conflict(_("It is not waiting any more."))
    audit.record(delivery, "delivery.delivery.hold", user=user)
    return delivery


@transaction.atomic
def release_delivery(delivery: Delivery, *, user: Any) -> Delivery:
    """The held delivery, due again; all checks are made again before it leaves."""
    require_planner(user)
    delivery = _fresh(delivery)
    if not move(delivery, S.SCHEDULED, origins=[S.HELD], by_claim=False, hold="", owner=""):
        raise Conflict(_("It is not held."))
    audit.record(delivery, "delivery.delivery.release", user=user)
    return delivery


@transaction.atomic
def try_again(delivery: Delivery, *, user: Any) -> Delivery:
    """The failed delivery, due now with a fresh count of tries."""
    require_planner(user)
    delivery = _fresh(delivery)
    now = clock.now()
    again = move(
        delivery, S.SCHEDULED, origins=[S.FAILED], by_claim=False, not_before=now, failures=0, crashes=0, owner="",
        finished_at=None, useful_until=max(delivery.useful_until, now + SECOND_CHANCE),
    )  # fmt: skip
    if not again:
        raise Conflict(_("It has not failed."))
    audit.record(delivery, "delivery.delivery.retry", user=user)
    return delivery


@transaction.atomic
def resolve_unconfirmed(
    delivery: Delivery, *, decision: Literal["there", "send_again"], user: Any, remote_id: str = "", note: str = ""
) -> Delivery:
    """The unconfirmed delivery after a person looked at the destination.

    "there": it arrived; a receipt says who saw it. "send_again": it did not; it is due once more. Raises Conflict when
    somebody (or the late reply itself) was quicker.
    """
    require_planner(user)
    delivery = _fresh(delivery)
    now = clock.now()
    if decision == "there":
        if not move(delivery, S.SENT, origins=[S.UNCONFIRMED], by_claim=False, owner="", finished_at=now):
            raise Conflict(_("This delivery has been settled already."))
        seen = Sent(remote_id=remote_id.strip()[:120])
        if seen.remote_id:
            delivery.attempts.filter(n=delivery.attempt).update(remote_id=seen.remote_id)
        evidence = {"note": note[:300]} if note else {}
        receipts.write_receipt(delivery, ReceiptKind.CONFIRMED, at=now, sent=seen, recorded_by=user, evidence=evidence)
        audit.record(delivery, "delivery.delivery.confirm", user=user)
    elif decision == "send_again":
        until = max(delivery.useful_until, now + SECOND_CHANCE)
        if not move(
            delivery, S.SCHEDULED, origins=[S.UNCONFIRMED], by_claim=False, owner="", not_before=now,
            useful_until=until, failures=max(delivery.failures, 1),
        ):  # fmt: skip
            raise Conflict(_("This delivery has been settled already."))
        audit.record(delivery, "delivery.delivery.resend", user=user)
    else:
        raise BadInput(_("Choose what you found at the destination."))
    return delivery


@transaction.atomic
def take_down_delivery(delivery: Delivery, *, user: Any) -> Delivery:
    """A new delivery that takes back what this one put there, due now; asking twice gives the same one.

    Raises Conflict when nothing is out, BadInput when the channel cannot take back.
    """
    require_planner(user)
    delivery = _fresh(delivery)
    if Action.TAKE_DOWN not in channel_for(delivery.endpoint.kind).actions:
        raise BadInput(_("This channel cannot take back what it carried."))
    if delivery.action == Action.TAKE_DOWN or delivery.state not in OUT_STATES:
        raise Conflict(_("There is nothing to take down."))
    now = clock.now()
    planned = delivery.compensations.filter(action=Action.TAKE_DOWN).exclude(state=S.CANCELLED).first()
    if planned is not None and planned.state in DUE_STATES:
        Delivery.objects.filter(pk=planned.pk, state__in=DUE_STATES).update(not_before=now, planned_at=now)
    if planned is None:
        planned = Delivery.objects.create(
            occurrence=delivery.occurrence, endpoint=delivery.endpoint, variant=delivery.variant,
            action=Action.TAKE_DOWN, original=delivery, idem_key=f"d{delivery.pk}:{Action.TAKE_DOWN}:{delivery.attempt}",
            state=S.SCHEDULED, planned_at=now, not_before=now, useful_until=now + OPEN_END, priority=9,
        )  # fmt: skip
    audit.record(delivery, "delivery.delivery.take_down", user=user, data={"by": planned.pk})
    return planned


def withdraw(approval: Approval) -> int:
    """Order the taking down of everything that carries this approval; returns how many deliveries were ordered.

    Where a channel cannot take back, the failed queue says so: what is still to be seen is not passed over in silence.
    """
    out = Delivery.objects.filter(variant__approval=approval, action=Action.SEND, state__in=OUT_STATES)
    count = 0
    for delivery in out.select_related("endpoint"):
        if Action.TAKE_DOWN in channel_for(delivery.endpoint.kind).actions:
            take_down_delivery(delivery, user=None)
            count += 1
    return count


def _fresh(delivery: Delivery) -> Delivery:
    """The row as it is now, locked where the database can."""
    return (
        Delivery.objects.select_for_update(of=("self",))
        .select_related(
            "endpoint__organisation", "variant__approval__item__campaign", "occurrence__rule__item__campaign"
        )
        .get(pk=delivery.pk)
    )
