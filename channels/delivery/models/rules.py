"""When things go: rules in local wall time, occurrences as instants."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContentItem
from channels.delivery.enums import Misfire, RuleState
from channels.delivery.models.endpoints import Endpoint


class Rule(models.Model):
    """One item, in one written language, to one destination, at local wall times on days of an inclusive date range.

    `times` is a sorted list of "HH:MM"; `weekdays` a sorted list of 0 (Monday) to 6; `exceptions` a list of ISO dates
    left out. A destination that shows things for a while (a website) is served once, at the first time, until `until`.
    Changing a rule counts `version` up: what was planned for the future is replaced, what was due stays.
    """

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="rules", verbose_name=_("content"))
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="rules", verbose_name=_("to"))
    orthography = models.CharField(_("written language"), max_length=20)
    times: Any = models.JSONField(_("times of day"))
    timezone = models.CharField(_("time zone"), max_length=64)
    weekdays: Any = models.JSONField(_("weekdays"))
    date_from = models.DateField(_("first day"))
    date_to = models.DateField(_("last day"))
    exceptions: Any = models.JSONField(_("days left out"), default=list, blank=True)
    until = models.DateTimeField(_("shown until"), null=True, blank=True)
    misfire = models.CharField(_("if it could not go in time"), max_length=12, choices=Misfire)
    useful_minutes = models.PositiveIntegerField(_("useful for, minutes"))
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    # From this instant on the present version makes the occurrences.
    version_since = models.DateTimeField(editable=False)
    materialised_until = models.DateTimeField(editable=False)
    state = models.CharField(_("state"), max_length=12, choices=RuleState, default=RuleState.ACTIVE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("planned by"),
    )
    created_at = models.DateTimeField(_("planned at"))

    class Meta:
        verbose_name = _("sending plan")
        verbose_name_plural = _("sending plans")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="delivery_rule_dates", condition=Q(date_to__gte=F("date_from"))),
            models.CheckConstraint(name="delivery_rule_useful", condition=Q(useful_minutes__gte=1)),
            models.CheckConstraint(name="delivery_rule_state", condition=Q(state__in=RuleState.values)),
            models.CheckConstraint(name="delivery_rule_misfire", condition=Q(misfire__in=Misfire.values)),
        ]
        # The materialising tick: rules whose horizon has come nearer than it should.
        indexes = [models.Index(fields=["state", "materialised_until"], name="delivery_rule_tick")]

    def __str__(self) -> str:
        return f"{self.item} → {self.endpoint}"


class Occurrence(models.Model):
    """One slot of a rule: the instant `starts_at`, and `ends_at` for what is shown for a while; half-open, UTC."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="occurrences")
    rule_version = models.PositiveIntegerField()
    local_date = models.DateField(_("day"))
    slot = models.CharField(_("time of day"), max_length=5)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    class Meta:
        verbose_name = _("slot of a sending plan")
        verbose_name_plural = _("slots of sending plans")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "rule_version", "local_date", "slot"], name="delivery_occurrence_unique"
            ),
            models.CheckConstraint(
                name="delivery_occurrence_period", condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} {self.slot}"
