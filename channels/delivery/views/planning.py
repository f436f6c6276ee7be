"""Planning: the list of plans, the form with its preview, changing, moving and cancelling."""

import logging
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels.delivery import duplicates, recurrence, services
from channels.delivery.contract import channel_for
from channels.delivery.enums import DUE_STATES, Action, RuleState
from channels.delivery.forms import ChangeForm, MoveForm, RuleForm
from channels.delivery.models import Endpoint, Rule
from channels.delivery.permissions import may_plan
from channels.delivery.preview import previews
from channels.delivery.selectors import queue_counts
from channels.delivery.services import planning
from channels.delivery.services.materialise import next_beyond
from channels.delivery.week import week_of
from cms.core import clock, languages
from cms.core.errors import BadInput, CongError
from cms.core.models import Role
from cms.core.permissions import role_required

logger = logging.getLogger(__name__)

READERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
PLANNERS = (Role.EDITOR, Role.ADMINISTRATOR)
_PER_PAGE = 50
_PREVIEWED = 40
_FILLED_IN = ("item", "times", "date_from", "date_to", "until")


@role_required(*READERS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans in force, the next to fire first; ?tat-ca=1 shows cancelled and finished ones too."""
    everything = request.GET.get("tat-ca") == "1"
    rules = Rule.objects.select_related("item__campaign", "endpoint").annotate(
        next_at=Min(
            "occurrences__deliveries__planned_at",
            filter=Q(occurrences__deliveries__state__in=DUE_STATES, occurrences__deliveries__action=Action.SEND),
        )
    )
    if not everything:
        rules = rules.filter(state=RuleState.ACTIVE, date_to__gte=clock.today())
    order = (F("next_at").asc(nulls_last=True), "-id")
    page = Paginator(rules.order_by(*order), _PER_PAGE).get_page(request.GET.get("trang"))
    now = clock.now()
    for rule in page:
        _say_what_comes(rule, now)
    context = {
        "page_title": _("Sending plans"), "header_icon": "calendar-alt", "rules": page, "everything": everything,
        "count": page.paginator.count, "counts": queue_counts(), "may_plan": may_plan(request.user),
    }  # fmt: skip
    return render(request, "delivery/plan_list.html", context)


def _say_what_comes(rule: Any, now: datetime) -> None:
    """Give a listed plan its `next_at` beyond the two days that are planned out, and `over`: nothing more will leave."""
    if rule.state != RuleState.ACTIVE or rule.next_at is not None:
        return
    try:
        rule.next_at = next_beyond(rule, now=now)
        rule.over = rule.next_at is None and not channel_for(rule.endpoint.kind).spans
    except (KeyError, ValueError):
        logger.warning("plan not expanded", extra={"event": "rule_not_expanded", "rule_id": rule.pk})


@role_required(*PLANNERS)
def plan_new(request: HttpRequest) -> HttpResponse:
    """The form; "preview" shows what would leave and keeps everything typed, "plan" makes the rules."""
    form = RuleForm(request.POST or None, initial=_initial(request))
    context: dict[str, Any] = {
        "page_title": _("Plan sending"), "header_icon": "calendar-alt", "form": form, "button": _("Plan it"),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        endpoints = list(data["endpoints"].select_related("organisation__area", "credential"))
        if "plan" in request.POST:
            try:
                rules = planning.plan_all(
                    item=data["item"], endpoints=endpoints, orthographies=data["orthography"], when=form.when(),
                    user=request.user,
                )  # fmt: skip
            except CongError as error:
                form.add_error(None, error.message)
            else:
                said = ngettext("%(n)s plan was made.", "%(n)s plans were made.", len(rules)) % {"n": len(rules)}
                messages.success(request, said)
                return redirect("delivery_plans")
        context |= _shown(form, item=data["item"], endpoints=endpoints, orthographies=data["orthography"])
        context["summary"] = _summary(form, len(endpoints), data["orthography"], context["previews"])
    return render(request, "delivery/plan_form.html", context)


def _shown(form: Any, *, item: Any, endpoints: list[Endpoint], orthographies: Any, besides: int | None = None) -> Any:
    """The previews (the first forty), and what is wrong with the choice of destinations as a whole."""
    codes = list(dict.fromkeys(orthographies))
    places = endpoints[: max(1, _PREVIEWED // max(1, len(codes)))]
    found = previews(
        item=item, endpoints=places, orthographies=codes, when=form.when(), now=clock.now(), besides=besides
    )
    return {
        "previews": found, "doubled": duplicates.doubled_accounts(endpoints),
        "not_shown": (len(endpoints) - len(places)) * len(codes),
    }  # fmt: skip


def _summary(form: Any, places: int, codes: list[str], found: list[Any]) -> str:
    """The plan in one sentence with its number, so that nobody plans a thousand posts by mistake."""
    names = ", ".join(languages.get_orthography(code).name_vi for code in codes)
    # Every destination has the same times; websites, shown once, are counted as they are.
    shown = sum(each.count for each in found)
    facts = {"n": round(shown * places * len(codes) / max(1, len(found))), "places": places, "languages": names}
    return (
        ngettext(
            "In all %(n)s delivery: %(places)s destination(s), %(languages)s.",
            "In all %(n)s deliveries: %(places)s destination(s), %(languages)s.",
            facts["n"],
        )
        % facts
    )


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What a link may fill in: ?item=…&orthography=…&endpoints=…&times=…&date_from=…"""
    found: dict[str, Any] = {name: request.GET[name] for name in _FILLED_IN if name in request.GET}
    chosen = {name: request.GET.getlist(name) for name in ("orthography", "endpoints") if name in request.GET}
    if "endpoints" in chosen:
        chosen["endpoints"] = [pk for pk in chosen["endpoints"] if pk.isascii() and pk.isdigit()]
    return found | chosen


@role_required(*PLANNERS)
def plan_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time for a plan; says before how much is replaced, and what stays."""
    rule = get_object_or_404(_whole_rules(), pk=pk)
    form = ChangeForm(request.POST or None, initial=_as_typed(rule))
    context: dict[str, Any] = {
        "page_title": _("Change the plan"), "page_subtitle": str(rule), "header_icon": "calendar-alt", "form": form,
        "button": _("Change it"), "rule": rule, "replaced": planning.what_is_replaced(rule, now=clock.now()),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        if "plan" in request.POST:
            try:
                planning.change_seen(rule, when=form.when(), user=request.user, seen=_version(request))
            except CongError as error:
                form.add_error(None, error.message)
                rule.refresh_from_db()
            else:
                messages.success(request, _("The plan was changed. What was planned for later is replaced."))
                return redirect("delivery_plans")
        context |= _shown(form, item=rule.item, endpoints=[rule.endpoint], orthographies=[rule.orthography], besides=pk)
    return render(request, "delivery/plan_form.html", context)


def _whole_rules() -> Any:
    return Rule.objects.select_related("item__campaign", "endpoint__organisation__area", "endpoint__credential")


def _version(request: HttpRequest) -> int | None:
    """The version that was on the screen, when the page said so."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _as_typed(rule: Rule) -> dict[str, Any]:
    days = (date.fromisoformat(day).strftime("%d/%m/%Y") for day in rule.exceptions)
    until: datetime | None = rule.until
    return {
        "times": ", ".join(rule.times), "date_from": rule.date_from, "date_to": rule.date_to,
        "weekdays": [str(day) for day in rule.weekdays], "exceptions": ", ".join(days), "until": until,
        "misfire": rule.misfire, "useful_hours": rule.useful_minutes / 60, "urgent": rule.priority > 0,
    }  # fmt: skip


@role_required(*PLANNERS)
def plan_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one time of a plan: where the week's calendar leads when something is dragged, with the question before it."""
    rule = get_object_or_404(_whole_rules(), pk=pk)
    single = rule.date_from == rule.date_to
    slot = str(request.POST.get("slot") or request.GET.get("slot") or (rule.times or [""])[0])[:5]
    form = MoveForm(request.POST or None, single_day=single, initial=_moved_to(request, rule, slot))
    shown: list[Any] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            to_time = recurrence.normal_times([data["time"].replace("\x00", "")])[0]
            when = planning.moved(rule, slot=slot, to_time=to_time, to_day=data.get("day"))
            if "plan" in request.POST:
                planning.change_seen(rule, when=when, user=request.user, seen=_version(request))
                messages.success(request, _("The plan was changed. What was planned for later is replaced."))
                return redirect("delivery_week")
            shown = previews(
                item=rule.item, endpoints=[rule.endpoint], orthographies=[rule.orthography], when=when, now=clock.now(),
                besides=pk,
            )  # fmt: skip
        except ValueError:
            form.add_error("time", BadInput(_("This is not a time of day. Write it as 07:30.")).message)
        except CongError as error:
            form.add_error(None, error.message)
            rule.refresh_from_db()
    context = {
        "page_title": _("Move a time"), "page_subtitle": str(rule), "header_icon": "calendar-alt", "form": form,
        "rule": rule, "slot": slot, "single": single, "previews": shown,
        "replaced": planning.what_is_replaced(rule, now=clock.now()), "button": _("Move it"),
    }  # fmt: skip
    return render(request, "delivery/plan_move.html", context)


def _moved_to(request: HttpRequest, rule: Rule, slot: str) -> dict[str, Any]:
    """What the calendar fills in. Dragging to another day keeps the time on the clock."""
    wanted = request.GET.get("day", "")
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        day = rule.date_from
    return {"time": str(request.GET.get("time") or slot)[:5], "day": day}


@role_required(*READERS)
def plan_week(request: HttpRequest) -> HttpResponse:
    """One week of plans; for planners each time can be moved, by a link or by dragging it to another day."""
    try:
        day = date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        day = clock.today()
    week = week_of(min(max(day, date(2000, 1, 3)), date(2100, 12, 25)))
    context = {
        "page_title": _("The week's plans"), "header_icon": "calendar-alt", "week": week,
        "count": sum(len(entry.rules) for each in week.days for entry in each.entries), "may_plan": may_plan(request.user),
    }  # fmt: skip
    return render(request, "delivery/plan_week.html", context)


@role_required(*PLANNERS)
def plan_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a plan: first how much that stops, then, on yes, nothing that has not left will leave."""
    rule = get_object_or_404(Rule.objects.select_related("item__campaign", "endpoint"), pk=pk)
    if request.method != "POST":
        replaced = planning.what_is_replaced(rule, now=clock.now())
        context = {
            "page_title": _("Cancel the plan"), "page_subtitle": str(rule), "header_icon": "calendar-alt", "rule": rule,
            "replaced": replaced, "waiting": replaced.waiting + replaced.due,
        }  # fmt: skip
        return render(request, "delivery/plan_cancel.html", context)
    try:
        services.cancel_rule(rule, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The plan was cancelled. What is out already stays until it is taken down."))
    return redirect("delivery_plans")
