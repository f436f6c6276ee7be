"""What the newspapers published, as their feeds tell it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media.press.models.feeds import Feed, Outlet


class PressItem(models.Model):
    """One article of one outlet. Its words are its latest revision's; an edited article is a new revision.

    `url_hash` is the SHA-256 of the canonical address (urls.py): the same article in two feeds is one item. It is null
    for items without an address. `published_raw` is the date as served, `published_at` what it means in UTC;
    `date_flag` says why that is the time of fetching instead (missing, unreadable, future, ancient). `folded` is for
    searching.
    """

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="items", verbose_name=_("outlet"))
    url = models.CharField(_("address"), max_length=2048, blank=True)
    url_key = models.CharField(max_length=2200, blank=True)
    url_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    title = models.CharField(_("title"), max_length=600)
    summary = models.TextField(_("summary"), blank=True)
    section = models.CharField(_("section"), max_length=200, blank=True)
    published_raw = models.CharField(_("date as served"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"), db_index=True)
    date_method = models.CharField(max_length=16, blank=True)
    date_flag = models.CharField(max_length=16, blank=True)
    folded = models.TextField(editable=False, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    content_sha256 = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField(_("first seen"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("press item")
        verbose_name_plural = _("press items")
        ordering = ["-published_at", "-id"]
        constraints = [models.CheckConstraint(name="press_item_title", condition=~Q(title=""))]

    def __str__(self) -> str:
        return self.title


class PressItemRevision(models.Model):
    """What an item said at one time. Written once."""

    item = models.ForeignKey(PressItem, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=600)
    summary = models.TextField(blank=True)
    published_raw = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revision of an item")
        verbose_name_plural = _("revisions of items")
        ordering = ["item_id", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="press_revision_number")]

    def __str__(self) -> str:
        return f"{self.item_id}#{self.number}"


class Sighting(models.Model):
    """That a feed shows an item, under which identity, since when and until when."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="sightings")
    identity = models.CharField(max_length=64)
    item = models.ForeignKey(PressItem, on_delete=models.CASCADE, related_name="sightings")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [models.UniqueConstraint(fields=["feed", "identity"], name="press_sighting_identity")]

    def __str__(self) -> str:
        return f"{self.feed_id}:{self.item_id}"
