"""Plan documents, as received and as read."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.enums import PlanStatus


class PlanDocument(models.Model):
    """A signed plan: its own file and text are kept whole, whatever could be read of it."""

    file = models.FileField(_("file"), upload_to="plans/%Y/", blank=True)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    number = models.CharField(_("number"), max_length=60, blank=True, help_text=_("Empty while it is a draft."))
    kind = models.CharField(_("kind of document"), max_length=40, blank=True)
    issuer_text = models.CharField(_("issuing body, as printed"), max_length=300, blank=True)
    place = models.CharField(_("place of issue"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signatory = models.CharField(_("signatory"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    source_text = models.TextField(_("text"), blank=True)
    # What campaigns.plans.parser understood: values with spans over source_text.
    understood: Any = models.JSONField(default=dict, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=PlanStatus, default=PlanStatus.RECEIVED)
    failure = models.TextField(_("why it could not be read"), blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-received_at", "id"]

    def __str__(self) -> str:
        return self.number or self.title or self.file_name or str(self.pk)


class PlanBasis(models.Model):
    """A document that a plan stands on."""

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE, related_name="basis")
    number = models.CharField(_("number"), max_length=80)
    kind = models.CharField(_("kind of document"), max_length=60, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    issuer_text = models.CharField(_("issuing body, as printed"), max_length=300, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("basis document")
        verbose_name_plural = _("basis documents")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.number
