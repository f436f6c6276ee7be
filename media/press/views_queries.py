"""The desk's tracking queries: what each campaign looks for, changed with a preview of what it would have found."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cms.core.permissions import role_required
from media.press import selectors, services
from media.press.forms import PARTS, QueryForm
from media.press.models import TrackingQuery
from media.press.permissions import DESK_ROLES

SHOWN = 20


@role_required(*DESK_ROLES)
@require_GET
def queries(request: HttpRequest) -> HttpResponse:
    """All queries with their campaigns and what they found."""
    return render(request, "press/queries.html", {"queries": selectors.queries_for_desk()})


@role_required(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A query's words: preview shows what they would have found, saving makes a version and matches again."""
    query = get_object_or_404(TrackingQuery.objects.select_related("campaign"), pk=pk) if pk else None
    definition: dict[str, Any] = selectors.definition_of(query) if query else {}
    initial: dict[str, Any] = {part: "\n".join(definition.get(part, [])) for part in PARTS}
    if query:
        initial |= {"campaign": query.campaign_id, "name": query.name}
    form = QueryForm(request.POST or None, initial=initial, definition=definition)
    if query:
        for name in ("campaign", "name"):
            form.fields[name].disabled = True
    context: dict[str, Any] = {"form": form, "query": query}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "preview" in request.POST:
            found = services.preview(form.definition)
            context |= {"previewed": True, "found": found[:SHOWN], "found_count": len(found)}
        else:
            services.save_query(
                campaign=data["campaign"], name=data["name"], definition=form.definition, user=request.user
            )
            services.rematch(campaign=data["campaign"], user=request.user)
            messages.success(request, _("Saved. The items of the last 30 days are being matched again."))
            return redirect("press:queries")
    return render(request, "press/query.html", context)
