"""Words for channels whose send gives the work to people: it was handed over, and only they can say that it happened."""

from typing import Any

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from channels.delivery.contract import channels
from channels.delivery.enums import DeliveryState

# Shown in the place of DeliveryState.SENT; no state of its own.
HANDED_OVER = "handed_over"
HANDED_OVER_LABEL = _("handed over")


def handing_kinds() -> list[str]:
    """The kinds of channels that hand over."""
    return [channel.kind for channel in channels() if channel.hands_over]


def shown_state() -> Case:
    """For queries on deliveries: the state as it is shown, "handed_over" apart from "sent"."""
    handed = When(state=DeliveryState.SENT, endpoint__kind__in=handing_kinds(), then=Value(HANDED_OVER))
    return Case(handed, default=F("state"))


def label_of(state: str) -> Any:
    """The word for a shown state."""
    return HANDED_OVER_LABEL if state == HANDED_OVER else DeliveryState(state).label
