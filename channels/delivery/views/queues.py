"""The queues that people work: lists to sift, deeds on one or many with a step between, and what came of each."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.delivery import selectors
from channels.delivery.deeds import DEEDS, FOR_MANY, Deed, deeds_for
from channels.delivery.models import Delivery
from channels.delivery.permissions import may_work
from channels.delivery.services.bulk import MOST, act_on_many
from channels.delivery.views.planning import READERS
from channels.delivery.worklists import QUEUES, Line, SieveForm, lines_of, rows_of
from cms.core.models import Role
from cms.core.permissions import role_required

_PER_PAGE = 50
# Who decides: docs/rights.md, "queues of deliveries and corrections".
WORKERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
# So many are named one by one in the step between.
_NAMED = 20


@role_required(*READERS)
@require_safe
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """One list, sifted by what stands in the address."""
    title, help_text, nothing = _queue(name)[1:]
    sieve = SieveForm(request.GET or None)
    rows, said = _sifted(name, sieve)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("trang"))
    lines = lines_of(page)
    for line in lines:
        line.deeds = deeds_for(line.delivery, absent=line.absent)
    counts = selectors.queue_counts()
    context = {
        "page_title": _("Deliveries to look at"), "page_subtitle": str(title), "header_icon": "list-ul", "name": name,
        "lines": lines, "page": page, "count": page.paginator.count, "said": said, "sieve": sieve,
        "help_text": help_text, "nothing": nothing, "title": title, "query": _query(request),
        "tabs": [(slug, label, counts.get(str(key))) for slug, (key, label, *_rest) in QUEUES.items()],
        "deeds": [DEEDS[each] for each in FOR_MANY[name]], "may_act": may_work(request.user), "most": MOST,
        "corrections": selectors.open_corrections(),
    }  # fmt: skip
    return render(request, "delivery/queue.html", context)


def _queue(name: str) -> tuple[str, Any, Any, Any]:
    if name not in QUEUES:
        raise Http404
    return QUEUES[name]


def _sifted(name: str, sieve: SieveForm) -> tuple[Any, list[str]]:
    rows = rows_of(name)
    if not sieve.is_bound:
        return rows, []
    sieve.is_valid()
    return sieve.sift(rows), sieve.words()


def _query(request: HttpRequest) -> str:
    """The address's sieve without the page number, for links that keep it."""
    kept = request.GET.copy()
    kept.pop("trang", None)
    return kept.urlencode()


@role_required(*WORKERS)
@require_POST
def bulk(request: HttpRequest, name: str) -> HttpResponse:
    """Two steps: say what will happen to which, then do it and say how each went. Sending it twice does no harm."""
    _queue(name)
    chosen, deed = _asked_for(request, name)
    if deed is None:
        raise Http404
    if not chosen:
        return _back(request, name, _("Nothing is chosen. Mark the deliveries first."))
    if "xac-nhan" in request.POST:
        results = act_on_many(chosen, act=deed.act, user=request.user)
        context = {
            "page_title": deed.label, "header_icon": "list-ul", "results": results, "deed": deed, "name": name,
            "done": sum(each.done for each in results), "failed": sum(not each.done for each in results),
            "query": _query(request), "left": len(chosen) - len(results),
        }  # fmt: skip
        return render(request, "delivery/bulk_done.html", context)
    known = Delivery.objects.filter(pk__in=[pk for pk, _seen in chosen[:_NAMED]])
    shown: list[Line] = lines_of(known.select_related(*selectors.SHOWN).order_by("planned_at", "id"))
    context = {
        "page_title": deed.label, "header_icon": "list-ul", "deed": deed, "name": name, "lines": shown,
        "count": len(chosen), "more": len(chosen) - len(shown), "query": _query(request),
        "chosen": ",".join(f"{pk}:{seen}" for pk, seen in chosen),
    }  # fmt: skip
    return render(request, "delivery/bulk_confirm.html", context)


def _asked_for(request: HttpRequest, name: str) -> tuple[list[tuple[int, int]], Deed | None]:
    """The chosen deliveries as (id, attempt that was seen), and the deed, which must be one that this list offers."""
    single, _colon, wanted = request.POST.get("mot", "").rpartition(":")
    deed = DEEDS.get(wanted or request.POST.get("viec", ""))
    if deed is None or (not single and deed.name not in FOR_MANY[name]):
        return [], None
    if single:
        return _numbers([single]), deed
    scope = request.POST.get("pham-vi", "")
    if scope == "tat-ca" and "xac-nhan" not in request.POST:
        rows, _said = _sifted(name, SieveForm(request.GET or None))
        return list(rows.select_related(None).values_list("pk", "attempt")[:MOST]), deed
    listed = request.POST.getlist("trang-nay" if scope == "trang" else "chon")
    return _numbers(part for given in listed for part in given.split(",")), deed


def _numbers(parts: Any) -> list[tuple[int, int]]:
    found = []
    for part in parts:
        pk, _colon, seen = part.partition(":")
        if pk.isdecimal() and seen.isdecimal() and len(pk) < 19 and len(seen) < 10:
            found.append((int(pk), int(seen)))
    return found[:MOST]


def _back(request: HttpRequest, name: str, said: str) -> HttpResponse:
    from django.contrib import messages

    messages.warning(request, said)
    query = _query(request)
    return redirect(reverse("delivery_queue", args=[name]) + (f"?{query}" if query else ""))
