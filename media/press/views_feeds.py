"""The desk's feeds: which are read, how they are doing, adding one, parking one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cms.core.errors import CongError
from cms.core.permissions import role_required
from media.press import selectors, services
from media.press.enums import SUCCESSES, FetchOutcome
from media.press.forms import FeedForm
from media.press.models import Feed
from media.press.permissions import DESK_ROLES


@role_required(*DESK_ROLES)
@require_GET
def feeds(request: HttpRequest) -> HttpResponse:
    """All feeds, those in trouble first."""
    found = list(selectors.feeds_for_desk())
    context = {"feeds": found, "troubled": sum(1 for row in found if selectors.health(row) in ("failing", "parked"))}
    return render(request, "press/feeds.html", context)


@role_required(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Adds a feed after trying it once; what leads inside is refused, what cannot be read now may be added anyway."""
    form = FeedForm(request.POST or None)
    tried = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        reading = services.probe(data["url"])
        tried = "" if reading.outcome in SUCCESSES else reading.message
        if reading.outcome == FetchOutcome.BLOCKED:
            form.add_error("url", reading.message)
        elif tried and not data["anyway"]:
            form.add_error("url", tried)
        else:
            return _added(request, form, len(reading.items or ()))
    return render(request, "press/feed_add.html", {"form": form, "offer_anyway": bool(tried) or "anyway" in form.data})


def _added(request: HttpRequest, form: FeedForm, count: int) -> HttpResponse:
    data = form.cleaned_data
    try:
        feed = services.add_feed(outlet=data["outlet"], url=data["url"], name=data["name"], user=request.user)
    except CongError as error:
        form.add_error("url", error.message)
        return render(request, "press/feed_add.html", {"form": form, "offer_anyway": False})
    messages.success(
        request, _("The feed was added; it has %(count)s items now and is read at once.") % {"count": count}
    )
    return redirect("press:feed", pk=feed.pk)


@role_required(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    """One feed with its last readings; POST parks it, resumes it or reads it now."""
    row = get_object_or_404(Feed.objects.select_related("outlet", "created_by"), pk=pk)
    if request.method == "POST":
        try:
            _do(request, row)
        except CongError as error:
            messages.error(request, error.message)
        return redirect("press:feed", pk=row.pk)
    done, tried = selectors.share_of_readings(row)
    context = {"feed": row, "log": selectors.last_readings(row), "done": done, "tried": tried}
    return render(request, "press/feed.html", context)


def _do(request: HttpRequest, row: Feed) -> None:
    action = request.POST.get("action")
    if action == "park":
        services.park_feed(feed=row, reason=request.POST.get("reason", ""), user=request.user)
        messages.success(request, _("The feed is parked: it is not read until you take it up again."))
    elif action == "resume":
        services.resume_feed(feed=row, user=request.user)
        messages.success(request, _("The feed is read again from now."))
    elif action == "fetch":
        services.fetch_soon(feed=row, user=request.user)
        messages.success(request, _("The feed will be read in a moment. Reload this page to see the result."))
