"""Bulletins in the admin: listed, made from scripts, looked at with their length, scheduled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

from .. import selectors, services
from ..enums import BulletinState
from ..forms import BulletinForm, campaigns_to_choose
from ..models import Bulletin
from ..permissions import may_schedule
from ..services.common import stations_for

READERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
MAKERS = (Role.EDITOR, Role.ADMINISTRATOR)
PER_PAGE = 50


@role_required(*READERS)
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """All bulletins, the newest first."""
    rows = Bulletin.objects.select_related("campaign").prefetch_related("entries", "targets__area", "targets__station")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_title": _("Bulletins"), "header_icon": "media", "bulletins": page, "count": page.paginator.count,
        "may_schedule": may_schedule(request.user),
    }  # fmt: skip
    return render(request, "loudspeaker/bulletin_list.html", context)


@role_required(*MAKERS)
def bulletin_new(request: HttpRequest) -> HttpResponse:
    """First the campaign, then the form; what was typed stays when something is wrong."""
    chosen = request.GET.get("dot", "")
    campaign = campaigns_to_choose().filter(pk=chosen).first() if chosen.isdigit() else None
    if campaign is None:
        context = {"page_title": _("New bulletin"), "header_icon": "media", "campaigns": campaigns_to_choose()}
        return render(request, "loudspeaker/bulletin_campaign.html", context)
    form = BulletinForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        try:
            bulletin = services.create_bulletin(
                campaign=campaign,
                items=form.items,
                user=request.user,
                areas=form.cleaned_data["areas"],
                stations=form.cleaned_data["stations"],
                **form.values(),
            )
        except CongError as error:
            form.add_error(None, error.message)
        else:
            return redirect("loudspeaker_bulletin", bulletin.pk)
    return _form_page(request, form, _("New bulletin"))


@role_required(*MAKERS)
def bulletin_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a draft."""
    bulletin = get_object_or_404(Bulletin.objects.select_related("campaign"), pk=pk)
    form = BulletinForm(request.POST or None, instance=bulletin, campaign=bulletin.campaign)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_bulletin(
                bulletin,
                user=request.user,
                items=form.items,
                areas=form.cleaned_data["areas"],
                stations=form.cleaned_data["stations"],
                **form.values(),
            )
        except CongError as error:
            form.add_error(None, error.message)
        else:
            return redirect("loudspeaker_bulletin", pk)
    return _form_page(request, form, _("Change the bulletin"))


@role_required(*READERS)
def bulletin_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The running order, its length in each language, what is refused, what stations answered."""
    bulletin = get_object_or_404(Bulletin.objects.select_related("campaign__issuer"), pk=pk)
    context: dict[str, Any] = {
        "page_title": bulletin.title, "header_icon": "media", "bulletin": bulletin,
        "entries": bulletin.entries.select_related("item"),
        "targets": bulletin.targets.select_related("area", "station"),
        "lengths": selectors.lengths(bulletin),
        "forecast": selectors.forecast(bulletin) if bulletin.state != BulletinState.CANCELLED else [],
        "stations": stations_for(bulletin).count(),
        "answers": selectors.answered_counts(bulletin),
        "may_schedule": may_schedule(request.user),
        "is_draft": bulletin.state == BulletinState.DRAFT,
        "is_scheduled": bulletin.state == BulletinState.SCHEDULED,
    }  # fmt: skip
    return render(request, "loudspeaker/bulletin_detail.html", context)


@require_POST
@role_required(*MAKERS)
def bulletin_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Schedule, take back or cancel."""
    bulletin = get_object_or_404(Bulletin, pk=pk)
    verbs = {
        "len-lich": (services.schedule, _("Scheduled. Stations receive it with their next manifest.")),
        "rut-lai": (services.take_back, _("Taken back. Stations stop playing it with their next manifest.")),
        "huy": (services.cancel, _("Cancelled.")),
    }
    if action not in verbs:
        return redirect("loudspeaker_bulletin", pk)
    verb, said = verbs[action]
    try:
        verb(bulletin, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("loudspeaker_bulletin", pk)


def _form_page(request: HttpRequest, form: BulletinForm, title: str) -> HttpResponse:
    places = {f"place_{item.pk}" for item in form.scripts}
    context = {
        "page_title": title, "page_subtitle": form.campaign.title, "header_icon": "media", "form": form,
        "plain_fields": [field for field in form if field.name not in places],
    }  # fmt: skip
    return render(request, "loudspeaker/bulletin_form.html", context)
