"""The desk's inbox: mentions with the reason in place, judged one by one or many at once, and taken back."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cms.core.permissions import role_required
from media.press import selectors, services
from media.press.enums import MentionState
from media.press.forms import FilterForm
from media.press.models import Mention
from media.press.permissions import DESK_ROLES

PAGE = 25
MAX_AT_ONCE = 200
UNDO = "press_undo"
ACTIONS: dict[str, Callable[..., list[int]]] = {
    MentionState.CONFIRMED: services.confirm,
    MentionState.REJECTED: services.reject,
    MentionState.PROPOSED: services.reopen,
}


@role_required(*DESK_ROLES)
@require_GET
def mentions(request: HttpRequest) -> HttpResponse:
    """Mentions by campaign, state, outlet and words; what waits to be judged comes first."""
    form = FilterForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    campaign, outlet = chosen.get("dot"), chosen.get("bao")
    state = chosen.get("loai") or MentionState.PROPOSED
    found = selectors.mentions_for_desk(
        campaign=campaign.pk if campaign else None,
        state="" if state == "tat-ca" else state,
        outlet=outlet.pk if outlet else None,
        words=chosen.get("tu", ""),
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    counts = selectors.mention_counts(campaign=campaign.pk if campaign else None)
    context = {
        "form": form,
        "page": page,
        "total": page.paginator.count,
        "tabs": _tabs(request, counts, state),
        "state": state,
        "state_label": dict(form.fields["loai"].choices).get(state, state),  # type: ignore[attr-defined]
        "campaign": campaign,
        "outlet": outlet,
        "words": chosen.get("tu", ""),
        "undo": request.session.get(UNDO),
        "has_feeds": selectors.has_feeds() if not page.paginator.count else True,
    }
    return render(request, "press/mentions.html", context)


@role_required(*DESK_ROLES)
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Confirms, rejects or reopens the chosen mentions (`m`), or the one whose own button was pressed (`one`)."""
    action, chosen = _asked(request)
    if action not in ACTIONS or not chosen:
        messages.warning(request, _("Choose at least one item first."))
        return _back(request)
    rows = list(Mention.objects.filter(pk__in=chosen[:MAX_AT_ONCE]))
    before = {row.pk: row.state for row in rows}
    changed = ACTIONS[action](mentions=rows, user=request.user)
    if changed:
        request.session[UNDO] = {"states": {str(pk): before[pk] for pk in changed}, "text": _told(action, len(changed))}
    else:
        messages.info(request, _("Nothing was changed: these items were already judged so."))
    return _back(request)


@role_required(*DESK_ROLES)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Puts back what the last decision of this person changed; `forget` only closes the notice."""
    last = request.session.pop(UNDO, None)
    if last and "forget" not in request.POST:
        by_state: dict[str, list[int]] = defaultdict(list)
        for key, state in last["states"].items():
            by_state[state].append(int(key))
        count = 0
        for state, keys in by_state.items():
            count += len(ACTIONS[state](mentions=Mention.objects.filter(pk__in=keys), user=request.user))
        messages.success(
            request,
            ngettext("The last decision was taken back.", "%(count)s decisions were taken back.", count)
            % {"count": count},
        )
    return _back(request)


def _asked(request: HttpRequest) -> tuple[str, list[int]]:
    """What is to be done with which mentions; unreadable ids are left out."""
    action, _colon, one = request.POST.get("one", "").partition(":")
    keys = [one] if one else request.POST.getlist("m")
    return action or request.POST.get("action", ""), [int(key) for key in keys if key.isdecimal() and len(key) < 19]


def _told(action: str, count: int) -> str:
    if action == MentionState.CONFIRMED:
        return ngettext("%(count)s item confirmed.", "%(count)s items confirmed.", count) % {"count": count}
    if action == MentionState.REJECTED:
        return ngettext("%(count)s item rejected.", "%(count)s items rejected.", count) % {"count": count}
    return ngettext("%(count)s item to be judged again.", "%(count)s items to be judged again.", count) % {
        "count": count
    }


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the list the person came from."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("press:mentions")


def _tabs(request: HttpRequest, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    tabs = []
    for state, label in [*MentionState.choices, ("tat-ca", _("all"))]:
        query = request.GET.copy()
        query.pop("trang", None)
        query["loai"] = state
        count = counts.get(state, sum(counts.values()) if state == "tat-ca" else 0)
        tabs.append(
            {
                "url": f"{reverse('press:mentions')}?{query.urlencode()}",
                "label": label,
                "count": count,
                "current": state == current,
            }
        )
    return tabs
