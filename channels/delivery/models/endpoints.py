"""Where things go, with what key, and how fast they may."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organisation
from channels.delivery.enums import CredentialState
from cms.core.secrets import EncryptedTextField


class Credential(models.Model):
    """A key to an account that an organisation owns, encrypted at rest; never logged, never shown again.

    `secret` is what a send carries (an access token); where it dies by itself, `refresh_secret` fetches the next one and
    is itself used up by that. `generation` counts the secrets: an answer that refuses an older one says nothing about
    this one. While it is renewed, the renewing worker holds `refresh_owner` until `refresh_lease_until`.
    """

    kind = models.CharField(_("channel"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    secret = EncryptedTextField(_("key"))
    refresh_secret = EncryptedTextField(_("renewal key"), blank=True, default="")
    app_secret = EncryptedTextField(_("secret of the application"), blank=True, default="")
    # What is not secret about it: the application's number, the user name of an application password.
    config: Any = models.JSONField(_("settings"), default=dict, blank=True)
    generation = models.PositiveIntegerField(default=1, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    refresh_expires_at = models.DateTimeField(_("can be renewed until"), null=True, blank=True)
    refresh_owner = models.CharField(max_length=80, blank=True, default="", editable=False)
    refresh_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(_("last answered"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=CredentialState, default=CredentialState.HEALTHY)
    state_note = models.CharField(_("what the other side said"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("state since"))

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="delivery_credential_name"),
            models.CheckConstraint(name="delivery_credential_state", condition=Q(state__in=CredentialState.values)),
            models.CheckConstraint(
                name="delivery_credential_refreshing",
                condition=~Q(state=CredentialState.REFRESHING)
                | (Q(refresh_lease_until__isnull=False) & ~Q(refresh_owner="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Endpoint(models.Model):
    """One destination of a channel: our website, one Telegram channel. `config` is checked by the channel's form."""

    kind = models.CharField(_("channel"), max_length=20)
    name = models.CharField(_("name"), max_length=150)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="endpoints", verbose_name=_("owned by")
    )
    config: Any = models.JSONField(_("settings"), default=dict, blank=True)
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, null=True, blank=True, related_name="endpoints", verbose_name=_("key")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="delivery_endpoint_name")]

    def __str__(self) -> str:
        return self.name


class RateBucket(models.Model):
    """What was sent lately under one limit, shared by all workers. `recent` is epoch seconds, oldest first, bounded by
    the channel's own limits; `blocked_until` is what the other side asked for."""

    key = models.CharField(max_length=120, unique=True)
    recent: Any = models.JSONField(default=list)
    blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("rate budget")
        verbose_name_plural = _("rate budgets")

    def __str__(self) -> str:
        return self.key
