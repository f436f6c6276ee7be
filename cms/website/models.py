"""What the public site keeps for itself: the number of its present state, and an index for searching."""

from django.conf import settings
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


class MessageKind(models.TextChoices):
    """What residents most often want to say of a loudspeaker or a page."""

    TOO_EARLY = "too_early", _("the loudspeaker is too early or too late")
    TOO_LOUD = "too_loud", _("the loudspeaker is too loud or too quiet")
    UNCLEAR = "unclear", _("the words are hard to understand")
    WRONG = "wrong", _("something is not right")
    OTHER = "other", _("something else")


class ResidentMessage(models.Model):
    """What somebody told us. No name, no address of a machine, no account: the words and the place alone."""

    kind = models.CharField(_("about"), max_length=12, choices=MessageKind)
    place = models.CharField(_("village or commune"), max_length=120, blank=True)
    text = models.TextField(_("message"), max_length=1000)
    page = models.CharField(_("page it was written from"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received at"))
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("resident’s message")
        verbose_name_plural = _("residents’ messages")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(name="site_message_kind", condition=models.Q(kind__in=MessageKind.values))
        ]
        indexes = [models.Index(fields=["handled_at", "-received_at"], name="site_message_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.place}"
