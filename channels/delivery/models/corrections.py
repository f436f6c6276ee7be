"""That something which already went out was wrong, and has to be put right wherever it stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContentItem, Hotline


class Correction(models.Model):
    """One wrong fact that left: a hotline that changed (`hotline` is the old one), or one item's text.

    The deliveries that correct or take down for this reason point to it; it is closed when each of them is settled.
    """

    hotline = models.ForeignKey(
        Hotline, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("old hotline")
    )
    item = models.ForeignKey(
        ContentItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("content")
    )
    reason = models.CharField(_("what was wrong"), max_length=300)
    opened_at = models.DateTimeField(_("found at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("found by"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="delivery_correction_of_something", condition=Q(hotline__isnull=False) | Q(item__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["hotline"], condition=Q(closed_at__isnull=True), name="delivery_correction_open_hotline"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
