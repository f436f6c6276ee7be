"""Stations in the admin: listed with their state, set up, their day explained, their devices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.core import clock
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

from .. import selectors, services
from ..forms import DeviceForm, StationForm, WindowFormSet
from ..models import Bulletin, Device, Station
from ..permissions import may_schedule
from ..reasons import in_words
from ..resolver import Plan

READERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
MAKERS = (Role.EDITOR, Role.ADMINISTRATOR)
PER_PAGE = 50
DARK = timedelta(hours=24)


@role_required(*READERS)
def station_list(request: HttpRequest) -> HttpResponse:
    """All stations with their windows and when a device of theirs was last heard from."""
    rows = (
        Station.objects.select_related("area", "current_manifest")
        .prefetch_related("windows")
        .annotate(heard=Max("devices__last_seen"), device_count=Count("devices", filter=Q(devices__active=True)))
        .order_by("name", "pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_title": _("Loudspeaker stations"), "header_icon": "globe", "stations": page,
        "count": page.paginator.count, "dark_since": clock.now() - DARK, "may_schedule": may_schedule(request.user),
    }  # fmt: skip
    return render(request, "loudspeaker/station_list.html", context)


@role_required(*MAKERS)
def station_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The form of a station with its windows; nothing typed is lost when something is wrong."""
    station = get_object_or_404(Station, pk=pk) if pk else None
    rows = [
        {name: getattr(w, name) for name in ("starts", "ends", "weekdays", "overnight", "max_minutes")}
        for w in (station.windows.all() if station else ())
    ]
    form = StationForm(request.POST or None, instance=station)
    windows: Any = WindowFormSet(request.POST or None, initial=rows, prefix="khung")
    if request.method == "POST" and form.is_valid() & windows.is_valid():
        try:
            saved = services.save_station(station, user=request.user, windows=windows.windows(), **form.values())
        except CongError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved. Its programme follows within a minute."))
            return redirect("loudspeaker_station_day", saved.pk)
    context = {
        "page_title": station.name if station else _("New station"), "header_icon": "globe", "form": form,
        "windows": windows, "station": station,
    }  # fmt: skip
    return render(request, "loudspeaker/station_form.html", context)


@role_required(*READERS)
def station_day(request: HttpRequest, pk: int) -> HttpResponse:
    """What the station plays on a day, and for everything else why not."""
    station = get_object_or_404(Station.objects.select_related("area__parent__parent__parent"), pk=pk)
    today = clock.now().astimezone(station.zone).date()
    day = _day(request.GET.get("ngay"), today)
    plan, rows = selectors.day_of_station(station, day)
    context = {
        "page_title": station.name, "page_subtitle": _("the day and its reasons"), "header_icon": "globe",
        "station": station, "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1),
        "days": plan.days, "planned": [row for row in rows if row.withdrawn_at is None],
        "withdrawn": [row for row in rows if row.withdrawn_at is not None],
        "windows": _explained(plan, day), "may_schedule": may_schedule(request.user), "today": today,
    }  # fmt: skip
    return render(request, "loudspeaker/station_day.html", context)


@role_required(*MAKERS)
def device_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The station's devices; a new token is shown on this answer and never again."""
    station = get_object_or_404(Station, pk=pk)
    form = DeviceForm(request.POST if request.method == "POST" and "name" in request.POST else None)
    token = ""
    if request.method == "POST":
        token = _device_act(request, station, form)
    devices = station.devices.select_related("last_manifest").order_by("-active", "name")
    context = {
        "page_title": station.name, "page_subtitle": _("devices"), "header_icon": "globe", "station": station,
        "devices": devices, "form": DeviceForm() if token else form, "token": token,
        "dark_since": clock.now() - DARK,
    }  # fmt: skip
    response = render(request, "loudspeaker/device_list.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@role_required(*MAKERS)
def device_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a device out of service."""
    device = get_object_or_404(Device, pk=pk)
    services.retire_device(device, user=request.user)
    messages.success(
        request, _("“%(name)s” is out of service; its token opens nothing any more.") % {"name": device.name}
    )
    return redirect("loudspeaker_devices", device.station_id)


def _device_act(request: HttpRequest, station: Station, form: DeviceForm) -> str:
    """Register or give a new token; the token, or an empty string when the form is not valid."""
    rotate = request.POST.get("rotate", "")
    if rotate.isdigit():
        return services.rotate_token(get_object_or_404(Device, pk=rotate, station=station), user=request.user)
    if not form.is_valid():
        return ""
    try:
        _device, token = services.register_device(station=station, name=form.cleaned_data["name"], user=request.user)
    except CongError as error:
        form.add_error("name", error.message)
        return ""
    return token


def _explained(plan: Plan, day: date) -> list[dict[str, Any]]:
    """The windows of the day, each with its losers and their reasons in words."""
    losses = [loss for loss in plan.losses if loss.local_date == day]
    titles = dict(Bulletin.objects.filter(pk__in={loss.bulletin_id for loss in losses}).values_list("pk", "title"))
    found = []
    for occ in plan.occurrences:
        if occ.local_date != day:
            continue
        own = [loss for loss in losses if loss.window_id == occ.window_id]
        found.append(
            {
                "window": occ,
                "losses": [
                    {"title": titles.get(loss.bulletin_id, ""), "place": loss.entry_order, "why": in_words(loss)}
                    for loss in own
                ],
            }
        )
    return found


def _day(text: str | None, fallback: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return fallback
