"""Broadcasts that people carried out and confirm: a mobile loudspeaker, a meeting, a station without a player."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Area, ContentItem, Organisation
from channels.manual.enums import HEARD, BroadcastOutcome
from cms.core import languages


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """Questions about confirmations."""

    def standing(self) -> "ConfirmationQuerySet":
        """Those nobody took back."""
        return self.filter(withdrawn_at__isnull=True)

    def heard(self) -> "ConfirmationQuerySet":
        """Those that say that people heard it."""
        return self.standing().filter(outcome__in=HEARD)

    def between(self, start: datetime, end: datetime) -> "ConfirmationQuerySet":
        """Those of broadcasts in the half-open time [start, end)."""
        return self.filter(aired_at__gte=start, aired_at__lt=end)


class Confirmation(models.Model):
    """One broadcast as one person says it happened. Events only: totals are counted from these rows."""

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
                condition=Q(withdrawn_at__isnull=True),
                name="ch_manual_confirmation_once",
            ),
        ]
        # "What did this centre confirm lately", the portal's history.
        indexes = [models.Index(fields=["organisation", "-aired_at"], name="ch_manual_by_centre")]

    def __str__(self) -> str:
        return f"{self.item} · {self.place} · {self.get_outcome_display()}"

    @property
    def language_label(self) -> Any:
        """The Vietnamese name of the language it was spoken in."""
        row = languages.LANGUAGES.get(self.language)
        return row.name_vi if row else self.language
