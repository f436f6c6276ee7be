"""Planning: the list of plans, the form with its preview, changing and cancelling."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from channels.delivery import services
from channels.delivery.enums import DUE_STATES, RuleState
from channels.delivery.forms import ChangeForm, RuleForm
from channels.delivery.models import Rule
from channels.delivery.permissions import may_plan
from channels.delivery.preview import preview
from channels.delivery.selectors import queue_counts
from cms.core import clock
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

READERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
PLANNERS = (Role.EDITOR, Role.ADMINISTRATOR)
_PER_PAGE = 50


@role_required(*READERS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans in force, the next to fire first; ?tat-ca=1 shows cancelled and finished ones too."""
    everything = request.GET.get("tat-ca") == "1"
    rules = Rule.objects.select_related("item__campaign", "endpoint").annotate(
        next_at=Min("occurrences__deliveries__planned_at", filter=Q(occurrences__deliveries__state__in=DUE_STATES))
    )
    if not everything:
        rules = rules.filter(state=RuleState.ACTIVE, date_to__gte=clock.today())
    page = Paginator(rules.order_by("next_at", "-id"), _PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_title": _("Sending plans"), "header_icon": "calendar-alt", "rules": page, "everything": everything,
        "count": page.paginator.count, "counts": queue_counts(), "may_plan": may_plan(request.user),
    }  # fmt: skip
    return render(request, "delivery/plan_list.html", context)


@role_required(*PLANNERS)
def plan_new(request: HttpRequest) -> HttpResponse:
    """The form; "preview" shows what would leave and keeps everything typed, "plan" makes the rules."""
    form = RuleForm(request.POST or None, initial=_initial(request))
    previews: list[Any] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if "plan" in request.POST:
            try:
                rules = services.create_rule(
                    item=data["item"],
                    endpoints=data["endpoints"],
                    orthography=data["orthography"],
                    when=form.when(),
                    user=request.user,
                )
            except CongError as error:
                form.add_error(None, error.message)
            else:
                said = ngettext("%(n)s plan was made.", "%(n)s plans were made.", len(rules)) % {"n": len(rules)}
                messages.success(request, said)
                return redirect("delivery_plans")
        previews = [
            preview(
                item=data["item"], endpoint=endpoint, orthography=data["orthography"], when=form.when(), now=clock.now()
            )
            for endpoint in data["endpoints"].select_related("organisation__area")
        ]
    context = {
        "page_title": _("Plan sending"), "header_icon": "calendar-alt", "form": form, "previews": previews,
        "button": _("Plan it"),
    }  # fmt: skip
    return render(request, "delivery/plan_form.html", context)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What a link may fill in: ?item=…&orthography=…"""
    return {name: request.GET[name] for name in ("item", "orthography") if name in request.GET}


@role_required(*PLANNERS)
def plan_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time for a plan."""
    rule = get_object_or_404(Rule.objects.select_related("item__campaign", "endpoint__organisation__area"), pk=pk)
    form = ChangeForm(request.POST or None, initial=_as_typed(rule))
    previews: list[Any] = []
    if request.method == "POST" and form.is_valid():
        if "plan" in request.POST:
            try:
                services.change_rule(rule, when=form.when(), user=request.user)
            except CongError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("The plan was changed. What was planned for later is replaced."))
                return redirect("delivery_plans")
        previews = [
            preview(
                item=rule.item, endpoint=rule.endpoint, orthography=rule.orthography, when=form.when(), now=clock.now()
            )
        ]
    context = {
        "page_title": _("Change the plan"), "page_subtitle": str(rule), "header_icon": "calendar-alt", "form": form,
        "previews": previews, "button": _("Change it"),
    }  # fmt: skip
    return render(request, "delivery/plan_form.html", context)


def _as_typed(rule: Rule) -> dict[str, Any]:
    days = (date.fromisoformat(day).strftime("%d/%m/%Y") for day in rule.exceptions)
    until: datetime | None = rule.until
    return {
        "times": ", ".join(rule.times), "date_from": rule.date_from, "date_to": rule.date_to,
        "weekdays": [str(day) for day in rule.weekdays], "exceptions": ", ".join(days), "until": until,
        "misfire": rule.misfire, "useful_hours": rule.useful_minutes / 60, "urgent": rule.priority > 0,
    }  # fmt: skip


@role_required(*PLANNERS)
@require_POST
def plan_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a plan: nothing that has not left will leave."""
    rule = get_object_or_404(Rule, pk=pk)
    try:
        services.cancel_rule(rule, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The plan was cancelled. What is out already stays until it is taken down."))
    return redirect("delivery_plans")
