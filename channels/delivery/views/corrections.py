"""Corrections: which wrong facts left, and for each place where they stand what became of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import ContentItem
from channels.delivery import places, services, standing
from channels.delivery.enums import OUT_STATES, UNSENT_STATES, DeliveryState
from channels.delivery.models import Correction, Delivery
from channels.delivery.permissions import may_work
from channels.delivery.services import corrections
from channels.delivery.views.planning import READERS
from channels.delivery.views.queues import WORKERS
from cms.core import clock
from cms.core.errors import CongError
from cms.core.permissions import role_required

_PER_PAGE = 50
_SETTLED = Q(deliveries__state__in=standing.SETTLED_STATES)


@role_required(*READERS)
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """Corrections under way, or with ?da-xong=1 those that are settled; the newest first."""
    settled = request.GET.get("da-xong") == "1"
    rows = Correction.objects.filter(closed_at__isnull=not settled).select_related("hotline", "item", "opened_by")
    rows = rows.annotate(
        places=Count("deliveries__original", distinct=True),
        waiting=Count("deliveries", filter=~_SETTLED, distinct=True),
        failed=Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED), distinct=True),
    )
    page = Paginator(rows.order_by("-opened_at", "-id"), _PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_title": _("Corrections"), "header_icon": "edit", "rows": page, "page": page, "settled": settled,
        "count": page.paginator.count, "may_act": may_work(request.user),
    }  # fmt: skip
    return render(request, "delivery/correction_list.html", context)


@role_required(*READERS)
@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: every place with its channel, language, old and new words, state and receipts."""
    row = get_object_or_404(Correction.objects.select_related("hotline__replaced_by", "item", "opened_by"), pk=pk)
    found = places.places_of(row)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_title": _("Correction"), "header_icon": "edit", "correction": row,
        "page": page, "places": places.with_words(list(page)), "count": len(found),
        "settled": sum(place.is_settled for place in found), "open": sum(place.needs_person for place in found),
        "may_act": may_work(request.user),
    }  # fmt: skip
    return render(request, "delivery/correction.html", context)


@role_required(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: HttpRequest) -> HttpResponse:
    """Begin one by hand: choose the text, say what is wrong, see where it stands, then begin."""
    given = request.POST if request.method == "POST" else request.GET
    items = _out_or_planned()
    chosen = given.get("item", "")
    item = items.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
    reason = given.get("ly-do", "")[:300].replace("\x00", "")
    user: Any = request.user
    error, where = "", []
    if request.method == "POST" and item is None:
        error = _("Choose the text that is wrong.")
    elif request.method == "POST" and not reason.strip():
        error = _("Say what is wrong: whoever mends it has only your words.")
    elif request.method == "POST" and item is not None:
        if "xac-nhan" in request.POST:
            try:
                begun = corrections.report_wrong(item, reason=reason, user=request.user)
            except CongError as refused:
                error = refused.message
            else:
                messages.success(request, _("The correction has begun."))
                return redirect("delivery_correction", begun.pk)
        draft = Correction(item=item, reason=reason, opened_at=clock.now(), opened_by=user)
        where = standing.places(standing.Scope(draft))
    context = {
        "page_title": _("Wrong content"), "header_icon": "edit", "items": items[:500], "item": item, "reason": reason,
        "error": error, "where": where[:20], "count": len(where),
        "asked": request.method == "POST" and item is not None and not error,
        "planned": _planned(item) if item is not None else 0,
    }  # fmt: skip
    return render(request, "delivery/correction_new.html", context)


def _out_or_planned() -> Any:
    reached = Q(rules__occurrences__deliveries__state__in=[*OUT_STATES, *UNSENT_STATES])
    return ContentItem.objects.filter(reached).select_related("campaign").distinct().order_by("-pk")


def _planned(item: ContentItem) -> int:
    return Delivery.objects.filter(occurrence__rule__item=item, action="send", state__in=UNSENT_STATES).count()


def _by_hand(row: Delivery, request: HttpRequest) -> str:
    outcome: Any = request.POST.get("ket-qua", "")
    corrections.settle_by_hand(row, outcome=outcome, user=request.user, note=request.POST.get("note", "")[:300])
    if row.correction is not None:
        corrections.advance(row.correction, limit=0)
    return _("Written down: it was put right by hand.")


def _resend(row: Delivery, request: HttpRequest) -> str:
    corrections.send_corrected(row, user=request.user)
    return _("The corrected text will be sent there now.")


def _again(row: Delivery, request: HttpRequest) -> str:
    services.try_again(row, user=request.user)
    return _("It will be tried again now.")


_DEEDS = {"bang-tay": _by_hand, "gui-ban-dung": _resend, "thu-lai": _again}


@role_required(*WORKERS)
@require_POST
def place_act(request: HttpRequest, pk: int, row: int, action: str) -> HttpResponse:
    """Do something about one place of a correction, say how it went, and lead back."""
    if action not in _DEEDS:
        raise Http404
    delivery = get_object_or_404(Delivery.objects.select_related("correction"), pk=row, correction=pk)
    try:
        said = _DEEDS[action](delivery, request)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("delivery_correction", pk)
