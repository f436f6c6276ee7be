"""The portal's pages: today, one script to read, confirming, what was confirmed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.models import ContentItem
from channels.manual import selectors as manual
from channels.manual.models import Confirmation
from channels.manual.permissions import may_withdraw, organisations_of
from channels.manual.services import confirm_broadcast, withdraw_confirmation
from cms.core import clock
from cms.core.errors import CongError, NotAllowed
from cms.core.languages import LANGUAGES, ORTHOGRAPHIES
from cms.core.permissions import role_required
from cms.core.spoken import annotations
from cms.portal import selectors
from cms.portal.forms import ConfirmationForm
from cms.portal.permissions import PORTAL_ROLES, scope_of

HISTORY_PER_PAGE = 30


@require_safe
@role_required(*PORTAL_ROLES)
def home(request: HttpRequest) -> HttpResponse:
    """Today's scripts in their languages, with what can be taken away and confirmed."""
    scope = scope_of(request.user)
    organisations = organisations_of(request.user)
    language = request.GET.get("tieng", "")
    language = language if language in LANGUAGES else ""
    everything = selectors.scripts_today(scope, organisations)
    scripts = everything
    if language:
        scripts = [
            selectors.Script(each.item, own, each.confirmed_today)
            for each in everything
            if (own := [r for r in each.readings if r.language == language])
        ]
    return render(
        request,
        "portal/home.html",
        {
            "scripts": scripts,
            "languages": selectors.languages_in(everything),
            "language": language,
            "language_name": LANGUAGES[language].name_vi if language else "",
            "organisations": organisations,
            "scope": scope,
            "today": clock.today(),
            "held": sum(1 for each in scripts for reading in each.readings if reading.held),
        },
    )


@require_safe
@role_required(*PORTAL_ROLES)
def script(request: HttpRequest, item_id: int, orthography: str) -> HttpResponse:
    """One approved script to read from the screen, with the spoken form of numbers and acronyms beneath."""
    item = _script(request, item_id)
    found = selectors.scripts_today(scope_of(request.user), [], item=item)
    readings = [reading for each in found for reading in each.readings if reading.orthography == orthography]
    if not readings or orthography not in ORTHOGRAPHIES:
        raise Http404
    payload = readings[0].approval.payload
    numbers = {line["id"]: line for line in payload.get("hotlines", [])}
    lines: list[dict[str, Any]] = []
    for block in payload["blocks"]:
        line = {**block, "line": numbers.get(block.get("hotline"))}
        if orthography == "vi" and block.get("text"):
            line["spoken"] = annotations(block["text"])
        lines.append(line)
    return render(
        request, "portal/script.html", {"item": item, "reading": readings[0], "payload": payload, "lines": lines}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PORTAL_ROLES)
def confirm(request: HttpRequest, item_id: int) -> HttpResponse:
    """The form that confirms one broadcast of one script; what was typed stays when something is wrong."""
    item = _script(request, item_id)
    organisations = organisations_of(request.user)
    if not organisations:
        return render(request, "portal/no_organisation.html", {"item": item}, status=403)
    languages = [(code, name) for code, name in _languages_of(request, item)]
    asked = request.GET.get("tieng", "")
    form = ConfirmationForm(
        request.POST or None, organisations=organisations, languages=languages, initial={"language": asked}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            confirmation = confirm_broadcast(
                user=request.user,
                item=item,
                language=data["language"],
                organisation=data["organisation"],
                place=data["place"],
                aired_at=form.aired_at(),
                outcome=data["outcome"],
                note=data["note"],
            )
        except CongError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request,
                _("Confirmed: “%(title)s”, %(place)s. Thank you.")
                % {
                    "title": item.title,
                    "place": confirmation.place,
                },
            )
            return redirect("portal:home")
    return render(request, "portal/confirm.html", {"item": item, "form": form}, status=400 if form.errors else 200)


@require_safe
@role_required(*PORTAL_ROLES)
def history(request: HttpRequest) -> HttpResponse:
    """What the person's bodies confirmed, newest first."""
    organisations = organisations_of(request.user)
    page = Paginator(manual.history_of(organisations), HISTORY_PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "portal/history.html", {"page": page, "organisations": organisations})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PORTAL_ROLES)
def withdraw(request: HttpRequest, confirmation_id: int) -> HttpResponse:
    """Says what taking a confirmation back will do, then does it."""
    rows = Confirmation.objects.select_related("item", "organisation")
    confirmation = get_object_or_404(rows, pk=confirmation_id)
    if not may_withdraw(request.user, confirmation):
        raise Http404
    if request.method == "POST":
        try:
            withdraw_confirmation(user=request.user, confirmation=confirmation)
        except NotAllowed as error:
            raise Http404 from error
        except CongError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("Taken back. It stays in the history and is no longer counted."))
        return redirect(reverse("portal:history"))
    return render(request, "portal/withdraw.html", {"confirmation": confirmation})


def _script(request: HttpRequest, item_id: int) -> ContentItem:
    item = selectors.script_in_scope(scope_of(request.user), item_id)
    if item is None:
        raise Http404
    return item


def _languages_of(request: HttpRequest, item: ContentItem) -> list[tuple[str, str]]:
    """The languages this script has an approved text in, or all when its campaign is over by now."""
    found = selectors.scripts_today(scope_of(request.user), [], item=item)
    return selectors.languages_in(found) or [(code, row.name_vi) for code, row in LANGUAGES.items()]
