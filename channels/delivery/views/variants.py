"""The texts of channels: one item at all destinations in all languages, and one text with its editor."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import ContentItem
from channels.delivery import duplicates, four_eyes, variant_selectors, wording
from channels.delivery.contract import channel_for
from channels.delivery.matrix import matrix_of
from channels.delivery.models import Endpoint
from channels.delivery.permissions import may_plan
from channels.delivery.services import variants as verbs
from channels.delivery.variant_selectors import Shown
from channels.delivery.views.planning import PLANNERS, READERS
from cms.core import clock, languages
from cms.core.errors import BadInput, Conflict, CongError
from cms.core.models import Role
from cms.core.permissions import has_role, role_required
from cms.core.text import nfc
from translations.diff import word_changes

_PER_PAGE = 50
_WAITING_SHOWN = 20
# Beyond this many letters a comparison by words would keep the page waiting; by lines it does not.
_BY_WORDS = 12_000
_EMPTY_LINES = re.compile(r"\n\s*\n")


@role_required(*READERS)
def item_list(request: HttpRequest) -> HttpResponse:
    """The edits that wait for a second person, then the items with an approved text; ?tim= narrows by title."""
    wanted = nfc(request.GET.get("tim", "").replace("\x00", "")).strip()[:100]
    page = Paginator(variant_selectors.items_with_texts(wanted), _PER_PAGE).get_page(request.GET.get("trang"))
    waiting = list(variant_selectors.waiting_edits()[: _WAITING_SHOWN + 1])
    context = {
        "page_title": _("Texts by channel"), "header_icon": "doc-full-inverse", "items": page, "wanted": wanted,
        "count": page.paginator.count, "waiting": waiting[:_WAITING_SHOWN], "more": len(waiting) > _WAITING_SHOWN,
    }  # fmt: skip
    return render(request, "delivery/variant_items.html", context)


@role_required(*READERS)
def item_matrix(request: HttpRequest, item: int) -> HttpResponse:
    """One item: every destination by every language, what happened and the next act."""
    row = get_object_or_404(ContentItem.objects.select_related("campaign"), pk=item)
    endpoints = Endpoint.objects.select_related("organisation")
    if request.GET.get("tat-ca") != "1":
        endpoints = endpoints.filter(active=True)
    page = Paginator(endpoints.order_by("kind", "name"), _PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_title": _("Texts by channel"), "page_subtitle": row.title, "header_icon": "doc-full-inverse", "item": row,
        "matrix": matrix_of(row, list(page)), "page": page, "count": page.paginator.count,
        "may_plan": may_plan(request.user), "everything": request.GET.get("tat-ca") == "1",
    }  # fmt: skip
    return render(request, "delivery/variant_matrix.html", context)


def _one(item: int, code: str, endpoint: int) -> Shown:
    if code not in languages.ORTHOGRAPHIES:
        raise Http404
    row = get_object_or_404(ContentItem.objects.select_related("campaign"), pk=item)
    place = get_object_or_404(Endpoint.objects.select_related("organisation__area", "credential"), pk=endpoint)
    try:
        channel_for(place.kind)
    except KeyError as error:
        raise Http404 from error
    return variant_selectors.shown(row, place, code)


@role_required(*READERS)
def variant(request: HttpRequest, item: int, code: str, endpoint: int) -> HttpResponse:
    """One text: its words beside the approved ones, the editor, the decision, its history."""
    shown = _one(item, code, endpoint)
    typed = typed_text(request) if "text" in request.POST else shown.text
    state: dict[str, Any] = {"typed": typed, "comment": str(request.POST.get("comment", ""))[: verbs.MAX_COMMENT]}
    if request.method != "POST":
        return _page(request, shown, state)
    verb = request.POST.get("verb", "")
    if verb == "count":
        return _page(request, shown, state)
    try:
        said = _act(request, shown, verb, typed)
    except CongError as error:
        # Read again: what is on the page must be what is in force now, with the typed words untouched.
        again = _one(item, code, endpoint)
        state |= {"error": error.message, "conflict": isinstance(error, Conflict), "status": error.status_code}
        return _page(request, again, state)
    messages.success(request, said)
    return redirect("delivery_variant", item, code, endpoint)


def typed_text(request: HttpRequest) -> str:
    """The editor's box as the browser sent it, with its line ends made one kind."""
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")


def _act(request: HttpRequest, shown: Shown, verb: str, typed: str) -> str:
    """Do one of the verbs; what to say about it. Raises CongError."""
    user, seen = request.user, request.POST.get("seen", "")
    if shown.approval is None:
        raise Conflict(_("There is no approved text (any more). Nothing you typed is lost."))
    if request.POST.get("approval", "") != str(shown.approval.pk):
        raise Conflict(_("The text was approved anew meanwhile. Nothing you typed is lost."))
    if verb == "save":
        if not seen and shown.variant is not None and shown.variant.edited_by_id is not None:
            raise Conflict(_("Somebody else changed this text meanwhile. Nothing you typed is lost."))
        verbs.cleaned(typed)
        # Derived words are rendered again first: a link may have come since the row was written.
        row = verbs.ensure_variant(shown.approval, shown.endpoint)
        verbs.edit_variant(row, text=typed, user=user, seen=seen)
        return _("Saved. It goes out when a second person has agreed to it.")
    if shown.variant is None:
        raise BadInput(_("Nobody has edited this text."))
    if verb == "approve":
        verbs.approve_edit(shown.variant, user=user, seen=seen or "-")
        return _("You agreed to these words. They go out as planned.")
    if verb == "decline":
        verbs.decline_edit(shown.variant, user=user, comment=request.POST.get("comment", ""), seen=seen or "-")
        return _("Sent back with your comment. The words are kept for the editor.")
    if verb == "reset":
        verbs.reset_variant(shown.variant, user=user)
        return _("The words derived from the approved text are in use again. The edited ones are in the history.")
    raise BadInput(_("Choose what to do."))


def _page(request: HttpRequest, shown: Shown, state: dict[str, Any]) -> HttpResponse:
    """The page of one text. `state`: the typed words, an error, a conflict."""
    user = request.user
    row = shown.variant
    why_not = four_eyes.why_not_agree(user, row) if row is not None and not row.may_go else ""
    context = {
        "page_title": _("Text for a channel"), "page_subtitle": f"{shown.item.title} · {shown.endpoint}",
        "header_icon": "doc-full-inverse", "shown": shown, "language": languages.get_orthography(shown.orthography),
        "may_edit": may_plan(user) and shown.can_edit and shown.approval is not None and not shown.out and not shown.error,
        "may_approve": row is not None and not row.may_go and why_not is None,
        "may_decline": row is not None and bool(row.edited_by_id) and not shown.out and has_role(user, Role.APPROVER),
        "why_not": _sentence(why_not) if why_not else "", "history": _history(shown),
        "comment_before": variant_selectors.last_comment(shown.log), **state,
    }  # fmt: skip
    if shown.approval is not None:
        context |= _judged(shown, state["typed"])
        context["carried"] = variant_selectors.earlier_text(shown.item, shown.endpoint, shown.log)
    return render(request, "delivery/variant.html", context, status=state.get("status", 200))


def _judged(shown: Shown, typed: str, *, compare: bool = True) -> dict[str, Any]:
    """What the typed words would be: counters, warnings, preview, and (`compare`) what differs from the approved text."""
    assert shown.approval is not None
    if not shown.payload:
        return {"counters": [], "notes": []}
    found = wording.count(shown.channel, shown.approval, shown.payload, typed)
    words = wording.words_of(shown.channel, found.payload)
    source = wording.source_words(shown.approval)
    before = duplicates.went_before(shown.endpoint, found.payload, at=clock.now()) if not shown.out else []
    notes = wording.notes_on(shown.channel, shown.approval, found.payload, typed=typed)
    return {
        "counters": [(c, c.used > c.limit) for c in found.counters], "refused": found.error if typed != shown.text else "",
        "notes": [*notes, *(wording.Note(each.sentence) for each in before)], "source": source,
        "changes": changes(source, _EMPTY_LINES.sub("\n", words)) if compare else [], "preview": shown.channel.preview_html(found.payload),
        "hashtags": wording.hashtags_of(words), "links": wording.links_of(words),
    }  # fmt: skip


def changes(source: str, words: str) -> list[Any]:
    """The approved words against the channel's: by words, or by lines for very long texts."""
    if len(source) + len(words) <= _BY_WORDS:
        return word_changes(source, words)
    kept = set(words.splitlines())
    ours = set(source.splitlines())
    lines = [("same" if line in kept else "gone", line + "\n") for line in source.splitlines()]
    lines += [("new", line + "\n") for line in words.splitlines() if line not in ours]
    return [{"kind": kind, "text": text} for kind, text in lines]


def _sentence(code: str) -> str:
    return {
        "not_approver": _("Only an approver can agree to it."),
        "edited_here": _("You edited these words. Somebody else has to agree."),
        "edited_content": _("You wrote or handed in the words this was made from. Somebody else has to agree."),
    }[code]


def _history(shown: Shown) -> list[dict[str, Any]]:
    """The audit of this text, newest first, with what was typed or said."""
    return [
        {
            "label": entry.message, "who": entry.user or _("the system"), "at": entry.timestamp,
            "text": (entry.data or {}).get("text", ""), "comment": (entry.data or {}).get("comment", ""),
            "sha256": str((entry.data or {}).get("sha256", ""))[:12],
        }
        for entry in shown.log
    ]  # fmt: skip


@role_required(*PLANNERS)
@require_POST
def recount(request: HttpRequest, item: int, code: str, endpoint: int) -> JsonResponse:
    """{"counters": [{label, used, limit, unit, over}], "error", "notes": [{text, grave}], "preview"} for typed words."""
    shown = _one(item, code, endpoint)
    if shown.approval is None or not shown.payload:
        return JsonResponse({"error": _("There is no approved text (any more).")}, status=409)
    typed = typed_text(request)
    if len(typed) > verbs.MAX_EDIT:
        return JsonResponse({"error": _("The text is too long.")}, status=400)
    judged = _judged(shown, typed, compare=False)
    counters = [
        {"label": str(c.label), "used": c.used, "limit": c.limit, "unit": str(c.unit), "over": over}
        for c, over in judged["counters"]
    ]
    notes = [{"text": note.text, "grave": note.grave} for note in judged["notes"]]
    stale = request.POST.get("approval", "") != str(shown.approval.pk)
    error = _("The text was approved anew meanwhile. Nothing you typed is lost.") if stale else judged["refused"]
    return JsonResponse({"counters": counters, "error": error, "notes": notes, "preview": str(judged["preview"])})
