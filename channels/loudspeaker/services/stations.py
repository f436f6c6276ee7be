"""Setting a station up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import audit
from cms.core.errors import BadInput
from cms.core.text import nfc

from ..fields import mask_of, read_wall_time
from ..models import Station, StationWindow
from .common import checked, touch


@transaction.atomic
def save_station(
    station: Station | None = None,
    *,
    user: Any,
    windows: Iterable[dict[str, Any]] | None = None,
    **values: Any,
) -> Station:
    """A station made or changed, with its windows replaced when `windows` is given.

    A window is ``{"starts": "05:30" or minutes, "ends": …, "weekdays": (1, …, 7), "overnight": bool, "max_minutes"}``;
    `values` are fields of Station. Raises BadInput with what is wrong; then nothing is changed.
    """
    station = station or Station()
    for name, value in values.items():
        setattr(station, name, nfc(value) if isinstance(value, str) else value)
    checked(station, exclude=["name_key"])
    station.save()
    if windows is not None:
        rows = [_window(station, spec) for spec in windows]
        if not rows:
            raise BadInput(_("A station needs at least one window in which it may speak."))
        StationWindow.objects.filter(station=station).delete()
        for row in rows:
            row.save()
    touch([station.pk])
    audit.record(station, "loudspeaker.station.save", user=user, data={"fields": sorted(values)})
    station.refresh_from_db()
    return station


def _window(station: Station, spec: dict[str, Any]) -> StationWindow:
    values = dict(spec)
    for name in ("starts", "ends"):
        if isinstance(values.get(name), str):
            values[name] = _minutes(values[name])
    if "weekdays" in values and not isinstance(values["weekdays"], int):
        values["weekdays"] = mask_of(values["weekdays"])
    row = StationWindow(station=station, **values)
    checked(row)
    return row


def _minutes(text: str) -> int:
    try:
        return read_wall_time(text)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
