"""The vocabularies of the loudspeakers, with the sets that code asks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BulletinClass(models.TextChoices):
    """The classes of Circular 39/2020/TT-BTTTT, low to high."""

    NORMAL = "normal", _("normal bulletin")
    PRIORITY = "priority", _("priority bulletin")
    EMERGENCY = "emergency", _("emergency bulletin")


# An emergency needs two approvers and an end; it is not made as a bulletin.
SCHEDULABLE_CLASSES = frozenset({BulletinClass.NORMAL, BulletinClass.PRIORITY})


class BulletinState(models.TextChoices):
    """The life of a bulletin. That it is over follows from its dates."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    CANCELLED = "cancelled", _("cancelled")


BULLETIN_TRANSITIONS: dict[str, frozenset[str]] = {
    BulletinState.DRAFT: frozenset({BulletinState.SCHEDULED, BulletinState.CANCELLED}),
    BulletinState.SCHEDULED: frozenset({BulletinState.DRAFT, BulletinState.CANCELLED}),
    BulletinState.CANCELLED: frozenset(),
}


class OfferState(models.TextChoices):
    """What the commune said."""

    OFFERED = "offered", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


OFFER_ANSWERS = frozenset({OfferState.ACCEPTED, OfferState.DECLINED})


class StandingAnswer(models.TextChoices):
    """What holds for a normal bulletin while nobody has answered."""

    ACCEPT = "accept", _("play it")
    WAIT = "wait", _("wait for an answer")


class PlayKind(models.TextChoices):
    """What a device says about one place in its programme."""

    PLAYED = "played", _("played")
    PARTIAL = "partial", _("played in part")
    SKIPPED = "skipped", _("not played")


class Outcome(models.TextChoices):
    """What became of a planned slot. Without evidence it is unknown, never played."""

    PLAYED = "played", _("played")
    PARTIAL = "partial", _("played in part")
    REPLACED = "replaced", _("replaced")
    MISSED = "missed", _("not played")
    UNKNOWN = "unknown", _("no evidence")
    WITHDRAWN = "played_but_withdrawn", _("played but withdrawn")


HEARD = frozenset({Outcome.PLAYED, Outcome.PARTIAL, Outcome.WITHDRAWN})
