"""What devices ask: docs/device-protocol.md is the contract."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cms.core.errors import CongError

from . import resolver
from .device_auth import Caller, for_devices, problem
from .models import Device, Manifest
from .services import receive_events, receive_health

LARGEST_BODY = 1024 * 1024


@require_GET
@for_devices("manifest")
def manifest(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The manifest in force; 304 when the device has it, after one read of the database."""
    if caller.manifest_sha256 is None:
        message = _("There is no manifest for this station yet; ask again in a minute.")
        return problem(503, "no_manifest_yet", message, **{"Retry-After": "30"})
    etag = f'"{caller.manifest_sha256}"'
    if _matches(request.headers.get("If-None-Match", ""), etag):
        return HttpResponse(status=304, headers={"ETag": etag})
    body = Manifest.objects.values_list("body", flat=True).get(pk=caller.manifest_id or 0)
    return HttpResponse(body.encode(), content_type="application/json", headers={"ETag": etag})


@require_GET
@for_devices("manifest")
def playlist(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The manifest in force as M3U8."""
    if caller.manifest_id is None:
        message = _("There is no manifest for this station yet; ask again in a minute.")
        return problem(503, "no_manifest_yet", message, **{"Retry-After": "30"})
    body = Manifest.objects.values_list("body", flat=True).get(pk=caller.manifest_id or 0)
    text = resolver.m3u8(json.loads(body), settings.CONG_BASE_URL.rstrip("/"))
    return HttpResponse(text.encode(), content_type="application/vnd.apple.mpegurl; charset=utf-8")


@csrf_exempt
@require_POST
@for_devices("events")
def events(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A batch of play events; each is acknowledged or refused by itself."""
    body = _object(request)
    if isinstance(body, HttpResponse):
        return body
    device = Device.objects.select_related("station").get(pk=caller.device_id)
    try:
        received = receive_events(device=device, events=body.get("events"), device_time=body.get("device_time"))
    except CongError as error:
        return problem(error.status_code, "bad_input", error.message)
    return JsonResponse(
        {
            "acknowledged": received.acknowledged,
            "duplicates": received.duplicates,
            "refused": received.refused,
        }
    )


@csrf_exempt
@require_POST
@for_devices("health")
def health(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The device's state."""
    body = _object(request)
    if isinstance(body, HttpResponse):
        return body
    device = Device.objects.get(pk=caller.device_id)
    last = receive_health(device=device, body=body)
    return JsonResponse({"last_sequence": last, "clock_offset_ms": device.clock_offset_ms})


def _object(request: HttpRequest) -> dict[str, Any] | HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return problem(413, "too_large", _("A report may have 1 MB at most; send fewer events at once."))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return problem(400, "bad_json", _("The body is not JSON."))
    if not isinstance(body, dict):
        return problem(400, "bad_json", _("The body must be a JSON object."))
    return body


def _matches(header: str, etag: str) -> bool:
    return any(part.strip().removeprefix("W/") in (etag, "*") for part in header.split(","))
