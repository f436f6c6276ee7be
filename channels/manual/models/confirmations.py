"""Broadcasts that people carried out and confirm: a mobile loudspeaker, a meeting, a station without a player."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Area, ContentItem, Organisation
from channels.manual.enums import HEARD, BroadcastOutcome, LegalForm, Means
from channels.manual.means import forms_of
from channels.manual.models.tasks import ManualTask, TaskPack, TaskPhoto
from cms.core import languages


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """Questions about confirmations."""

    def standing(self) -> "ConfirmationQuerySet":
        """Those nobody took back."""
        return self.filter(withdrawn_at__isnull=True)

    def heard(self) -> "ConfirmationQuerySet":
        """Those that say that people heard or saw it; neither taking back nor what was called off before."""
        return self.standing().filter(outcome__in=HEARD, counts=True)

    def between(self, start: datetime, end: datetime) -> "ConfirmationQuerySet":
        """Those of broadcasts in the half-open time [start, end)."""
        return self.filter(aired_at__gte=start, aired_at__lt=end)


class Confirmation(models.Model):
    """One broadcast, meeting, notice as one person says it happened. Events only: totals are counted from these rows.

    A mistake is not rewritten: the row is taken back and another one `corrects` it.
    """

    item = models.ForeignKey(
        ContentItem, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("content")
    )
    language = models.CharField(_("spoken language"), max_length=12)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("organisation")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    place = models.CharField(_("where"), max_length=200)
    aired_at = models.DateTimeField(_("when"))
    outcome = models.CharField(_("how it went"), max_length=10, choices=BroadcastOutcome)
    note = models.CharField(_("note"), max_length=500, blank=True)
    # "" where nobody asked: what a centre confirmed of a script without a task.
    means = models.CharField(_("how"), max_length=10, choices=Means, blank=True, default="")
    form = models.CharField(_("legal form"), max_length=10, choices=LegalForm, blank=True, default="")
    task = models.ForeignKey(ManualTask, on_delete=models.PROTECT, null=True, blank=True, related_name="confirmations")
    # The words that were carried, as far as the owner's own acts tell.
    pack = models.ForeignKey(TaskPack, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people reached, as stated"), null=True, blank=True)
    photos = models.ManyToManyField(TaskPhoto, blank=True, related_name="confirmations", verbose_name=_("pictures"))
    # False for taking something back, and for what was carried out after it had been called off.
    counts = models.BooleanField(default=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation of a broadcast")
        verbose_name_plural = _("confirmations of broadcasts")
        ordering = ["-aired_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="ch_manual_confirmation_outcome", condition=Q(outcome__in=BroadcastOutcome.values)
            ),
            models.CheckConstraint(
                name="ch_manual_confirmation_withdrawn",
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
            ),
            # A second tap on a slow line is the same broadcast, not another one.
            models.UniqueConstraint(
                fields=["item", "language", "organisation", "place", "aired_at"],
                condition=Q(withdrawn_at__isnull=True, task__isnull=True),
                name="ch_manual_confirmation_once",
            ),
            # A task happened once; a correction takes the earlier word back first.
            models.UniqueConstraint(
                fields=["task"], condition=Q(withdrawn_at__isnull=True), name="ch_manual_confirmation_of_task"
            ),
            models.CheckConstraint(
                name="ch_manual_confirmation_pack",
                condition=Q(task__isnull=True, pack__isnull=True) | Q(task__isnull=False, pack__isnull=False),
            ),
        ]
        # "What did this centre confirm lately", the portal's history.
        indexes = [models.Index(fields=["organisation", "-aired_at"], name="ch_manual_by_centre")]

    def __str__(self) -> str:
        return f"{self.item} · {self.place} · {self.get_outcome_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give it the usual legal form of its means, where it has none."""
        if self.means and not self.form:
            self.form = forms_of(self.means)[0]
        super().save(*args, **kwargs)

    @property
    def outcome_label(self) -> Any:
        """How it went, in words that fit what it was."""
        return outcome_words(self.outcome, self.task is not None)

    @property
    def language_label(self) -> Any:
        """The Vietnamese name of the language it was spoken in."""
        row = languages.LANGUAGES.get(self.language)
        return row.name_vi if row else self.language


def outcome_words(outcome: str, is_task: bool) -> Any:
    """The words for an outcome: "played whole" is said of broadcasts, "carried out" of everything else."""
    if is_task and outcome == BroadcastOutcome.PLAYED:
        return _("carried out whole")
    if is_task and outcome == BroadcastOutcome.PARTIAL:
        return _("carried out in part")
    return BroadcastOutcome(outcome).label
