"""Screens of the admin that turn a plan into a draft campaign. For editors and administrators."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.enums import Comparison, PlanStatus, TaskRole
from campaigns.models import PlanDocument
from campaigns.plans import services
from campaigns.plans.forms import DraftCampaignForm, PlanFactsForm, PlanUploadForm
from campaigns.plans.marks import FIELD_LABELS, LIST_LABELS, REST_LABELS, stretches
from campaigns.plans.vocabulary import TOPIC_NAMES
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

_SHOWN = 50


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def plan_list(request: HttpRequest) -> HttpResponse:
    """Plans that were received, and the form for a new one."""
    form = PlanUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        data = upload.read() if upload else form.cleaned_data["text"].encode()
        name = upload.name if upload else _("pasted-text.txt")
        try:
            plan = services.import_plan(file=data, file_name=name, user=request.user)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            return redirect("campaigns_plan", plan.pk)
    plans = PlanDocument.objects.select_related("received_by").prefetch_related("campaigns")
    context = {
        "form": form,
        "plans": plans[:_SHOWN],
        "count": plans.count(),
        "page_title": _("Plans"),
        "header_title": _("Plans"),
        "header_icon": "doc-full-inverse",
    }
    return render(request, "campaigns/plans/list.html", context)


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan beside what was understood; correct its facts, make the draft campaign."""
    document = get_object_or_404(PlanDocument, pk=pk)
    first, last = services.proposed_dates(document)
    creating = request.method == "POST" and "create" in request.POST
    facts = PlanFactsForm(request.POST or None, instance=document)
    draft = DraftCampaignForm(
        request.POST if creating else None,
        initial={
            "campaign_title": services.proposed_title(document),
            "starts_on": first,
            "ends_on": last,
            "issuer": services.proposed_issuer(document),
        },
    )
    if request.method == "POST" and facts.is_valid() and (not creating or draft.is_valid()):
        answer = _save(request, document, facts, draft if creating else None)
        if answer is not None:
            return answer
    return render(request, "campaigns/plans/show.html", _context(document, facts, draft))


def _save(
    request: HttpRequest, document: PlanDocument, facts: PlanFactsForm, draft: DraftCampaignForm | None
) -> HttpResponse | None:
    try:
        services.correct_plan(plan=document, user=request.user, **facts.cleaned_data)
        if draft is None:
            messages.success(request, _("The corrections were saved."))
            return redirect("campaigns_plan", document.pk)
        given = draft.cleaned_data
        campaign = services.create_campaign_from_plan(
            plan=document,
            user=request.user,
            title=given["campaign_title"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            issuer=given["issuer"],
        )
    except CongError as error:
        (draft or facts).add_error(None, error.message)
        return None
    messages.success(request, _("The draft campaign was made. Check its dates, tasks and targets."))
    return redirect(reverse("wagtailsnippets_campaigns_campaign:edit", args=[campaign.pk]))


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def plan_file(request: HttpRequest, pk: int) -> Any:
    """The file as it was received, as a download."""
    document = get_object_or_404(PlanDocument, pk=pk)
    if not document.file:
        raise Http404
    try:
        opened = document.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=True, filename=document.file_name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _context(document: PlanDocument, facts: PlanFactsForm, draft: DraftCampaignForm) -> dict[str, Any]:
    understood = document.understood or {}
    remainder = understood.get("remainder", [])
    rest = [_left(document.source_text, part) for part in remainder if part["why"] == "rest"]
    known = [_left(document.source_text, part) for part in remainder if part["why"] != "rest"]
    return {
        "plan": document,
        "u": understood,
        "facts": facts,
        "draft": draft,
        "rest": rest,
        "known": known,
        "stretches": stretches(document.source_text, understood),
        "legend": FIELD_LABELS,
        "basis": [{**one, "day": _day(one["signed_on"])} for one in understood.get("basis", [])],
        "tasks": [_task(task) for task in understood.get("tasks", [])],
        "targets": [_target(target) for target in understood.get("targets", [])],
        "lists": [(LIST_LABELS[key], _named(key, understood.get(key, []))) for key in LIST_LABELS],
        "campaign": document.campaigns.first(),
        "readable": document.status in (PlanStatus.READ, PlanStatus.ACCEPTED),
        "page_title": document,
        "header_title": document,
        "header_icon": "doc-full-inverse",
    }


def _named(key: str, leaves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leaves as people read them: a topic by its name, not by its code."""
    if key != "topics":
        return leaves
    return [{**leaf, "value": TOPIC_NAMES.get(leaf["value"], leaf["value"])} for leaf in leaves]


def _left(source: str, part: dict[str, Any]) -> dict[str, Any]:
    start, end = part["span"]
    return {
        "start": start,
        "text": " ".join(source[start:end].split()),
        "why": REST_LABELS.get(part["why"], part["why"]),
    }


def _task(task: dict[str, Any]) -> dict[str, Any]:
    return {**task, "role_label": TaskRole(task["role"]["value"]).label, "due_day": _day(task["due"])}


def _day(leaf: dict[str, Any] | None) -> date | None:
    return date.fromisoformat(leaf["value"]) if leaf else None


def _target(target: dict[str, Any]) -> dict[str, Any]:
    return {**target, "reading": Comparison(target["comparison"]["value"]).label}
