"""Rows of the press room: who publishes, what we read, what it says, what we look for, what was found."""

from media.press.models.feeds import Feed, FeedDay, FetchLog, Outlet
from media.press.models.items import PressItem, PressItemRevision, Sighting
from media.press.models.tracking import Mention, QueryVersion, TrackingQuery

__all__ = [
    "Feed",
    "FeedDay",
    "FetchLog",
    "Mention",
    "Outlet",
    "PressItem",
    "PressItemRevision",
    "QueryVersion",
    "Sighting",
    "TrackingQuery",
]
