"""Pauses: mourning, storm. Always with an end."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import PauseScope
from campaigns.models.areas import Area
from campaigns.models.campaign import Campaign


class Pause(models.Model):
    """From `starts_at` until before `ends_at` nothing of its scope leaves; rules say what becomes of what was due."""

    scope = models.CharField(_("scope"), max_length=10, choices=PauseScope)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, null=True, blank=True, related_name="pauses", verbose_name=_("campaign")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(name="campaigns_pause_period", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="campaigns_pause_scope",
                condition=Q(scope="province", area__isnull=True, campaign__isnull=True)
                | Q(scope="area", area__isnull=False, campaign__isnull=True)
                | Q(scope="campaign", area__isnull=True, campaign__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.reason}"
