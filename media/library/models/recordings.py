"""A recording is bound to the hash of the words it speaks: other words, and it is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, ContentItem
from cms.core.languages import language_choices, orthography_choices
from media.library.enums import RecordingKind, RecordingState


class Recording(models.Model):
    """Somebody (or the draft voice) reads one text aloud. The original file is kept as it came.

    It stands for all ways of writing its language; `orthography` says which text was read.
    """

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="recordings", verbose_name=_("item"))
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, related_name="recordings", verbose_name=_("text that is read")
    )
    orthography = models.CharField(_("written language"), max_length=20, choices=orthography_choices)
    language = models.CharField(_("spoken language"), max_length=20, choices=language_choices)
    text_sha256 = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=RecordingKind)
    state = models.CharField(_("state"), max_length=12, choices=RecordingState, default=RecordingState.RECEIVED)
    refusal_reason = models.CharField(_("why it was refused"), max_length=40, blank=True)
    # Below MEDIA_ROOT/recordings; nothing serves that folder.
    path = models.CharField(max_length=120, blank=True, editable=False)
    original_name = models.CharField(_("name of the file sent"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    measured: Any = models.JSONField(_("measured"), null=True, blank=True, editable=False)
    speaker = models.CharField(_("who speaks"), max_length=150, blank=True)
    consent = models.BooleanField(_("the speaker agrees to its being aired"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    received_at = models.DateTimeField(_("received at"))
    finished_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    air_allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("airing allowed by"),
    )
    air_allowed_at = models.DateTimeField(_("airing allowed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(name="library_recording_kind", condition=Q(kind__in=RecordingKind.values)),
            models.CheckConstraint(name="library_recording_state", condition=Q(state__in=RecordingState.values)),
            models.CheckConstraint(
                name="library_recording_allowed_together",
                condition=Q(air_allowed_by__isnull=True, air_allowed_at__isnull=True)
                | Q(air_allowed_by__isnull=False, air_allowed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="library_recording_refused_why", condition=~Q(state="refused") | ~Q(refusal_reason="")
            ),
            # The same file for the same words is the same recording: a second tap on "send" makes no second row.
            models.UniqueConstraint(
                fields=["item", "orthography", "text_sha256", "sha256"],
                condition=Q(kind="upload") & ~Q(state="withdrawn"),
                name="library_recording_once",
            ),
            models.UniqueConstraint(
                fields=["item", "orthography", "text_sha256"],
                condition=Q(kind="draft_voice") & ~Q(state__in=["withdrawn", "refused"]),
                name="library_one_draft_per_text",
            ),
        ]
        # "What may be aired of this item in this language?", asked for every slot of every manifest.
        indexes = [models.Index(fields=["item", "language", "state"], name="library_recording_airable")]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_orthography_display()} · {self.get_state_display()}"

    @property
    def file(self) -> Path:
        """Where the original lies."""
        return Path(settings.MEDIA_ROOT) / "recordings" / self.path

    @property
    def is_draft(self) -> bool:
        """True for a machine's voice."""
        return self.kind == RecordingKind.DRAFT_VOICE

    @property
    def may_air(self) -> bool:
        """True when its file is good and, for a draft voice, an approver said so. Says nothing about its text."""
        return self.state == RecordingState.READY and (not self.is_draft or self.air_allowed_at is not None)

    @property
    def duration_seconds(self) -> float | None:
        """Its length as measured, or None before that."""
        return self.measured.get("duration") if self.measured else None

    @property
    def refusal_text(self) -> str:
        """Why it was refused, in words for its sender; empty when it was not."""
        from media.library.audio.refusals import Refusal

        if not self.refusal_reason:
            return ""
        known = {reason.value: reason.label for reason in Refusal}
        return str(known.get(self.refusal_reason, self.refusal_reason))


class Rendition(models.Model):
    """One file made from a recording, addressed by the hash of its bytes."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="renditions")
    profile = models.CharField(_("profile"), max_length=20)
    # Not unique: the same bytes may come of two recordings, and then lie in one file.
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.PositiveBigIntegerField(_("size in bytes"))
    duration_ms = models.PositiveIntegerField(_("length in milliseconds"))
    loudness = models.FloatField(_("loudness (LUFS)"))
    true_peak = models.FloatField(_("true peak (dBTP)"))

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            models.UniqueConstraint(fields=["recording", "profile"], name="library_rendition_per_profile"),
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.sha256[:12]}"

    @property
    def file(self) -> Path:
        """Where its bytes lie."""
        return rendition_path(self.sha256)

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return self.duration_ms / 1000

    @property
    def content_type(self) -> str:
        """Its media type."""
        return "audio/mpeg"


def rendition_path(sha256: str) -> Path:
    """Where the rendition with this hash lies: MEDIA_ROOT/audio/ab/ab….mp3. Nothing serves that folder."""
    return Path(settings.MEDIA_ROOT) / "audio" / sha256[:2] / f"{sha256}.mp3"
