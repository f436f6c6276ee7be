"""What several verbs of this room need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F

from cms.core.errors import BadInput

from ..models import Bulletin, Station


def touch(stations: Iterable[int] | models.QuerySet[Station]) -> None:
    """Mark stations so that the next tick looks at them; accepts ids or a query."""
    chosen = stations if isinstance(stations, models.QuerySet) else Station.objects.filter(pk__in=list(stations))
    Station.objects.filter(pk__in=chosen.values("pk")).update(generation=F("generation") + 1)


def stations_for(bulletin: Bulletin) -> models.QuerySet[Station]:
    """Active stations that the bulletin's targets reach (areas with all that lies in them)."""
    reach = models.Q(bulletin_targets__bulletin=bulletin)
    for depth in ("area", "area__parent", "area__parent__parent", "area__parent__parent__parent"):
        reach |= models.Q(**{f"{depth}__bulletin_targets__bulletin": bulletin})
    return Station.objects.filter(active=True, pk__in=Station.objects.filter(reach).values("pk"))


def checked(row: models.Model, **kwargs: Any) -> None:
    """Validate a row; its problems come back as one sentence after the other in BadInput."""
    try:
        row.full_clean(**kwargs)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
