"""Why a recording is not taken, in words its sender can act on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput


class Refusal(models.TextChoices):
    """The reason code that is stored, with the sentence that is shown. What was sent is always kept."""

    NOT_AUDIO = "not_audio", _("This file is not a sound recording we can read. Send MP3, M4A, WAV, OGG or FLAC.")
    NO_SOUND_TRACK = "no_sound_track", _("This file has no sound track. Send the recording itself.")
    TRUNCATED = "truncated", _("The recording is cut short: its end is missing. Send the whole file again.")
    DAMAGED = "damaged", _("The recording is damaged: parts of it cannot be read. Send it again.")
    SILENT = "silent", _("Almost no sound can be heard in this recording. Check the microphone and record again.")
    OUT_OF_PHASE = (
        "out_of_phase",
        _("The two channels cancel each other, so one loudspeaker would play nothing. Record again in mono."),
    )
    CLIPPED = "clipped", _("The recording is too loud and rasps. Move away from the microphone and record again.")
    TOO_SHORT = "too_short", _("The recording is too short to be a script.")
    TOO_LONG = "too_long", _("The recording is longer than one hour. Split it into parts.")
    TOO_BIG = "too_big", _("The file is larger than 300 MB. Send it as MP3 or M4A.")
    EMPTY = "empty", _("The file is empty. Choose the recording again.")
    VOICE_FAILED = "voice_failed", _("The draft voice could not speak this text on this machine.")
    TOOK_TOO_LONG = "took_too_long", _("Reading this file took too long, so it was stopped. Send it as MP3 or WAV.")


class RecordingRefused(BadInput):
    """A recording that cannot be used; `reason` is a Refusal."""

    def __init__(self, reason: Refusal, **details: object) -> None:
        super().__init__(reason.label, reason=reason.value, **details)
        self.reason = reason
