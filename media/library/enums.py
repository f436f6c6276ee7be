"""The fixed vocabularies of the library, with the sets that code asks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordingKind(models.TextChoices):
    """Where a recording comes from."""

    UPLOAD = "upload", _("recorded by a person")
    DRAFT_VOICE = "draft_voice", _("draft voice (machine)")


class RecordingState(models.TextChoices):
    """Where a recording stands; the transition table is below."""

    RECEIVED = "received", _("received")
    PROCESSING = "processing", _("being checked")
    READY = "ready", _("ready")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[str, frozenset[str]] = {
    RecordingState.RECEIVED: frozenset({RecordingState.PROCESSING, RecordingState.REFUSED, RecordingState.WITHDRAWN}),
    # PROCESSING again: the worker died and another took the job.
    RecordingState.PROCESSING: frozenset(
        {RecordingState.PROCESSING, RecordingState.READY, RecordingState.REFUSED, RecordingState.WITHDRAWN}
    ),
    RecordingState.READY: frozenset({RecordingState.WITHDRAWN}),
    # A limit was changed or a program mended: it may be tried again.
    RecordingState.REFUSED: frozenset({RecordingState.PROCESSING, RecordingState.WITHDRAWN}),
    RecordingState.WITHDRAWN: frozenset(),
}
IN_WORK = frozenset({RecordingState.RECEIVED, RecordingState.PROCESSING})


class DownloadKind(models.TextChoices):
    """What was taken."""

    DOCX = "docx", _("Word file")
    PDF = "pdf", _("PDF")
    MP3 = "mp3", _("sound")
    KIT = "kit", _("whole kit")
