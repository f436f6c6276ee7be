"""The station operator's page: what is offered today, accepted, declined, put in order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core import clock
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

from .. import selectors, services
from ..enums import BulletinClass, OfferState, StandingAnswer
from ..forms import AnswerForm
from ..models import Bulletin, Offer, Station
from ..permissions import stations_of

OPERATORS = (Role.OPERATOR, Role.ADMINISTRATOR)


@require_safe
@role_required(*OPERATORS)
def home(request: HttpRequest) -> HttpResponse:
    """The operator's stations; with one alone, its day."""
    stations = list(stations_of(request.user).select_related("area").order_by("name"))
    if len(stations) == 1:
        return redirect("station:day", stations[0].pk)
    return render(request, "loudspeaker/operator_home.html", {"stations": stations})


@require_safe
@role_required(*OPERATORS)
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """Offers with their answers, and what will be heard today."""
    station = _station(request, pk)
    today = clock.now().astimezone(station.zone).date()
    planned = [
        row
        for row in station.slots.filter(local_date=today).select_related("item", "bulletin", "outcome")
        if row.withdrawn_at is None
    ]
    context = {
        "station": station,
        "offers": _offers(station),
        "planned": planned,
        "today": today,
        "waits": station.standing_answer == StandingAnswer.WAIT,
    }
    return render(request, "loudspeaker/operator_day.html", context)


@require_POST
@role_required(*OPERATORS)
def answer(request: HttpRequest, pk: int, bulletin_id: int) -> HttpResponse:
    """Accept or decline one bulletin."""
    station = _station(request, pk)
    bulletin = get_object_or_404(Bulletin, pk=bulletin_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            services.answer_offer(
                bulletin=bulletin, station=station, state=form.cleaned_data["state"], user=request.user,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except CongError as error:
            messages.error(request, error.message)
        else:
            said = {
                OfferState.ACCEPTED: _("“%(title)s” will be played."),
                OfferState.DECLINED: _("“%(title)s” will not be played. You can still change this."),
            }
            messages.success(request, said[form.cleaned_data["state"]] % {"title": bulletin.title})
    else:
        messages.error(request, _("Accept or decline."))
    return redirect("station:day", pk)


@require_POST
@role_required(*OPERATORS)
def move(request: HttpRequest, pk: int, bulletin_id: int, direction: str) -> HttpResponse:
    """Put one bulletin before or after its neighbour of the same class."""
    station = _station(request, pk)
    order = [row["bulletin"] for row in _offers(station)]
    place = next((n for n, bulletin in enumerate(order) if bulletin.pk == bulletin_id), None)
    other = None if place is None else place + (-1 if direction == "len" else 1)
    if place is None or other is None or not 0 <= other < len(order) or order[place].cls != order[other].cls:
        messages.error(request, _("It is already at the end of its class; priority bulletins stay before normal ones."))
        return redirect("station:day", pk)
    order[place], order[other] = order[other], order[place]
    try:
        services.order_offers(station=station, bulletins=order, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The order is saved."))
    return redirect("station:day", pk)


def _station(request: HttpRequest, pk: int) -> Station:
    station = get_object_or_404(Station.objects.select_related("area__parent__parent__parent"), pk=pk)
    if not stations_of(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return station


def _offers(station: Station) -> list[dict[str, Any]]:
    """The scheduled bulletins in the order in which they are placed: priority first, then as the commune wants it."""
    offers = {offer.bulletin_id: offer for offer in Offer.objects.filter(station=station).select_related("decided_by")}
    rows: list[dict[str, Any]] = []
    for bulletin in selectors.offers_for(station):
        offer = offers.get(bulletin.pk)
        state = offer.state if offer else OfferState.OFFERED
        rows.append(
            {
                "bulletin": bulletin,
                "offer": offer,
                "state": state,
                "entries": sorted(bulletin.entries.all(), key=lambda entry: entry.order),
                "is_priority": bulletin.cls == BulletinClass.PRIORITY,
                "plays": bulletin.cls == BulletinClass.PRIORITY
                or state == OfferState.ACCEPTED
                or (state == OfferState.OFFERED and station.standing_answer == StandingAnswer.ACCEPT),
            }
        )
    last = 1 << 31
    rows.sort(
        key=lambda row: (
            not row["is_priority"],
            last if row["offer"] is None or row["offer"].position is None else row["offer"].position,
            -row["bulletin"].starts_on.toordinal(),
            row["bulletin"].pk,
        )
    )
    return rows
