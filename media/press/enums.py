"""The fixed vocabularies of the press room, with the sets and transitions that code asks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedState(models.TextChoices):
    """Whether a feed is read. Nothing is ever deleted by a machine: what keeps failing is parked for a person."""

    ACTIVE = "active", _("being read")
    PARKED = "parked", _("parked")


class FetchOutcome(models.TextChoices):
    """How one reading of a feed ended."""

    NEW = "new", _("new items")
    NOTHING_NEW = "nothing_new", _("nothing new")
    NOT_MODIFIED = "not_modified", _("unchanged")
    EMPTY = "empty", _("no items in the feed")
    NOT_A_FEED = "not_a_feed", _("not a feed")
    BAD_STATUS = "bad_status", _("refused by the server")
    GONE = "gone", _("gone for good")
    BUSY = "busy", _("asked to slow down")
    NO_CONNECTION = "no_connection", _("no connection")
    TIMED_OUT = "timed_out", _("too slow")
    BLOCKED = "blocked", _("address refused")
    TOO_LARGE = "too_large", _("too large")


# The newspaper was reached and what it offers is known; everything else is a gap in what we have seen.
SUCCESSES = frozenset({FetchOutcome.NEW, FetchOutcome.NOTHING_NEW, FetchOutcome.NOT_MODIFIED, FetchOutcome.EMPTY})
# Rule 5 of press_translation.md: points by how likely the feed comes back by itself.
FAILURE_POINTS: dict[str, float] = {
    FetchOutcome.NO_CONNECTION: 0.25,
    FetchOutcome.TIMED_OUT: 0.25,
    FetchOutcome.BUSY: 0.5,
    FetchOutcome.BAD_STATUS: 0.5,
    FetchOutcome.NOT_A_FEED: 1,
    FetchOutcome.TOO_LARGE: 1,
    FetchOutcome.BLOCKED: 1,
    FetchOutcome.GONE: 30,
}
PARKED_AT_POINTS = 30


class QueryState(models.TextChoices):
    """Whether a tracking query looks at new items."""

    ACTIVE = "active", _("in use")
    RETIRED = "retired", _("retired")


class MentionState(models.TextChoices):
    """What a person has said about a match."""

    PROPOSED = "proposed", _("to be judged")
    CONFIRMED = "confirmed", _("concerns the campaign")
    REJECTED = "rejected", _("does not concern it")


# A monitor may change their mind: every decision can be taken back or turned round.
MENTION_TRANSITIONS: dict[str, frozenset[str]] = {
    MentionState.PROPOSED: frozenset({MentionState.CONFIRMED, MentionState.REJECTED}),
    MentionState.CONFIRMED: frozenset({MentionState.PROPOSED, MentionState.REJECTED}),
    MentionState.REJECTED: frozenset({MentionState.PROPOSED, MentionState.CONFIRMED}),
}
DECIDED = frozenset({MentionState.CONFIRMED, MentionState.REJECTED})
