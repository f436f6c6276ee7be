"""Bulletins: what is offered to stations, to which, and what each answered."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Area, Campaign, ContentItem

from ..enums import BULLETIN_TRANSITIONS, BulletinClass, BulletinState, OfferState
from ..fields import ALL_WEEK, DAY_MINUTES, WallTimeField, WeekdaysField, days_of
from .stations import Station


class Bulletin(models.Model):
    """A running order of scripts with the days on which it is aired. Dates are inclusive and local to the station."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="bulletins", verbose_name=_("campaign")
    )
    title = models.CharField(_("title"), max_length=200)
    cls = models.CharField(_("class"), max_length=10, choices=BulletinClass, default=BulletinClass.NORMAL)
    state = models.CharField(_("state"), max_length=10, choices=BulletinState, default=BulletinState.DRAFT)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    weekdays = WeekdaysField(_("on"), default=ALL_WEEK)
    hours_from = WallTimeField(_("not before"), null=True, blank=True)
    hours_until = WallTimeField(_("not after"), null=True, blank=True)
    overnight = models.BooleanField(_("until the next morning"), default=False)
    planned_minutes = models.PositiveSmallIntegerField(
        _("planned length, minutes"),
        null=True,
        blank=True,
        help_text=_("It may be longer by 3 %, and by 30 seconds at most from ten minutes on."),
    )
    repeat_minutes = models.PositiveSmallIntegerField(
        _("again after, minutes"),
        null=True,
        blank=True,
        help_text=_("Empty: once in each broadcast window."),
    )
    max_plays_day = models.PositiveSmallIntegerField(_("at most, times a day"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(name="ch_loudspeaker_bulletin_dates", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="ch_loudspeaker_bulletin_weekdays", condition=Q(weekdays__gte=1, weekdays__lte=ALL_WEEK)
            ),
            models.CheckConstraint(
                name="ch_loudspeaker_bulletin_hours",
                condition=Q(hours_from__isnull=True, hours_until__isnull=True, overnight=False)
                | Q(hours_from__lt=DAY_MINUTES, hours_until__lte=DAY_MINUTES)
                & (
                    Q(overnight=False, hours_until__gt=F("hours_from"))
                    | Q(overnight=True, hours_until__lt=F("hours_from"))
                ),
            ),
            models.CheckConstraint(name="ch_loudspeaker_bulletin_class", condition=Q(cls__in=BulletinClass.values)),
            models.CheckConstraint(name="ch_loudspeaker_bulletin_state", condition=Q(state__in=BulletinState.values)),
            models.CheckConstraint(
                name="ch_loudspeaker_bulletin_repeat",
                condition=Q(repeat_minutes__isnull=True) | Q(repeat_minutes__gte=1),
            ),
        ]
        # The compiler asks for what is scheduled in the coming days.
        indexes = [models.Index(fields=["state", "ends_on"], name="ch_ls_bulletin_due")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Say in words what the database would refuse."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
        if self.planned_minutes == 0:
            raise ValidationError({"planned_minutes": _("A programme needs a length.")})
        self._clean_hours()

    def _clean_hours(self) -> None:
        starts, ends = self.hours_from, self.hours_until
        if (starts is None) != (ends is None):
            raise ValidationError({"hours_until": _("Give both times or neither.")})
        if starts is None or ends is None:
            if self.overnight:
                raise ValidationError({"overnight": _("Without times there is no night to reach over.")})
            return
        if starts == ends:
            raise ValidationError({"hours_until": _("It would end when it begins; nothing could be heard.")})
        if ends < starts and not self.overnight:
            raise ValidationError(
                {"hours_until": _("The end is before the beginning. Tick “until the next morning” if that is meant.")}
            )
        if ends > starts and self.overnight:
            raise ValidationError({"overnight": _("These hours end on the same day; do not tick this.")})

    def may_become(self, state: str) -> bool:
        """True when the transition table allows it."""
        return state in BULLETIN_TRANSITIONS[self.state]

    @property
    def weekday_numbers(self) -> tuple[int, ...]:
        """ISO weekdays, Monday first."""
        return days_of(self.weekdays)


class BulletinEntry(models.Model):
    """One item in a bulletin's running order."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="entries")
    order = models.PositiveSmallIntegerField(_("place"))
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="bulletin_entries")

    class Meta:
        verbose_name = _("place in a running order")
        verbose_name_plural = _("places in a running order")
        ordering = ["bulletin", "order"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "order"], name="ch_loudspeaker_entry_place"),
            models.UniqueConstraint(fields=["bulletin", "item"], name="ch_loudspeaker_entry_item"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.item}"


class BulletinTarget(models.Model):
    """An area or a single station that a bulletin is for."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="targets")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="bulletin_targets")
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, null=True, blank=True, related_name="bulletin_targets"
    )

    class Meta:
        verbose_name = _("target of a bulletin")
        verbose_name_plural = _("targets of bulletins")
        constraints = [
            models.CheckConstraint(
                name="ch_loudspeaker_target_one",
                condition=Q(area__isnull=False, station__isnull=True) | Q(area__isnull=True, station__isnull=False),
            ),
            models.UniqueConstraint(fields=["bulletin", "area"], name="ch_loudspeaker_target_area"),
            models.UniqueConstraint(fields=["bulletin", "station"], name="ch_loudspeaker_target_station"),
        ]

    def __str__(self) -> str:
        return str(self.station or self.area)


class Offer(models.Model):
    """What one station said about one bulletin, and where it wants it among those of the same class."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="offers")
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(_("answer"), max_length=10, choices=OfferState, default=OfferState.OFFERED)
    position = models.PositiveSmallIntegerField(_("place in the day"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "station"], name="ch_loudspeaker_offer_once"),
            models.CheckConstraint(name="ch_loudspeaker_offer_state", condition=Q(state__in=OfferState.values)),
            models.CheckConstraint(
                name="ch_loudspeaker_offer_decided",
                condition=Q(state=OfferState.OFFERED) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ch_loudspeaker_offer_reason", condition=~Q(state=OfferState.DECLINED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} → {self.station}"
