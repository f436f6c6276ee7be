"""The verbs of the press room."""

from media.press.services.feeds import add_feed, park_feed, resume_feed
from media.press.services.fetching import enqueue_due_feeds, fetch_feed, fetch_soon, probe
from media.press.services.judging import confirm, reject, reopen
from media.press.services.matching import match_items, preview, rematch, retire_query, save_query
from media.press.services.storing import Stored, store_items

__all__ = [
    "Stored",
    "add_feed",
    "confirm",
    "enqueue_due_feeds",
    "fetch_feed",
    "fetch_soon",
    "match_items",
    "park_feed",
    "preview",
    "probe",
    "reject",
    "rematch",
    "reopen",
    "resume_feed",
    "retire_query",
    "save_query",
    "store_items",
]
