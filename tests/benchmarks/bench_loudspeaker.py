"""Manifests compiled per second, and polls answered 304 beside a view with the same middleware that only answers 304.

Compiling is measured from rows to stored manifest (gather, resolve, hash, insert slots) and, apart, for the resolver
alone. Polls run through Django's whole handler in this process; the two views take turns, so that a busy machine slows
both; the figure is the ratio of the medians.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path

from campaigns.enums import AreaKind
from channels.loudspeaker import device_auth, gathering, resolver
from channels.loudspeaker.services import compile_due, compiling
from cms.core import clock
from tests.factories.campaigns import CampaignFactory
from tests.factories.loudspeaker import make_bulletin, make_device, make_heard_item, make_province, make_station

STATIONS = 60
BULLETINS = 12
ROUNDS = 7
POLLS = 300


def only_304(request: HttpRequest) -> HttpResponse:
    """The least that any view can do."""
    return HttpResponse(status=304)


urlpatterns = [path("api/v1/", include("channels.loudspeaker.urls")), path("bare", only_304)]


def run() -> list[tuple[str, str]]:
    """Printable rows (label, figure)."""
    stations = _province()
    rows = [*_compiling(), *_polls(stations[0])]
    return rows


def _province() -> list[Any]:
    province, communes = make_province(STATIONS)
    windows = (
        {"starts": "05:00", "ends": "06:00", "max_minutes": 30},
        {"starts": "17:00", "ends": "17:45"},
        {"starts": "11:15", "ends": "11:45", "weekdays": (6, 7)},
    )
    stations = [
        make_station(area=area, windows=windows, languages=["jra", "vi"] if number % 3 else ["vi"], max_minutes_day=60)
        for number, area in enumerate(communes)
    ]
    assert province.kind == AreaKind.PROVINCE
    campaign = CampaignFactory()
    for number in range(BULLETINS):
        items = [make_heard_item(campaign, f"bài {number}.{part}", seconds=60 + 17 * number) for part in range(3)]
        make_bulletin(items=items, areas=[province], cls="priority" if number % 4 == 0 else "normal")
    return stations


def _compiling() -> list[tuple[str, str]]:
    started = time.perf_counter()
    made = compile_due(force=True)
    first = time.perf_counter() - started
    slots = sum(row.slots.count() for row in made)
    started = time.perf_counter()
    compile_due(force=True)
    again = time.perf_counter() - started
    started = time.perf_counter()
    compile_due()
    quiet = time.perf_counter() - started
    now = clock.now()
    inputs = list(gathering.inputs_for(gathering.stations_to_compile(), now).values())
    started = time.perf_counter()
    for each in inputs:
        resolver.resolve(each)
    pure = time.perf_counter() - started
    compiling._last_world = ""
    return [
        (f"manifests compiled and stored, {len(made)} stations, {slots} slots", f"{len(made) / first:.0f} /s"),
        ("the same, nothing changed, every station resolved anew", f"{STATIONS / again:.0f} /s"),
        ("resolver alone, eight days each", f"{len(inputs) / pure:.0f} /s"),
        ("a tick when nothing changed", f"{quiet * 1000:.1f} ms"),
    ]


def _polls(station: Any) -> list[tuple[str, str]]:
    station.refresh_from_db()
    _device, token = make_device(station)
    device_auth.LIMITS["manifest"] = 10**9
    cache.clear()
    handler = WSGIHandler()
    factory = RequestFactory(HTTP_HOST="localhost")
    headers = {
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "HTTP_IF_NONE_MATCH": f'"{station.current_manifest.sha256}"',
    }
    real = _seconds(handler, lambda: factory.get("/api/v1/stations/manifest", **headers))
    bare = _seconds(handler, lambda: factory.get("/bare", **headers))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(real())
        theirs.append(bare())
    mine, least = statistics.median(ours), statistics.median(theirs)
    return [
        ("polls answered 304 (token, rate limit, one read)", f"{POLLS / mine:.0f} /s"),
        ("a view with the same middleware that only answers 304", f"{POLLS / least:.0f} /s"),
        ("ratio", f"{least / mine:.2f}"),
    ]


def _seconds(handler: WSGIHandler, make: Callable[[], HttpRequest]) -> Callable[[], float]:
    def measured() -> float:
        requests = [make() for _ in range(POLLS)]
        for request in requests:
            request.urlconf = __name__  # type: ignore[attr-defined]
        started = time.perf_counter()
        for request in requests:
            answer = handler.get_response(request)
            if answer.status_code != 304:
                raise RuntimeError(f"expected 304, got {answer.status_code}")
        return time.perf_counter() - started

    return measured
