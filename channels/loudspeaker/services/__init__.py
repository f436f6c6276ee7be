"""Verbs of the loudspeakers."""

from .bulletins import cancel, change_bulletin, create_bulletin, schedule, take_back
from .compiling import compile_due, compile_station
from .devices import register_device, retire_device, rotate_token
from .events import receive_events, receive_health
from .offers import answer_offer, order_offers
from .reconciling import reconcile, reconcile_due
from .stations import save_station

__all__ = [
    "answer_offer",
    "cancel",
    "change_bulletin",
    "compile_due",
    "compile_station",
    "create_bulletin",
    "order_offers",
    "receive_events",
    "receive_health",
    "reconcile",
    "reconcile_due",
    "register_device",
    "retire_device",
    "rotate_token",
    "save_station",
    "schedule",
    "take_back",
]
