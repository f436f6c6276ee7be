"""Who took which document: an append-only log that targets are counted from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContentItem
from media.library.enums import DownloadKind


class Download(models.Model):
    """One download by somebody who was signed in. Rows are only ever added."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="downloads")
    orthography = models.CharField(_("written language"), max_length=20, blank=True)
    kind = models.CharField(_("what was taken"), max_length=8, choices=DownloadKind)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(name="library_download_kind", condition=Q(kind__in=DownloadKind.values))]
        indexes = [models.Index(fields=["item", "at"], name="library_download_item")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.item}"
