"""What people can do with a delivery that waits: the name in the address, the button, what will happen, how to undo it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from channels.delivery import services
from channels.delivery.contract import channel_for
from channels.delivery.enums import DUE_STATES, Action, DeliveryState
from channels.delivery.leftovers import ENDED_STATES, stands
from channels.delivery.models import Delivery
from channels.delivery.services import readback

S = DeliveryState


@dataclass(frozen=True)
class Deed:
    """One button. `act(delivery, user=, seen=, **more)` does it or raises CongError; `grave` ones look different."""

    name: str
    label: Any
    act: Callable[..., object]
    happens: Any
    undo: Any
    done: Any
    grave: bool = False


def _there(delivery: Delivery, **more: Any) -> object:
    return services.resolve_unconfirmed(delivery, decision="there", **more)


def _again(delivery: Delivery, **more: Any) -> object:
    return services.resolve_unconfirmed(delivery, decision="send_again", **more)


DEEDS = {
    deed.name: deed
    for deed in (
        Deed(
            "xem-lai", _("Look at the destination"), readback.look_soon,
            _("The other side is asked what stands there. Nothing is sent."),
            _("Nothing has to be undone: looking changes nothing."), _("will be looked at within seconds"),
        ),
        Deed(
            "da-co", _("It is there"), _there,
            _("It counts as sent from now on, with a receipt that names you."),
            _("If you were wrong, the text is missing there: plan it once more."), _("counts as sent"),
        ),
        Deed(
            "gui-lai", _("It is not there: send again"), _again,
            _("It is sent once more. If the first one stands there after all, people will see it twice."),
            _("Until it has left, hold or cancel it; afterwards take it down."), _("will be sent again"), grave=True,
        ),
        Deed(
            "thu-lai", _("Try again"), services.try_again,
            _("It is tried again now; all checks are made again before it leaves."),
            _("Until it has left, hold or cancel it; afterwards take it down."), _("will be tried again"),
        ),
        Deed(
            "bo-qua", _("Lay it aside"), services.dismiss_failed,
            _("Nobody tries it any more. The receipt of the failure stays."),
            _("Plan it once more if it is needed after all."), _("laid aside"), grave=True,
        ),
        Deed(
            "tha", _("Release"), services.release_delivery,
            _("It is due at once; all checks are made again before it leaves, and hold it again where the cause remains."),
            _("Hold it again before it has left."), _("released"),
        ),
        Deed(
            "giu", _("Hold"), services.hold_delivery,
            _("It does not leave until somebody releases it."), _("Release it."), _("held"),
        ),
        Deed(
            "huy", _("Cancel it"), services.cancel_delivery,
            _("It will not leave any more."), _("It cannot be brought back: plan it once more."), _("cancelled"),
            grave=True,
        ),
        Deed(
            "go", _("Take it down"), services.take_down_delivery,
            _("What it put there is taken away, with a receipt of its own."),
            _("It cannot be put back: plan it once more."), _("will be taken down"), grave=True,
        ),
    )
}  # fmt: skip


def deeds_for(delivery: Delivery, *, absent: bool = False) -> list[Deed]:
    """What can be done with a delivery in its state, the likeliest first. `absent`: a look did not find it there."""
    names: list[str] = []
    channel = channel_for(delivery.endpoint.kind)
    if delivery.state == S.UNCONFIRMED:
        names += ["gui-lai", "da-co"] if absent else ["da-co", "gui-lai"]
        if delivery.action == Action.SEND and readback.can_look(channel):
            names.insert(1 if absent else 0, "xem-lai")
    if delivery.state == S.FAILED:
        names += ["thu-lai", "bo-qua"]
    if delivery.state == S.HELD:
        names += ["tha"]
    if delivery.state in DUE_STATES:
        names += ["giu"]
    if delivery.state in {*DUE_STATES, S.HELD}:
        names += ["huy"]
    can_take_down = Action.TAKE_DOWN in channel.actions
    stays = delivery.state in {S.SENT, S.UNCONFIRMED} or (
        channel.in_steps and delivery.state in ENDED_STATES and stands(delivery)
    )
    if can_take_down and delivery.action == Action.SEND and stays:
        names += ["go"]
    return [DEEDS[name] for name in names]


# What a list offers for many at once.
FOR_MANY: dict[str, tuple[str, ...]] = {
    "chua-ro": ("xem-lai", "da-co", "gui-lai", "go"),
    "hong": ("thu-lai", "bo-qua"),
    "giu-lai": ("tha", "huy"),
    "muon": ("giu", "huy"),
    "qua-han": (),
}
