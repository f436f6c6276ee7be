"""Who a device is, in one indexed read; and how often it may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from cms.core import clock

from .services.devices import token_hash

BEARER = "Bearer "
LONGEST_TOKEN = 128
# Requests a minute. A player asks once a minute at most; ten times that is a fault.
LIMITS = {"manifest": 30, "events": 60, "health": 20}
STRANGERS = 30  # wrong tokens a minute from one address
# Written out: this is asked by every device every minute, and building it anew took three times as long as running it.
WHO = """
    SELECT device.id, device.station_id, manifest.id, manifest.sha256
    FROM ch_loudspeaker_device AS device
    JOIN ch_loudspeaker_station AS station ON station.id = device.station_id
    LEFT JOIN ch_loudspeaker_manifest AS manifest ON manifest.id = station.current_manifest_id
    WHERE device.token_sha256 = %s AND device.active = %s AND station.active = %s
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """The device behind a request, with the manifest in force at its station."""

    device_id: int
    station_id: int
    manifest_id: int | None
    manifest_sha256: str | None


def problem(status: int, code: str, message: str, **headers: str) -> JsonResponse:
    """An error as JSON: a code for the program, a sentence for the person who reads its log."""
    return JsonResponse(
        {"error": {"code": code, "message": message}},
        status=status,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )


def stamped(response: HttpResponse) -> HttpResponse:
    """The response with the server's time, to the millisecond, taken as late as possible."""
    response["X-Server-Time"] = _text(clock.now())
    response["Cache-Control"] = "private, no-cache"
    return response


def for_devices(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """View decorator: a device with a good token and within its limits, as `Caller`; others get a JSON error."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            caller = _caller(request)
            if caller is None:
                return stamped(_refuse_stranger(request))
            if _too_often(f"{action}:{caller.device_id}", LIMITS[action]):
                message = _("This device asks too often; the next answer comes in a minute.")
                return stamped(problem(429, "too_many_requests", message, **{"Retry-After": "60"}))
            return stamped(view(request, caller, *args, **kwargs))

        return guarded

    return decorate


def _caller(request: HttpRequest) -> Caller | None:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix(BEARER)
    if token == header or not 0 < len(token) <= LONGEST_TOKEN:
        return None
    with connection.cursor() as cursor:
        cursor.execute(WHO, [token_hash(token), True, True])
        row = cursor.fetchone()
    return Caller(*row) if row else None


def _refuse_stranger(request: HttpRequest) -> HttpResponse:
    if _too_often(f"stranger:{request.META.get('REMOTE_ADDR', '')}", STRANGERS):
        message = _("Too many requests with a wrong token.")
        return problem(429, "too_many_requests", message, **{"Retry-After": "60"})
    message = _("The token is missing or not valid; ask your station's administrator for a new one.")
    return problem(401, "unauthorized", message, **{"WWW-Authenticate": 'Bearer realm="stations"'})


def _too_often(name: str, limit: int) -> bool:
    """Counted per minute in the shared cache; with a cache per process the limit holds per process."""
    key = f"loudspeaker:{name}:{clock.now():%Y%m%d%H%M}"
    if cache.add(key, 1, timeout=120):
        return False
    try:
        return cache.incr(key) > limit
    except ValueError:  # it expired in between
        return False


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
