"""What people do with single deliveries: cancel, hold, release, decide, take back.

Every verb asks the row as it is now, moves it by the one table, and writes the audit in the same transaction. Doing it
twice is refused the second time with a sentence that says what the delivery has become. `seen` is the attempt that the
person had before their eyes: what was tried again since then is looked at again before anybody decides.
"""

import logging
from datetime import timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from channels.delivery.contract import Sent, channel_for
from channels.delivery.enums import DUE_STATES, OUT_STATES, UNSENT_STATES, Action, DeliveryState, Hold, ReceiptKind
from channels.delivery.leftovers import stands
from channels.delivery.models import Delivery
from channels.delivery.permissions import require_worker
from channels.delivery.services import receipts
from channels.delivery.services.materialise import OPEN_END
from channels.delivery.states import move
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, NotReady
from cms.core.text import nfc

logger = logging.getLogger(__name__)
S = DeliveryState
# A delivery that a person sends again is useful for at least this long, whatever its plan said.
SECOND_CHANCE = timedelta(hours=6)
# Rows of a correction that wait for a text, or for an answer: without those they could only fail.
_HELD_BY_CORRECTION = frozenset({"masked_until_corrected", "original_unconfirmed"})


@transaction.atomic
def cancel_delivery(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """The delivery, cancelled before it left. Raises Conflict when it is out already: take it down instead."""
    delivery = _fresh(delivery, user=user, seen=seen)
    if delivery.state in OUT_STATES:
        raise Conflict(_("It has left already. It can only be taken down."))
    if not move(delivery, S.CANCELLED, origins=UNSENT_STATES, by_claim=False, hold="", finished_at=clock.now()):
        raise _meanwhile(delivery)
    audit.record(delivery, "delivery.delivery.cancel", user=user)
    return delivery


@transaction.atomic
def dismiss_failed(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """The failed delivery, laid aside: nobody tries it again. Its receipt of the failure stays."""
    delivery = _fresh(delivery, user=user, seen=seen)
    if not move(delivery, S.CANCELLED, origins=[S.FAILED], by_claim=False, owner="", finished_at=clock.now()):
        raise _meanwhile(delivery)
    audit.record(delivery, "delivery.delivery.dismiss", user=user)
    return delivery


@transaction.atomic
def hold_delivery(delivery: Delivery, *, user: Any, seen: int | None = None, reason: str = "") -> Delivery:
    """The delivery, held until somebody releases it. Raises Conflict when it is not waiting."""
    delivery = _fresh(delivery, user=user, seen=seen)
    if not move(
        delivery, S.HELD, origins=[*DUE_STATES, S.LEASED], by_claim=False, hold=Hold.PERSON, owner="", last_error=reason
    ):
        raise _meanwhile(delivery)
    audit.record(delivery, "delivery.delivery.hold", user=user, data={"reason": reason} if reason else {})
    return delivery


@transaction.atomic
def release_delivery(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """The held delivery, due again; all checks are made again before it leaves."""
    delivery = _fresh(delivery, user=user, seen=seen)
    if delivery.state == S.HELD and delivery.last_error in _HELD_BY_CORRECTION:
        raise NotReady(_("A correction holds it, and lets it go by itself: %(why)s.") % {"why": delivery.reason})
    if not move(delivery, S.SCHEDULED, origins=[S.HELD], by_claim=False, hold="", owner="", last_error=""):
        raise _meanwhile(delivery)
    audit.record(delivery, "delivery.delivery.release", user=user)
    return delivery


@transaction.atomic
def try_again(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """The failed delivery, due now with a fresh count of tries."""
    delivery = _fresh(delivery, user=user, seen=seen)
    now = clock.now()
    again = move(
        delivery, S.SCHEDULED, origins=[S.FAILED], by_claim=False, not_before=now, failures=0, crashes=0, owner="",
        finished_at=None, useful_until=max(delivery.useful_until, now + SECOND_CHANCE),
    )  # fmt: skip
    if not again:
        raise _meanwhile(delivery)
    audit.record(delivery, "delivery.delivery.retry", user=user)
    return delivery


@transaction.atomic
def resolve_unconfirmed(
    delivery: Delivery,
    *,
    decision: Literal["there", "send_again"],
    user: Any,
    remote_id: str = "",
    remote_url: str = "",
    note: str = "",
    seen: int | None = None,
) -> Delivery:
    """The unconfirmed delivery after a person looked at the destination.

    "there": it arrived; a receipt says who saw it, with the number or address it has there if they gave it.
    "send_again": it did not; it is due once more. Raises Conflict when somebody (or the late reply, or the look at the
    other side) was quicker.
    """
    if decision not in ("there", "send_again"):
        raise BadInput(_("Choose what you found at the destination."))
    delivery = _fresh(delivery, user=user, seen=seen)
    now = clock.now()
    if decision == "there":
        if not move(delivery, S.SENT, origins=[S.UNCONFIRMED], by_claim=False, owner="", finished_at=now):
            raise _meanwhile(delivery)
        found = Sent(remote_id=nfc(remote_id).strip()[:120], remote_url=_address(remote_url))
        if found.remote_id:
            delivery.attempts.filter(n=delivery.attempt).update(remote_id=found.remote_id)
        evidence = {"note": nfc(note).strip()[:300]} if note.strip() else {}
        receipts.write_receipt(delivery, ReceiptKind.CONFIRMED, at=now, sent=found, recorded_by=user, evidence=evidence)
        audit.record(delivery, "delivery.delivery.confirm", user=user, data=evidence)
        return delivery
    until = max(delivery.useful_until, now + SECOND_CHANCE)
    if not move(
        delivery, S.SCHEDULED, origins=[S.UNCONFIRMED], by_claim=False, owner="", not_before=now,
        useful_until=until, failures=max(delivery.failures, 1),
    ):  # fmt: skip
        raise _meanwhile(delivery)
    audit.record(delivery, "delivery.delivery.resend", user=user, data={"attempt": delivery.attempt})
    return delivery


def _address(text: str) -> str:
    """A web address as typed; anything that is not one is refused rather than shown as a link."""
    clean = nfc(text).strip().replace("\x00", "")
    if clean and not clean.startswith(("https://", "http://")):
        raise BadInput(_("The address begins with https://. Copy it from the destination."))
    return clean[:400]


@transaction.atomic
def take_down_delivery(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """A new delivery that takes back what this one put there, due now; asking twice gives the same one.

    Raises Conflict when nothing is out, BadInput when the channel cannot take back.
    """
    delivery = _fresh(delivery, user=user, seen=seen)
    if Action.TAKE_DOWN not in channel_for(delivery.endpoint.kind).actions:
        raise BadInput(_("This channel cannot take back what it carried."))
    if delivery.action == Action.TAKE_DOWN or not stands(delivery):
        raise Conflict(_("There is nothing to take down."))
    now = clock.now()
    planned = delivery.compensations.filter(action=Action.TAKE_DOWN).exclude(state=S.CANCELLED).first()
    if planned is not None and planned.state in DUE_STATES:
        Delivery.objects.filter(pk=planned.pk, state__in=DUE_STATES).update(not_before=now, planned_at=now)
    if planned is not None and planned.state == S.FAILED:
        move(
            planned, S.SCHEDULED, origins=[S.FAILED], by_claim=False, not_before=now, failures=0, crashes=0, owner="",
            finished_at=None, useful_until=max(planned.useful_until, now + SECOND_CHANCE),
        )  # fmt: skip
    if planned is None:
        planned = Delivery.objects.create(
            occurrence=delivery.occurrence, endpoint=delivery.endpoint, variant=delivery.variant,
            action=Action.TAKE_DOWN, original=delivery, idem_key=f"d{delivery.pk}:{Action.TAKE_DOWN}:{delivery.attempt}",
            state=S.SCHEDULED, planned_at=now, not_before=now, useful_until=now + OPEN_END, priority=9,
        )  # fmt: skip
    audit.record(delivery, "delivery.delivery.take_down", user=user, data={"by": planned.pk})
    return planned


def _fresh(delivery: Delivery, *, user: Any, seen: int | None = None) -> Delivery:
    """The row as it is now, locked where the database can, for somebody who may decide about it."""
    require_worker(user)
    row = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related(
            "endpoint__organisation", "variant__approval__item__campaign", "occurrence__rule__item__campaign"
        )
        .get(pk=delivery.pk)
    )
    if seen is not None and seen != row.attempt:
        raise _meanwhile(row)
    return row


def _meanwhile(delivery: Delivery) -> Conflict:
    """What to say to somebody whose page is older than the delivery."""
    state = Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk)
    return Conflict(
        _("Somebody or something was quicker: it is now “%(state)s”. Nothing was changed.")
        % {"state": DeliveryState(state).label}
    )
