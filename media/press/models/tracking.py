"""What a campaign looks for in the press, and what was found."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Topic
from media.press.enums import DECIDED, MentionState, QueryState
from media.press.models.items import PressItem


class TrackingQuery(models.Model):
    """A named search of a campaign. What it looks for is its latest version."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="tracking_queries", verbose_name=_("campaign")
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=QueryState, default=QueryState.ACTIVE)
    version = models.PositiveIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = _("tracking query")
        verbose_name_plural = _("tracking queries")
        ordering = ["campaign_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="press_query_name"),
            models.CheckConstraint(name="press_query_state", condition=Q(state__in=QueryState.values)),
        ]

    def __str__(self) -> str:
        return self.name


class QueryVersion(models.Model):
    """The words of a query at one time: written once, because mentions point to it for ever."""

    query = models.ForeignKey(TrackingQuery, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    definition: Any = models.JSONField(_("what to look for"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("version of a query")
        verbose_name_plural = _("versions of queries")
        ordering = ["query_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["query", "number"], name="press_query_version")]

    def __str__(self) -> str:
        return f"{self.query_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once; a change of words is a new version."""
        if self.pk is not None and not self._state.adding:
            raise TypeError("a query version is never changed; save a new one")
        super().save(*args, **kwargs)


class Mention(models.Model):
    """That an item answers a campaign's query, why, and what a person said about it.

    `reasons` is a list of {"term", "group", "field", "start", "end"}: offsets into the title or summary of the item's
    revision `item_revision`.
    """

    item = models.ForeignKey(PressItem, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("press item"))
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("campaign")
    )
    query_version = models.ForeignKey(QueryVersion, on_delete=models.PROTECT, related_name="mentions")
    item_revision = models.PositiveIntegerField(default=1)
    reasons: Any = models.JSONField(_("why"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=MentionState, default=MentionState.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("judged by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    # The item's moment, copied so that lists and charts of mentions need no join.
    published_at = models.DateTimeField(_("published"))
    created_at = models.DateTimeField(_("found"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "campaign"], name="press_mention_item_campaign"),
            models.CheckConstraint(name="press_mention_state", condition=Q(state__in=MentionState.values)),
            models.CheckConstraint(
                name="press_mention_decided",
                condition=Q(state__in=sorted(DECIDED), decided_at__isnull=False)
                | Q(state=MentionState.PROPOSED, decided_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "-published_at"], name="press_mention_list"),
            models.Index(fields=["state", "-published_at"], name="press_mention_queue"),
            models.Index(F("published_at").desc(), F("id").desc(), name="press_mention_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.campaign_id}"
