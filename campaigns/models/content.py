"""One thing to be said: a plain row that owns the facts. Its words stand on pages, one for each written language."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import ContentKind
from campaigns.models.campaign import Campaign
from cms.core.text import fold


class ContentItem(models.Model):
    """An article, a radio script or the campaign's own page. Rules, offers, mentions and receipts point here."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=12, choices=ContentKind)
    title = models.CharField(_("working title"), max_length=255)
    title_key = models.CharField(max_length=255, editable=False, db_index=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    source_orthography = models.CharField(_("written first in"), max_length=20, default="vi")
    expires_at = models.DateTimeField(_("not after"), null=True, blank=True)
    about_safety = models.BooleanField(_("about people's safety"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("content item")
        verbose_name_plural = _("content items")
        ordering = ["campaign", "kind", "id"]
        constraints = [
            models.CheckConstraint(name="campaigns_item_kind", condition=Q(kind__in=ContentKind.values)),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(kind="landing"), name="campaigns_one_landing_per_campaign"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search key beside the title."""
        self.title_key = fold(self.title)[:255]
        super().save(*args, **kwargs)  # type: ignore[arg-type]
