"""The queues that people work, and one delivery with its evidence."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from channels.delivery import selectors, services
from channels.delivery.contract import channel_for
from channels.delivery.enums import DUE_STATES, Action, DeliveryState
from channels.delivery.models import Delivery
from channels.delivery.permissions import may_plan
from channels.delivery.views.planning import PLANNERS, READERS
from cms.core.errors import CongError
from cms.core.permissions import role_required

S = DeliveryState
_PER_PAGE = 50
QUEUES: dict[str, Any] = {
    "chua-ro": (S.UNCONFIRMED, gettext_lazy("Unconfirmed")),
    "hong": (S.FAILED, gettext_lazy("Failed")),
    "giu-lai": (S.HELD, gettext_lazy("Held")),
    "muon": ("late", gettext_lazy("Late")),
    "qua-han": (S.EXPIRED, gettext_lazy("Missed")),
}


@role_required(*READERS)
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """One queue, oldest first."""
    if name not in QUEUES:
        raise Http404
    state, title = QUEUES[name]
    rows = selectors.late() if state == "late" else selectors.queue(state)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("trang"))
    counts = selectors.queue_counts()
    context = {
        "page_title": _("Deliveries to look at"), "page_subtitle": str(title), "header_icon": "list-ul",
        "rows": [(row, actions_for(row)) for row in page], "page": page, "count": page.paginator.count, "name": name,
        "tabs": [(slug, label, counts.get(str(key))) for slug, (key, label) in QUEUES.items()],
        "may_act": may_plan(request.user),
    }  # fmt: skip
    return render(request, "delivery/queue.html", context)


@role_required(*READERS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: what it carries, each attempt with its evidence, the receipts, what can be done."""
    rows = Delivery.objects.select_related(
        "endpoint", "variant__approval", "occurrence__rule__item__campaign", "original"
    )
    delivery = get_object_or_404(rows, pk=pk)
    variant = delivery.variant or (delivery.original.variant if delivery.original else None)
    channel = channel_for(delivery.endpoint.kind)
    context = {
        "page_title": _("One delivery"), "page_subtitle": str(delivery), "header_icon": "mail", "delivery": delivery,
        "preview": channel.preview_html(variant.payload) if variant else "", "variant": variant,
        "attempts": delivery.attempts.order_by("n"), "receipts": selectors.receipts_for(delivery),
        "actions": actions_for(delivery), "may_act": may_plan(request.user),
    }  # fmt: skip
    return render(request, "delivery/detail.html", context)


_ACTIONS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "da-co": (
        gettext_lazy("It is there"),
        lambda d, user: services.resolve_unconfirmed(d, decision="there", user=user),
    ),
    "gui-lai": (
        gettext_lazy("It is not there: send again"),
        lambda d, user: services.resolve_unconfirmed(d, decision="send_again", user=user),
    ),
    "thu-lai": (gettext_lazy("Try again"), services.try_again),
    "tha": (gettext_lazy("Release"), services.release_delivery),
    "giu": (gettext_lazy("Hold"), services.hold_delivery),
    "huy": (gettext_lazy("Cancel it"), services.cancel_delivery),
    "go": (gettext_lazy("Take it down"), services.take_down_delivery),
}


def actions_for(delivery: Delivery) -> list[tuple[str, Any]]:
    """What can be done with a delivery in its state: (name, label)."""
    names: list[str] = []
    if delivery.state == S.UNCONFIRMED:
        names += ["da-co", "gui-lai"]
    if delivery.state == S.FAILED:
        names += ["thu-lai"]
    if delivery.state == S.HELD:
        names += ["tha"]
    if delivery.state in DUE_STATES:
        names += ["giu"]
    if delivery.state in {*DUE_STATES, S.HELD}:
        names += ["huy"]
    can_take_down = Action.TAKE_DOWN in channel_for(delivery.endpoint.kind).actions
    if can_take_down and delivery.action == Action.SEND and delivery.state in {S.SENT, S.UNCONFIRMED}:
        names += ["go"]
    return [(name, _ACTIONS[name][0]) for name in names]


@role_required(*PLANNERS)
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of the actions, say how it went, and lead back."""
    if action not in _ACTIONS:
        raise Http404
    delivery = get_object_or_404(Delivery, pk=pk)
    try:
        _ACTIONS[action][1](delivery, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Done: %(what)s.") % {"what": _ACTIONS[action][0]})
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect("delivery_detail", pk)
