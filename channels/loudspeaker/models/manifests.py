"""What was given to the devices: immutable documents, and each planned place as a row of its own."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContentItem
from cms.core.errors import Conflict

from .bulletins import Bulletin
from .stations import Station


class Manifest(models.Model):
    """One version of a station's programme, word for word as devices fetch it. Never changed."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="manifests")
    version = models.PositiveIntegerField(_("version"))
    sha256 = models.CharField(max_length=64)
    # The programme without its version number: equal when nothing changed for the listener.
    content_sha256 = models.CharField(max_length=64)
    body = models.TextField()
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("manifest")
        verbose_name_plural = _("manifests")
        ordering = ["station", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["station", "version"], name="ch_loudspeaker_manifest_version"),
            models.UniqueConstraint(fields=["station", "sha256"], name="ch_loudspeaker_manifest_sha"),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a device may be playing from it."""
        if not self._state.adding:
            raise Conflict(_("A manifest is never changed; make a new version."))
        super().save(*args, **kwargs)


class PlannedSlot(models.Model):
    """One item at one time at one station, known to devices by its key."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="slots")
    key = models.CharField(max_length=80)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="slots")
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="slots")
    entry_order = models.PositiveSmallIntegerField()
    window_id = models.BigIntegerField()  # not a foreign key: the window may be deleted, what was planned in it stays
    local_date = models.DateField(_("day"))
    airing_starts_at = models.DateTimeField()
    airing_ends_at = models.DateTimeField()
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    language = models.CharField(_("language"), max_length=20)
    fallback_from = models.CharField(max_length=20, blank=True)
    rendition_sha256 = models.CharField(max_length=64)
    duration_ms = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="slots")  # the first that held it
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("planned slot")
        verbose_name_plural = _("planned slots")
        ordering = ["station", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["station", "key"], name="ch_loudspeaker_slot_key"),
            models.CheckConstraint(name="ch_loudspeaker_slot_period", condition=Q(ends_at__gt=F("starts_at"))),
        ]
        # The compiler and reconciliation walk one station's days; the cockpit walks one moment over all stations.
        indexes = [
            models.Index(fields=["station", "local_date"], name="ch_ls_slot_day"),
            models.Index(fields=["ends_at"], name="ch_ls_slot_end"),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {self.key}"
