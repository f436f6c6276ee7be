"""The fixed vocabularies of translations, with the sets that code asks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a translation job stands."""

    OPEN = "open", _("waiting for a translator")
    IN_TRANSLATION = "in_translation", _("being translated")
    IN_REVIEW = "in_review", _("waiting for review")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    CANCELLED = "cancelled", _("cancelled")


JOB_TRANSITIONS: dict[str, frozenset[str]] = {
    JobState.OPEN: frozenset({JobState.IN_TRANSLATION, JobState.CANCELLED}),
    JobState.IN_TRANSLATION: frozenset({JobState.IN_REVIEW, JobState.CANCELLED}),
    # Back to translation without a reviewer's word: the source moved while the text waited.
    JobState.IN_REVIEW: frozenset({JobState.APPROVED, JobState.RETURNED, JobState.IN_TRANSLATION, JobState.CANCELLED}),
    JobState.RETURNED: frozenset({JobState.IN_TRANSLATION, JobState.IN_REVIEW, JobState.CANCELLED}),
    JobState.APPROVED: frozenset(),
    JobState.CANCELLED: frozenset(),
}
ACTIVE_JOBS = frozenset({JobState.OPEN, JobState.IN_TRANSLATION, JobState.IN_REVIEW, JobState.RETURNED})
EDITABLE_JOBS = frozenset({JobState.OPEN, JobState.IN_TRANSLATION, JobState.RETURNED})


class JobOrigin(models.TextChoices):
    """Who writes the text. A pseudo-translation shows layout and letters; it can never be approved."""

    HUMAN = "human", _("translated by a person")
    PSEUDO = "pseudo", _("trial text, not translated")


class SegmentState(models.TextChoices):
    """Where one segment stands."""

    EMPTY = "empty", _("not translated")
    CARRIED = "carried", _("kept from the last version")
    TYPED = "typed", _("translated")
    STALE = "stale", _("the source has changed")


# A job is complete when all its segments are in one of these.
DONE_SEGMENTS = frozenset({SegmentState.CARRIED, SegmentState.TYPED})


class TranslationState(models.TextChoices):
    """The computed state of an item in one written language; stored nowhere."""

    SOURCE = "source", _("written in this language")
    MISSING = "missing", _("not translated")
    IN_TRANSLATION = "in_translation", _("being translated")
    IN_REVIEW = "in_review", _("waiting for review")
    OUTDATED = "outdated", _("the source has changed")
    UP_TO_DATE = "up_to_date", _("translated")
