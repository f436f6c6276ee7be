"""Newspapers, their feeds, and the record of reading them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from media.press.enums import FeedState, FetchOutcome
from media.press.identity import RUNGS

DEFAULT_INTERVAL = 3600


class Outlet(models.Model):
    """A newspaper or other publisher. `host_aliases` names the other hosts of its articles: {"m.bao.vn": "bao.vn"}."""

    name = models.CharField(_("name"), max_length=200)
    host = models.CharField(_("host"), max_length=253, unique=True)
    host_aliases: Any = models.JSONField(_("other hosts"), default=dict, blank=True)
    slow_until = models.DateTimeField(_("asked us to wait until"), null=True, blank=True)

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Feed(models.Model):
    """One feed of an outlet, when to read it next, and what its server told us the last time.

    `etag` and `last_modified` are the server's own bytes (as Latin-1 text) and are echoed unchanged: servers compare
    them by exact string. `rung` is how its items are told apart (identity.py). Seconds for `interval`.
    """

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="feeds", verbose_name=_("outlet"))
    name = models.CharField(_("name"), max_length=200)
    url = models.CharField(_("address"), max_length=2000, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=FeedState, default=FeedState.ACTIVE)
    parked_reason = models.CharField(_("why it is parked"), max_length=300, blank=True)
    rung = models.CharField(max_length=16, default=RUNGS[0])
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    ttl = models.PositiveIntegerField(_("asked for interval"), default=0)
    interval = models.PositiveIntegerField(_("interval"), default=DEFAULT_INTERVAL)
    next_due = models.DateTimeField(_("next reading"))
    failure_points = models.FloatField(_("failure points"), default=0)
    last_outcome = models.CharField(_("last reading"), max_length=16, choices=FetchOutcome, blank=True)
    last_message = models.CharField(_("what was wrong"), max_length=500, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(_("last successful reading"), null=True, blank=True)
    last_full_at = models.DateTimeField(null=True, blank=True)
    last_new_item_at = models.DateTimeField(_("last new item"), null=True, blank=True)
    moved_to = models.CharField(_("redirects to"), max_length=2000, blank=True)
    moved_since = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ["outlet__name", "name", "id"]
        constraints = [
            models.CheckConstraint(name="press_feed_state", condition=Q(state__in=FeedState.values)),
            models.CheckConstraint(name="press_feed_rung", condition=Q(rung__in=RUNGS)),
            models.CheckConstraint(name="press_feed_points", condition=Q(failure_points__gte=0)),
        ]
        # The ticker asks every few seconds what is due.
        indexes = [models.Index(fields=["state", "next_due"], name="press_feed_due")]

    def __str__(self) -> str:
        return self.name


class FetchLog(models.Model):
    """One reading of a feed: when, how long, how it ended, how many items it showed. Appended, never changed."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(_("when"))
    seconds = models.FloatField(_("seconds"), default=0)
    outcome = models.CharField(_("outcome"), max_length=16, choices=FetchOutcome)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    seen = models.PositiveIntegerField(_("items"), default=0)
    new = models.PositiveIntegerField(_("new items"), default=0)
    changed = models.PositiveIntegerField(_("changed items"), default=0)
    failed = models.PositiveIntegerField(_("items that could not be kept"), default=0)
    message = models.CharField(_("what was wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(name="press_log_outcome", condition=Q(outcome__in=FetchOutcome.values))]
        indexes = [models.Index(fields=["feed", "-at"], name="press_log_feed_at")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.at:%Y-%m-%d %H:%M} {self.outcome}"


class FeedDay(models.Model):
    """How often a feed was asked and answered on one local day: the denominator, kept when the log is cut."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    tries = models.PositiveIntegerField(default=0)
    successes = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of readings")
        verbose_name_plural = _("days of readings")
        constraints = [
            models.UniqueConstraint(fields=["feed", "day"], name="press_feed_day"),
            models.CheckConstraint(name="press_feed_day_counts", condition=Q(successes__lte=F("tries"))),
        ]
        indexes = [models.Index(fields=["day"], name="press_feed_day_day")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.day} {self.successes}/{self.tries}"
