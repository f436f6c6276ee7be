"""Wall times and weekdays as the database keeps them and as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

DAY_MINUTES = 1440
ALL_WEEK = 0b1111111
WEEKDAY_NAMES = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)
WALL_TIME = re.compile(r"\s*([0-2]?\d)\s*(?:[:hg]\s*([0-5]\d)?)?\s*", re.IGNORECASE)


def read_wall_time(text: str) -> int:
    """Minutes since midnight of "5:30", "05h30", "17h" or "24:00"; ValidationError for anything else."""
    match = WALL_TIME.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        raise ValidationError(_("Write a time of day such as 05:30; the end of the day is 24:00."), code="wall_time")
    return minutes


def wall_time(minutes: int) -> str:
    """ "05:30" for 330; 1440 is "24:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def mask_of(weekdays: Iterable[int]) -> int:
    """The bits of ISO weekdays: Monday is 1, Sunday is 64."""
    mask = 0
    for day in weekdays:
        if not 1 <= day <= 7:
            raise ValueError(f"not an ISO weekday: {day}")
        mask |= 1 << (day - 1)
    return mask


def days_of(mask: int) -> tuple[int, ...]:
    """The ISO weekdays of a mask, Monday first."""
    return tuple(day for day in range(1, 8) if mask & 1 << (day - 1))


class WallTimeFormField(forms.CharField):
    """A time of day typed by a person; its value is minutes since midnight or None."""

    def __init__(self, **kwargs: Any) -> None:
        for unused in ("min_value", "max_value"):
            kwargs.pop(unused, None)
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 6, "placeholder": "05:30", "inputmode": "numeric"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().to_python(value)
        return read_wall_time(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return wall_time(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class WallTimeField(models.PositiveSmallIntegerField):
    """Minutes since local midnight, 0 to 1440."""

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().formfield(**{"form_class": WallTimeFormField, **kwargs})


class WeekdaysFormField(forms.TypedMultipleChoiceField):
    """Weekdays ticked by a person; its value is a mask."""

    def __init__(self, **kwargs: Any) -> None:
        for unused in ("min_value", "max_value", "empty_value", "coerce", "choices"):
            kwargs.pop(unused, None)
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=WEEKDAY_NAMES, coerce=int, **kwargs)

    def clean(self, value: Any) -> int:  # type: ignore[override]
        return mask_of(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return list(days_of(value)) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial) or [], data)


class WeekdaysField(models.PositiveSmallIntegerField):
    """A set of weekdays as seven bits."""

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().formfield(**{"form_class": WeekdaysFormField, **kwargs})
