"""What a delivery that never came to its end left at the destination all the same.

Some channels send in several steps, and an early one may be before people's eyes when the last never comes (the plan
ended, was cancelled, or the key stayed refused). The reply of an attempt may also have come after its delivery was laid
aside. Such a thing stands there: it can be taken down, and corrections find it.
"""

from django.db.models import Q, QuerySet

from channels.delivery.contract import channel_for, channels
from channels.delivery.enums import OUT_STATES, Action, DeliveryState
from channels.delivery.models import Delivery

S = DeliveryState
# At an end without a receipt that it went out.
ENDED_STATES = frozenset({S.EXPIRED, S.CANCELLED, S.SUPERSEDED, S.FAILED})


def left_standing(delivery: Delivery) -> str:
    """The number of what this delivery's attempts put before people's eyes, the latest; "" when nothing is known to stand."""
    channel = channel_for(delivery.endpoint.kind)
    for remote_id, evidence in delivery.attempts.order_by("-n").values_list("remote_id", "evidence"):
        if number := remote_id or channel.left_standing(evidence):
            return number
    return ""


def stands(delivery: Delivery) -> bool:
    """True when it is out, may be out, or ended and left something there."""
    return delivery.state in OUT_STATES or (delivery.state in ENDED_STATES and bool(left_standing(delivery)))


def perhaps_left() -> "QuerySet[Delivery]":
    """Sends that ended and may have left something; the database only sifts, `stands` decides."""
    in_steps = [channel.kind for channel in channels() if channel.in_steps]
    noted = Q(attempts__remote_id__gt="") | Q(endpoint__kind__in=in_steps, attempts__isnull=False)
    return Delivery.objects.filter(noted, action=Action.SEND, state__in=ENDED_STATES)
