"""What is on air or going out now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Pause
from campaigns.selectors import pauses_at
from channels.delivery import selectors as delivery
from channels.delivery.enums import DeliveryState
from channels.delivery.models import Delivery
from channels.loudspeaker import selectors as loudspeaker
from channels.loudspeaker.models import PlannedSlot
from cms.core import clock

# "Now" on the screen is what is on air and what leaves within the hour.
AHEAD = timedelta(hours=1)
SHOWN = 8


@dataclass(frozen=True)
class Coming:
    """What one station plays next, and how many slots follow it within the hour."""

    first: PlannedSlot
    more: int


@dataclass(frozen=True)
class OnAir:
    """What goes out around one moment; the lists are cut, the numbers are not."""

    at: datetime
    until: datetime
    playing: list[PlannedSlot]
    playing_total: int
    coming: list[Coming]
    coming_total: int
    leaving: list[Delivery]
    leaving_total: int
    pauses: list[Pause]


def on_air(at: datetime | None = None) -> OnAir:
    """Slots on air at `at` (now), slots and deliveries of the hour after it, pauses in force."""
    at = at or clock.now()
    until = at + AHEAD
    slots = list(loudspeaker.slots_between(at, until))
    playing = [slot for slot in slots if slot.starts_at <= at]
    coming = [slot for slot in slots if slot.starts_at > at]
    waiting = [DeliveryState.SCHEDULED, DeliveryState.LEASED, DeliveryState.SENDING, DeliveryState.RETRY_WAIT]
    leaving = [row for row in delivery.between(at - delivery.LATE_AFTER, until) if row.state in waiting]
    pauses = list(pauses_at(at).select_related("area", "campaign"))
    return OnAir(
        at,
        until,
        playing[:SHOWN],
        len(playing),
        _by_station(coming)[:SHOWN],
        len(coming),
        leaving[:SHOWN],
        len(leaving),
        pauses,
    )


def _by_station(slots: list[PlannedSlot]) -> list[Coming]:
    """One line for each station, in the order in which they speak."""
    grouped: dict[int, list[PlannedSlot]] = {}
    for slot in slots:
        grouped.setdefault(slot.station_id, []).append(slot)
    return [Coming(group[0], len(group) - 1) for group in grouped.values()]
