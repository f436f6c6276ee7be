"""Rows of the loudspeakers."""

from .bulletins import Bulletin, BulletinEntry, BulletinTarget, Offer
from .manifests import Manifest, PlannedSlot
from .plays import PlayEvent, SlotOutcome
from .stations import Device, Station, StationWindow

__all__ = [
    "Bulletin",
    "BulletinEntry",
    "BulletinTarget",
    "Device",
    "Manifest",
    "Offer",
    "PlannedSlot",
    "PlayEvent",
    "SlotOutcome",
    "Station",
    "StationWindow",
]
