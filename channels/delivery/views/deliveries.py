"""One delivery with its evidence from beginning to end, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.delivery import selectors
from channels.delivery.contract import channel_for
from channels.delivery.deeds import DEEDS, Deed, deeds_for
from channels.delivery.enums import Action, DeliveryState, ReadBack
from channels.delivery.models import Delivery
from channels.delivery.permissions import may_work
from channels.delivery.reasons import reason_label
from channels.delivery.services import readback
from channels.delivery.timeline import events_of
from channels.delivery.views.planning import READERS
from channels.delivery.views.queues import WORKERS
from channels.delivery.worklists import lines_of
from cms.core.errors import CongError
from cms.core.permissions import role_required

_NOT_GONE = frozenset({DeliveryState.CANCELLED, DeliveryState.FAILED})


@role_required(*READERS)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: what it carries, everything that happened to it, what can be done."""
    delivery = get_object_or_404(Delivery.objects.select_related(*selectors.SHOWN), pk=pk)
    line = lines_of([delivery])[0]
    variant = delivery.variant or (delivery.original.variant if delivery.original else None)
    compensations = list(delivery.compensations.order_by("pk"))
    # Asking again would give the same take-down: it is not offered as if there were something left to do.
    gone = any(row.action == Action.TAKE_DOWN and row.state not in _NOT_GONE for row in compensations)
    deeds = [deed for deed in deeds_for(delivery, absent=line.absent) if deed.name != "go" or not gone]
    context = {
        "page_title": _("One delivery"), "header_icon": "mail", "delivery": delivery,
        "line": line, "variant": variant, "events": events_of(delivery),
        "preview": channel_for(delivery.endpoint.kind).preview_html(variant.payload) if variant else "",
        "deeds": deeds, "may_act": may_work(request.user),
        "compensations": compensations,
        "links": [receipt.remote_url for receipt in selectors.receipts_for(delivery) if receipt.remote_url],
    }  # fmt: skip
    return render(request, "delivery/detail.html", context)


@role_required(*WORKERS)
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of the deeds, say how it went, and lead back. What was typed comes back with the message when it failed."""
    deed = DEEDS.get(action)
    if deed is None:
        raise Http404
    delivery = get_object_or_404(Delivery.objects.select_related(*selectors.SHOWN), pk=pk)
    try:
        said = _do(deed, delivery, request)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect("delivery_detail", pk)


def _do(deed: Deed, delivery: Delivery, request: HttpRequest) -> str:
    if deed.name == "xem-lai":
        return _looked(readback.look_now(delivery, user=request.user))
    more: dict[str, Any] = {}
    seen = request.POST.get("luot", "")
    if seen.isdecimal() and len(seen) < 10:
        more["seen"] = int(seen)
    if deed.name == "da-co":
        more |= {name: request.POST.get(name, "")[:400] for name in ("remote_id", "remote_url", "note")}
    deed.act(delivery, user=request.user, **more)
    return _("Done: %(what)s.") % {"what": deed.done}


def _looked(seen: readback.Seen) -> str:
    if seen.verdict == ReadBack.THERE:
        return _("It is there. The delivery counts as sent.")
    if seen.verdict == ReadBack.ABSENT:
        return _("It is not there. You can send it again.")
    why = f" ({reason_label(seen.reason)})" if seen.reason else ""
    return _("It cannot be told from here%(why)s. Open the destination and look.") % {"why": why}
