"""What the public site keeps for itself: the number of its present state, and an index for searching."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteGeneration(models.Model):
    """One row: a number that grows with every change a visitor could notice. Whole cached pages carry it in their key.

    It stands in the database because the worker publishes and the web process serves: they share nothing else.
    """

    value = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = _("state of the public site")
        verbose_name_plural = _("state of the public site")

    def __str__(self) -> str:
        return str(self.value)


class SearchEntry(models.Model):
    """The words of one live page, with and without accents. Made again whenever the page is published."""

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="search_entry", primary_key=True
    )
    orthography = models.CharField(max_length=20)
    title = models.CharField(max_length=255)
    text = models.TextField()
    # " word word word " in folded form: a phrase between spaces is found as whole words only.
    title_key = models.CharField(max_length=260)
    text_key = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [models.Index(fields=["orthography", "-published_at"], name="site_search_newest")]

    def __str__(self) -> str:
        return self.title
