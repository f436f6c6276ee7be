"""The register of official accounts: what an organisation owns out there, whether or not posts go to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organisation
from channels.delivery.enums import Platform
from channels.delivery.models.endpoints import Endpoint


class OfficialAccount(models.Model):
    """One page, group, channel or site that an organisation openly owns. The health of its key is its endpoint's."""

    platform = models.CharField(_("platform"), max_length=20, choices=Platform)
    name = models.CharField(_("name"), max_length=200)
    address = models.URLField(_("address"), max_length=400, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="official_accounts", verbose_name=_("owned by")
    )
    person_in_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("person in charge"),
    )  # fmt: skip
    # For somebody who has no log-in here.
    contact = models.CharField(_("how to reach that person"), max_length=200, blank=True)
    endpoint = models.OneToOneField(
        Endpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="official_account",
        verbose_name=_("destination"),
    )  # fmt: skip
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("verified by"),
    )  # fmt: skip
    active = models.BooleanField(_("in use"), default=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("registered at"))

    class Meta:
        verbose_name = _("official account")
        verbose_name_plural = _("official accounts")
        ordering = ["platform", "name"]
        constraints = [
            models.CheckConstraint(name="delivery_account_platform", condition=Q(platform__in=Platform.values))
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} · {self.name}"
