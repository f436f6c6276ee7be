"""Pages of the translation desk, outside the admin: people who may not open a page in Wagtail work here."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.enums import CampaignState
from campaigns.models import Campaign, ContentItem
from cms.core import languages
from cms.core.errors import Conflict, CongError
from cms.core.permissions import role_required
from cms.core.templatetags.cong import chip
from cms.core.text import clean
from translations import services, workbench
from translations.enums import JobState
from translations.forms import AssignForm, DecisionForm, OpenJobsForm
from translations.models import Segment, TranslationJob
from translations.permissions import DESK_ROLES, MANAGER_ROLES, had_a_hand, may_manage, may_review, may_type
from translations.segment_checks import notes_on
from translations.selectors import active_jobs, coverage_matrix, job_is_outdated, jobs_of, progress_of, with_progress

# The matrix shows one campaign's items; more than this is a page nobody reads.
MATRIX_ITEMS = 200


@require_GET
@role_required(*DESK_ROLES)
def my_jobs(request: HttpRequest) -> HttpResponse:
    """Jobs that wait for this person; for editors every job under way."""
    everything = may_manage(request.user) and request.GET.get("xem") != "toi"
    jobs = list(with_progress(active_jobs()) if everything else jobs_of(request.user))
    code = request.GET.get("chu", "")
    counts = Counter(job.orthography for job in jobs)
    shown = [job for job in jobs if not code or job.orthography == code]
    rows = [{"job": job, "chip": workbench.job_chip(job), "outdated": job_is_outdated(job)} for job in shown]
    filters = [(each, languages.get_orthography(each).name_vi, counts[each]) for each in sorted(counts)]
    return render(request, "translations/my_jobs.html", {
        "rows": rows, "filters": filters, "code": code, "everything": everything,
        "may_manage": may_manage(request.user),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*DESK_ROLES)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Source and target side by side. A POST saves every box that changed; nothing typed is lost by an error."""
    found = _job(pk)
    views = workbench.segment_views(found)
    if request.method == "POST":
        answer = _save_all(request, found, views)
        if answer is not None:
            return answer
    return render(request, "translations/job.html", _job_context(request, found, views))


@require_POST
@role_required(*DESK_ROLES)
def autosave(request: HttpRequest, pk: int, segment_pk: int) -> JsonResponse:
    """One box, saved by the page's script: the new version and what is to be said about the text, as JSON."""
    segment = get_object_or_404(Segment.objects.select_related("job"), pk=segment_pk, job_id=pk)
    version = request.POST.get("version", "")
    try:
        saved = services.save_segment(
            segment=segment, target=request.POST.get("target", ""), user=request.user,
            version=int(version) if version.isdecimal() else None,
        )  # fmt: skip
    except CongError as error:
        return JsonResponse({"error": error.message, **error.details}, status=error.status_code)
    found = _job(pk)
    notes = notes_on(saved, found.orthography)
    done, total = progress_of(found)
    answer = {
        "version": saved.version,
        "target": saved.target,
        "chip": chip(*workbench.segment_chip(saved, notes)),
        "notes": workbench.note_data(notes),
        "done": done,
        "total": total,
    }
    return JsonResponse(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*DESK_ROLES)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole text beside its source, to approve or to send back."""
    found = _job(pk)
    if found.state != JobState.IN_REVIEW:
        return redirect("translations:job", pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _decide(request, found, form.cleaned_data["comment"])
        if answer is not None:
            return answer
    decides = may_review(request.user, found) and not had_a_hand(request.user, found)
    context = _job_context(request, found, workbench.segment_views(found))
    return render(request, "translations/review.html", context | {"form": form, "decides": decides})


@require_POST
@role_required(*DESK_ROLES)
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the source that is approved now."""
    found = _job(pk)
    try:
        count = services.refresh_job(job=found, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, ngettext(
            "The newer source is here. %(count)d segment has changed; its old translation is kept in its box.",
            "The newer source is here. %(count)d segments have changed; their old translations are kept.", count,
        ) % {"count": count})  # fmt: skip
    return redirect("translations:job", pk=pk)


@require_POST
@role_required(*MANAGER_ROLES)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the job to people, or cancel it."""
    found = _job(pk)
    form = AssignForm(request.POST, job=found)
    try:
        if "cancel" in request.POST:
            services.cancel_job(job=found, user=request.user)
            messages.success(request, _("The job is cancelled. What was typed stays on record."))
            return redirect("translations:my_jobs")
        if form.is_valid():
            services.assign_job(job=found, user=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("Choose people of this language and a date."))
    except CongError as error:
        messages.error(request, error.message)
    return redirect("translations:job", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGER_ROLES)
def open_jobs(request: HttpRequest) -> HttpResponse:
    """Open jobs for one item; a language that cannot be opened says why and stops no other."""
    initial = {"item": request.GET.get("item"), "orthographies": request.GET.getlist("chu")}
    form = OpenJobsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        opened = 0
        for code in form.cleaned_data["orthographies"]:
            try:
                services.open_job(
                    item=form.cleaned_data["item"], orthography=code, user=request.user, due=form.cleaned_data["due"]
                )
                opened += 1
            except CongError as error:
                messages.error(request, f"{languages.get_orthography(code).name_vi}: {error.message}")
        if opened:
            messages.success(request, ngettext("%d job opened.", "%d jobs opened.", opened) % opened)
        return redirect("translations:my_jobs")
    return render(request, "translations/open_jobs.html", {"form": form})


@require_GET
@role_required(*DESK_ROLES)
def coverage(request: HttpRequest) -> HttpResponse:
    """Content × language of one campaign: what is missing where."""
    campaigns = list(Campaign.objects.filter(state=CampaignState.ACTIVE).order_by("-starts_on", "-pk"))
    wanted = request.GET.get("dot", "")
    campaign = next((each for each in campaigns if str(each.pk) == wanted), campaigns[0] if campaigns else None)
    items = (
        list(ContentItem.objects.filter(campaign=campaign).order_by("kind", "pk")[:MATRIX_ITEMS]) if campaign else []
    )
    codes = [code for code in languages.ORTHOGRAPHIES if code != "vi"]
    return render(request, "translations/coverage.html", {
        "campaigns": campaigns, "campaign": campaign, "rows": coverage_matrix(items, codes),
        "columns": [languages.get_orthography(code) for code in codes], "may_manage": may_manage(request.user),
    })  # fmt: skip


def _job(pk: int) -> TranslationJob:
    related = ("item__campaign__issuer", "source_approval", "translator", "reviewer", "submitted_by", "decided_by")
    return get_object_or_404(TranslationJob.objects.select_related(*related), pk=pk)


def _job_context(request: HttpRequest, found: TranslationJob, views: list[workbench.SegmentView]) -> dict[str, Any]:
    done, total = workbench.progress(views)
    manages = may_manage(request.user) and found.is_active and not found.is_pseudo
    return {
        "job": found, "views": views, "done": done, "total": total, "chip": workbench.job_chip(found),
        "writing": workbench.writing_of(found), "outdated": found.is_active and job_is_outdated(found),
        "may_type": may_type(request.user, found), "may_review": may_review(request.user, found),
        "may_refresh": found.is_active and (manages or may_type(request.user, found)),
        "assign_form": AssignForm(job=found) if manages else None,
        "changed": [view for view in views if view.changes and view.segment.state == "stale"],
    }  # fmt: skip


def _save_all(
    request: HttpRequest, found: TranslationJob, views: list[workbench.SegmentView]
) -> HttpResponse | None:  # fmt: skip
    """Save what changed; None when something could not be saved: the page is then drawn with what was typed."""
    pressed = request.POST.get("save", "")
    refused = False
    for view in views:
        typed = request.POST.get(f"target_{view.pk}")
        if typed is None or (clean(typed).strip() == view.segment.target and pressed != view.pk):
            continue
        version = request.POST.get(f"version_{view.pk}", "")
        view.typed = typed
        try:
            services.save_segment(
                segment=view.segment, target=typed, user=request.user,
                version=int(version) if version.isdecimal() else None,
            )  # fmt: skip
        except Conflict as error:
            refused, view.error = True, error.message
            view.other, view.version = error.details.get("current"), error.details.get("version", view.version)
        except CongError as error:
            if error.status_code == 403 and not may_type(request.user, found):
                raise PermissionDenied(error.message) from error
            refused, view.error = True, error.message
    if refused:
        messages.error(request, _("Some boxes could not be saved. What you typed is still in them."))
        return None
    if pressed == "submit":
        return _submit(request, found)
    messages.success(request, _("Saved."))
    anchor = f"#doan-{pressed}" if pressed.isdecimal() else ""
    return redirect(reverse("translations:job", args=[found.pk]) + anchor)


def _submit(request: HttpRequest, found: TranslationJob) -> HttpResponse:
    try:
        services.submit_for_review(job=found, user=request.user)
    except CongError as error:
        for sentence in error.message.splitlines():
            messages.error(request, sentence)
    else:
        messages.success(request, _("Handed in. A reviewer of this language sees it now."))
    return redirect("translations:job", pk=found.pk)


def _decide(request: HttpRequest, found: TranslationJob, comment: str) -> HttpResponse | None:
    """Approve or send back; None when it was refused: the page is then drawn with the comment kept."""
    try:
        if "approve" in request.POST:
            services.approve_job(job=found, user=request.user, comment=comment)
            messages.success(request, _("Approved. The whole text may now be published and aired in this language."))
        else:
            services.return_job(job=found, user=request.user, comment=comment)
            messages.success(request, _("Sent back to the translator with your comment."))
    except CongError as error:
        for sentence in error.message.splitlines():
            messages.error(request, sentence)
        return None
    return redirect("translations:my_jobs")
