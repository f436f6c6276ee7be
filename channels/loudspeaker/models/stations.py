"""Stations of communes, when they may speak, and the devices in them."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from campaigns.models import Area, Organisation
from cms.core import languages
from cms.core.text import fold

from ..enums import StandingAnswer
from ..fields import ALL_WEEK, DAY_MINUTES, WallTimeField, WeekdaysField, days_of, wall_time


def default_languages() -> list[str]:
    """Vietnamese alone."""
    return ["vi"]


# Written by the compiler alone, with updates of their own.
MACHINE = frozenset({"generation", "compiled_stamp", "current_manifest"})


class Station(ClusterableModel):
    """The loudspeaker station of one commune. Its windows, quiet hours and maxima are hard limits."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="stations", verbose_name=_("area"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=_("run by"),
    )
    name = models.CharField(_("name"), max_length=160)
    name_key = models.CharField(max_length=160, editable=False, db_index=True)
    languages = models.JSONField(
        _("languages, best first"),
        default=default_languages,
        help_text=_("The first language that has a recording is played; the next ones stand in for it."),
    )
    orthography = models.CharField(_("written language of its staff"), max_length=20, default="vi")
    tz = models.CharField(_("time zone"), max_length=40, default="Asia/Ho_Chi_Minh")
    standing_answer = models.CharField(
        _("while nobody has answered"), max_length=8, choices=StandingAnswer, default=StandingAnswer.ACCEPT
    )
    quiet_starts = WallTimeField(_("quiet from"), null=True, blank=True)
    quiet_ends = WallTimeField(_("quiet until"), null=True, blank=True)
    max_minutes_day = models.PositiveSmallIntegerField(_("at most, minutes a day"), null=True, blank=True)
    freeze_minutes = models.PositiveSmallIntegerField(
        _("unchanged before air, minutes"),
        default=10,
        help_text=_("What starts sooner than this stays as it is; only what was withdrawn is taken out."),
    )
    is_demonstration = models.BooleanField(_("for demonstration"), default=False)
    active = models.BooleanField(_("in service"), default=True)
    # Bumped by every change to what decides this station's programme; compared with the last compile.
    generation = models.PositiveBigIntegerField(default=1, editable=False)
    compiled_stamp = models.CharField(max_length=64, blank=True, editable=False)
    current_manifest = models.ForeignKey(
        "ch_loudspeaker.Manifest", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("loudspeaker station")
        verbose_name_plural = _("loudspeaker stations")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="ch_loudspeaker_station_quiet",
                condition=Q(quiet_starts__isnull=True, quiet_ends__isnull=True)
                | Q(quiet_starts__lt=DAY_MINUTES, quiet_ends__lte=DAY_MINUTES) & ~Q(quiet_starts=F("quiet_ends")),
            ),
            models.CheckConstraint(name="ch_loudspeaker_station_freeze", condition=Q(freeze_minutes__lte=120)),
            models.CheckConstraint(
                name="ch_loudspeaker_station_standing", condition=Q(standing_answer__in=StandingAnswer.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search key beside the name. A form that was open for an hour never undoes what was compiled since."""
        self.name_key = fold(self.name)[:160]
        if not self._state.adding and kwargs.get("update_fields") is None and not args:
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.name not in MACHINE
            ]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Languages and zone that exist; quiet hours whole or not at all."""
        super().clean()
        problems: dict[str, Any] = {}
        codes = self.languages if isinstance(self.languages, list) else []
        if not codes:
            problems["languages"] = _("Choose at least one language.")
        elif len(set(codes)) != len(codes):
            problems["languages"] = _("A language stands in the list twice.")
        elif unknown := [code for code in codes if code not in languages.LANGUAGES]:
            problems["languages"] = _("This language is not set up here: %(code)s.") % {"code": unknown[0]}
        try:
            ZoneInfo(self.tz)
        except (KeyError, ValueError, OSError):
            problems["tz"] = _("There is no such time zone.")
        if (self.quiet_starts is None) != (self.quiet_ends is None):
            problems["quiet_ends"] = _("Quiet hours need both a beginning and an end.")
        elif self.quiet_starts is not None and self.quiet_starts == self.quiet_ends:
            problems["quiet_ends"] = _("Quiet hours that end when they begin would never or always hold.")
        if problems:
            raise ValidationError(problems)

    @property
    def zone(self) -> ZoneInfo:
        """The station's IANA zone."""
        return ZoneInfo(self.tz)


class StationWindow(models.Model):
    """When the station may speak, in wall time. An overnight window belongs to the day on which it starts."""

    station = ParentalKey(Station, on_delete=models.CASCADE, related_name="windows")
    weekdays = WeekdaysField(_("on"), default=ALL_WEEK)
    starts = WallTimeField(_("from"))
    ends = WallTimeField(_("until"), help_text=_("24:00 is the end of the day."))
    overnight = models.BooleanField(_("until the next morning"), default=False)
    max_minutes = models.PositiveSmallIntegerField(_("at most, minutes"), null=True, blank=True)

    class Meta:
        verbose_name = _("broadcast window")
        verbose_name_plural = _("broadcast windows")
        ordering = ["starts", "id"]
        constraints = [
            models.CheckConstraint(
                name="ch_loudspeaker_window_times",
                condition=Q(starts__lt=DAY_MINUTES, ends__gte=1, ends__lte=DAY_MINUTES)
                & (Q(overnight=False, ends__gt=F("starts")) | Q(overnight=True, ends__lt=F("starts"))),
            ),
            models.CheckConstraint(
                name="ch_loudspeaker_window_weekdays", condition=Q(weekdays__gte=1, weekdays__lte=ALL_WEEK)
            ),
        ]

    def __str__(self) -> str:
        return f"{wall_time(self.starts)}–{wall_time(self.ends)}"

    def clean(self) -> None:
        """Say in words what the database would refuse."""
        super().clean()
        if self.starts is None or self.ends is None:
            return
        if self.starts == self.ends:
            raise ValidationError({"ends": _("The window ends when it begins; nothing could be heard.")})
        if self.ends < self.starts and not self.overnight:
            raise ValidationError(
                {"ends": _("The end is before the beginning. Tick “until the next morning” if that is meant.")}
            )
        if self.ends > self.starts and self.overnight:
            raise ValidationError({"overnight": _("This window ends on the same day; do not tick this.")})

    @property
    def weekday_numbers(self) -> tuple[int, ...]:
        """ISO weekdays, Monday first."""
        return days_of(self.weekdays)


class Device(models.Model):
    """A receiver in a station. Its token is shown once; only the SHA-256 of it is kept."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="devices", verbose_name=_("station"))
    name = models.CharField(_("name"), max_length=120)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    token_issued_at = models.DateTimeField(_("token issued at"), editable=False)
    active = models.BooleanField(_("in service"), default=True)
    last_seen = models.DateTimeField(_("last heard from"), null=True, blank=True, editable=False)
    clock_offset_ms = models.BigIntegerField(_("clock is off by, ms"), null=True, blank=True, editable=False)
    last_manifest = models.ForeignKey(
        "ch_loudspeaker.Manifest", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    health = models.JSONField(_("state"), default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["station", "name", "id"]

    def __str__(self) -> str:
        return f"{self.station} · {self.name}"
