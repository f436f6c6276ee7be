"""Tasks on the telephone: what is to be done, its pack, taking it on, confirming it, saying why it was not done."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.manual import pack as packs
from channels.manual import selectors, services, sms
from channels.manual.enums import Means
from channels.manual.models import Confirmation, ManualTask, TaskPhoto
from channels.manual.permissions import READERS, may_correct, owns, tasks_of
from channels.manual.services.photos import LARGEST
from cms.core.errors import CongError
from cms.core.permissions import has_role, role_required
from cms.portal.forms_tasks import NotDoneForm, TaskConfirmationForm
from cms.portal.permissions import PORTAL_ROLES
from media.library.serving import PRIVATE, whole_or_part

CLOSED_PER_PAGE = 20
COMING_SHOWN = 20


@require_safe
@role_required(*PORTAL_ROLES)
def tasks(request: HttpRequest) -> HttpResponse:
    """What this person has to do, the late first; what comes; what was done lately."""
    waiting = [_row(task) for task in selectors.waiting_for(request.user)]
    page = Paginator(selectors.closed_for(request.user), CLOSED_PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "late": [row for row in waiting if row["task"].is_late],
        "waiting": [row for row in waiting if not row["task"].is_late],
        "count": len(waiting),
        "coming": selectors.coming_for(request.user)[:COMING_SHOWN],
        "page": page,
    }
    return render(request, "portal/tasks.html", context)


def _row(task: ManualTask) -> dict[str, Any]:
    pack = selectors.newest_pack(task)
    return {
        "task": task,
        "changed": selectors.has_unseen_pack(task),
        "withheld": selectors.why_withheld(task, pack),
    }


@require_safe
@role_required(*PORTAL_ROLES)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what, where, by when, its pack, what can be said of it."""
    found = _task(request, pk)
    pack = selectors.newest_pack(found)
    withheld = selectors.why_withheld(found, pack)
    standing = found.confirmations.standing().select_related("confirmed_by", "pack").prefetch_related("photos").first()
    text = pack.payload["text"]
    context = {
        "task": found,
        "pack": pack,
        "withheld": withheld,
        "changed": selectors.has_unseen_pack(found),
        "files": [] if withheld else [(name, packs.label_of(name)) for name in packs.names_of(found, pack)],
        "text": "" if withheld or found.kind == "take_back" else text,
        "lines": [line for line in text.splitlines() if line.strip()],
        "message": sms.measure(text) if found.means == Means.SMS else None,
        "places": pack.payload["places"],
        "note": pack.payload["note"],
        "mine": owns(request.user, found),
        "standing": standing,
        "may_correct": standing is not None and may_correct(request.user, standing),
        "old_words": standing is not None and standing.pack is not None and _was_old(standing),
    }
    return render(request, "portal/task.html", context)


def _was_old(confirmation: Confirmation) -> bool:
    """True when a newer pack had been handed over before this was carried out."""
    used = confirmation.pack
    return used is not None and used.task.packs.filter(n__gt=used.n, handed_at__lte=confirmation.aired_at).exists()


@require_POST
@role_required(*PORTAL_ROLES)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """“I have it”: taken on, with the newest pack."""
    found = _own(request, pk)
    try:
        services.take_task(user=request.user, task=found)
    except CongError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Taken on. Thank you."))
    return redirect("portal:task", pk)


@require_POST
@role_required(*PORTAL_ROLES)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """“I know”: of a new pack, or that it was called off."""
    services.acknowledge(user=request.user, task=_own(request, pk))
    messages.success(request, _("Thank you. It is noted that you know."))
    return redirect("portal:task", pk)


@require_safe
@role_required(*PORTAL_ROLES)  # type: ignore[arg-type]  # a file flows: it is no plain HttpResponse
def pack_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One file of the pack, or all of them as `goi.zip`; a broken download goes on where it stopped."""
    found = _task(request, pk)
    pack = selectors.newest_pack(found)
    address = request.build_absolute_uri(reverse("portal:task", args=[pk]))
    try:
        if name == "goi.zip":
            made = packs.whole_pack(found, pack, address=address)
        else:
            made = packs.file_of(found, pack, name, address=address)
    except KeyError as error:
        raise Http404 from error
    except CongError as error:
        context = {"task": found, "message": error.message}
        return render(request, "portal/task_withheld.html", context, status=error.status_code)
    return whole_or_part(
        request, made.content, sha256=made.sha256, content_type=made.content_type, name=made.name, cache=PRIVATE,
        attachment=True,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PORTAL_ROLES)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that says that it happened."""
    return _confirm(request, _own(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PORTAL_ROLES)
def correct(request: HttpRequest, pk: int, confirmation_id: int) -> HttpResponse:
    """The same form for a mistake: what was said is taken back, and a new row says it right."""
    found = _task(request, pk)
    earlier = get_object_or_404(found.confirmations.all(), pk=confirmation_id)
    if not (owns(request.user, found) or may_correct(request.user, earlier)):
        raise Http404
    return _confirm(request, found, earlier)


def _confirm(request: HttpRequest, found: ManualTask, earlier: Confirmation | None) -> HttpResponse:
    form = TaskConfirmationForm(request.POST or None, task=found, earlier=earlier)
    kept = list(found.photos.filter(confirmations__isnull=True, uploaded_by=request.user.pk))
    if earlier is not None:
        kept += list(earlier.photos.all())
    chosen = {photo.pk for photo in kept}
    status = 200
    if request.method == "POST":
        chosen &= {int(pk) for pk in request.POST.getlist("keep") if pk.isdecimal() and len(pk) < 19}
        valid = form.is_valid()
        for photo in _keep_photos(request, found, form):
            chosen.add(photo.pk)
            kept += [photo] if photo not in kept else []
        if "upload" in request.POST:
            return _confirmation_page(request, found, earlier, form, kept, chosen, 200)
        status = 400
        if valid and not form.errors:
            photos = [photo for photo in kept if photo.pk in chosen]
            try:
                services.confirm_task(user=request.user, task=found, said=form.said(), photos=photos, corrects=earlier)
            except CongError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Confirmed: “%(title)s”. Thank you.") % {"title": found.item.title})
                return redirect("portal:task", found.pk)
    return _confirmation_page(request, found, earlier, form, kept, chosen, status)


def _confirmation_page(
    request: HttpRequest,
    found: ManualTask,
    earlier: Confirmation | None,
    form: TaskConfirmationForm,
    kept: list[TaskPhoto],
    chosen: set[int],
    status: int,
) -> HttpResponse:
    context = {
        "task": found, "earlier": earlier, "form": form, "kept": [(photo, photo.pk in chosen) for photo in kept],
        "changed": selectors.has_unseen_pack(found),
    }  # fmt: skip
    return render(request, "portal/task_confirm.html", context, status=status)


def _keep_photos(request: HttpRequest, found: ManualTask, form: TaskConfirmationForm) -> list[TaskPhoto]:
    """Keep every good picture at once; a bad one is named beside the field and stops none of the others."""
    saved = []
    for upload in request.FILES.getlist("photos"):
        assert isinstance(upload, UploadedFile)
        try:
            # One byte more than may be kept says that it is too large; the rest need not be in memory.
            saved.append(services.save_photo(user=request.user, task=found, data=upload.read(LARGEST + 1)))
        except CongError as error:
            form.add_error("photos", f"{upload.name}: {error.message}")
    return saved


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PORTAL_ROLES)
def not_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it was not done."""
    found = _own(request, pk)
    form = NotDoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.mark_not_done(user=request.user, task=found, reason=data["reason"], note=data["note"])
        except CongError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Noted. Those who planned it see the reason."))
            return redirect("portal:tasks")
    status = 400 if form.errors else 200
    return render(request, "portal/task_not_done.html", {"task": found, "form": form}, status=status)


def _task(request: HttpRequest, pk: int) -> ManualTask:
    """The task, for its owners and for those who plan; 404 for everybody else, so that nobody learns what exists."""
    rows = ManualTask.objects.shown()
    if not has_role(request.user, *READERS):
        rows = rows.filter(tasks_of(request.user))
    return get_object_or_404(rows, pk=pk)


def _own(request: HttpRequest, pk: int) -> ManualTask:
    """The task, for its owners alone."""
    return get_object_or_404(ManualTask.objects.shown().filter(tasks_of(request.user)), pk=pk)
