"""How states of every room are drawn here: one shape for one meaning, the word from the room itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from channels.delivery.enums import DeliveryState
from channels.delivery.handed import HANDED_OVER, label_of
from channels.loudspeaker.enums import Outcome

SHAPE_OF_DELIVERY: dict[str, str] = {
    DeliveryState.SCHEDULED: "planned",
    DeliveryState.LEASED: "planned",
    DeliveryState.SENDING: "planned",
    DeliveryState.RETRY_WAIT: "waiting",
    DeliveryState.HELD: "waiting",
    DeliveryState.SENT: "done",
    HANDED_OVER: "done",
    DeliveryState.UNCONFIRMED: "unsure",
    DeliveryState.FAILED: "failed",
    DeliveryState.EXPIRED: "failed",
    DeliveryState.CANCELLED: "planned",
    DeliveryState.SUPERSEDED: "planned",
}
PLANNED = "planned"
SHAPE_OF_SLOT = {
    PLANNED: "planned",
    Outcome.PLAYED: "done",
    Outcome.PARTIAL: "unsure",
    Outcome.REPLACED: "stale",
    Outcome.MISSED: "failed",
    Outcome.UNKNOWN: "unsure",
    Outcome.WITHDRAWN: "stale",
}
# Order of reading: what needs a hand first.
_SHAPES = ("failed", "unsure", "waiting", "stale", "done", "planned")


@dataclass(frozen=True)
class Count:
    """How many of one state."""

    shape: str
    label: Any
    number: int


def label_of_slot(state: str) -> Any:
    """The word for a slot's state; "planned" is no outcome yet."""
    return _("planned") if state == PLANNED else Outcome(state).label


def delivery_counts(counts: Mapping[str, int]) -> list[Count]:
    """Shown state (channels.delivery.handed) → number of deliveries as counts to draw, what needs a hand first; replaced plans are left out."""
    found = [
        Count(SHAPE_OF_DELIVERY[state], label_of(state), number)
        for state, number in counts.items()
        if number and state != DeliveryState.SUPERSEDED
    ]
    return sorted(found, key=lambda count: _SHAPES.index(count.shape))


def slot_counts(counts: Mapping[str, int]) -> list[Count]:
    """State → number of loudspeaker slots as counts to draw, what needs a hand first."""
    found = [
        Count(SHAPE_OF_SLOT.get(state, "planned"), label_of_slot(state), number)
        for state, number in counts.items()
        if number
    ]
    return sorted(found, key=lambda count: _SHAPES.index(count.shape))
