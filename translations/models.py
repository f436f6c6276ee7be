"""Translation jobs and their segments. What is published stands in the approvals of campaigns, not here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, ContentItem
from cms.core import languages
from translations.enums import ACTIVE_JOBS, EDITABLE_JOBS, JobOrigin, JobState, SegmentState


class TranslationJob(models.Model):
    """One item on its way into one written language, from one approved source."""

    item = models.ForeignKey(
        ContentItem, on_delete=models.PROTECT, related_name="translation_jobs", verbose_name=_("content item")
    )
    orthography = models.CharField(_("written language"), max_length=20)
    # The payload of this approval is all the workbench shows: nobody needs to open the page.
    source_approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, related_name="translation_jobs", verbose_name=_("approved source")
    )
    origin = models.CharField(_("origin"), max_length=8, choices=JobOrigin, default=JobOrigin.HUMAN)
    state = models.CharField(_("state"), max_length=16, choices=JobState, default=JobState.OPEN)
    translator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="translating",
        verbose_name=_("translator"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviewing",
        verbose_name=_("reviewer"),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    comment = models.TextField(_("reviewer's comment"), blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    opened_at = models.DateTimeField(_("opened at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # What came of it.
    approval = models.OneToOneField(
        Approval,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="made_by_job",
        verbose_name=_("approval"),
    )

    class Meta:
        verbose_name = _("translation job")
        verbose_name_plural = _("translation jobs")
        ordering = ["due", "id"]
        constraints = [
            models.CheckConstraint(name="translations_job_state", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(name="translations_job_origin", condition=Q(origin__in=JobOrigin.values)),
            # A trial text is never approved, whatever code says.
            models.CheckConstraint(
                name="translations_pseudo_never_approved", condition=~Q(origin="pseudo", state="approved")
            ),
            models.CheckConstraint(
                name="translations_job_decided",
                condition=~Q(state="approved") | Q(decided_by__isnull=False, approval__isnull=False),
            ),
            # Four eyes where no code can pass it by.
            models.CheckConstraint(
                name="translations_job_four_eyes",
                condition=~Q(state="approved") | (~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("translator"))),
            ),
            models.UniqueConstraint(
                fields=["item", "orthography"],
                condition=Q(state__in=sorted(ACTIVE_JOBS), origin="human"),
                name="translations_one_active_job",
            ),
        ]
        # "My jobs" and the coverage matrix ask by language and state.
        indexes = [models.Index(fields=["orthography", "state"], name="translations_job_language")]

    def __str__(self) -> str:
        return f"{self.item} · {self.orthography_name}"

    @property
    def orthography_name(self) -> str:
        """The Vietnamese name of the language written into."""
        row = languages.ORTHOGRAPHIES.get(self.orthography)
        return row.name_vi if row else self.orthography

    @property
    def profile(self) -> languages.Orthography:
        """The orthography written into."""
        return languages.get_orthography(self.orthography)

    @property
    def is_active(self) -> bool:
        """True until the job is approved or cancelled."""
        return self.state in ACTIVE_JOBS

    @property
    def is_editable(self) -> bool:
        """True while segments may be typed."""
        return self.state in EDITABLE_JOBS

    @property
    def is_pseudo(self) -> bool:
        """True for a trial text."""
        return self.origin == JobOrigin.PSEUDO


class Segment(models.Model):
    """One piece of text of the approved source and its translation.

    ``key`` is stable over versions of the source: the id of the StreamField block and the path inside it. Rich text is
    stored with its tags as marks (``translations.placeholders``); ``tags`` holds what the marks stand for.
    """

    job = models.ForeignKey(TranslationJob, on_delete=models.CASCADE, related_name="segments")
    key = models.CharField(max_length=120)
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    source = models.TextField()
    tags: Any = models.JSONField(default=list, blank=True)
    source_hash = models.CharField(max_length=64)
    # What the target was made from, when the source has moved on since.
    previous_source = models.TextField(blank=True)
    target = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SegmentState, default=SegmentState.EMPTY)
    # Grows with each save: two browsers cannot overwrite each other unseen.
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["job", "key"], name="translations_segment_key"),
            models.CheckConstraint(name="translations_segment_state", condition=Q(state__in=SegmentState.values)),
            models.CheckConstraint(
                name="translations_segment_filled",
                condition=Q(state="empty") | ~Q(target=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.key}"


class Typist(models.Model):
    """That somebody typed in a job: whoever did may not approve it, even when others wrote over every word."""

    job = models.ForeignKey(TranslationJob, on_delete=models.CASCADE, related_name="typists")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        verbose_name = _("typist")
        verbose_name_plural = _("typists")
        constraints = [models.UniqueConstraint(fields=["job", "user"], name="translations_one_typist_row")]

    def __str__(self) -> str:
        return f"{self.job_id} · {self.user}"
