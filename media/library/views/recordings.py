"""The pages on which recordings are sent, heard, allowed and taken back. They work without JavaScript, on a phone."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Approval, ContentItem
from campaigns.payloads import spoken_parts
from cms.core.errors import CongError
from cms.core.languages import ORTHOGRAPHIES, get_orthography, language_of
from cms.core.spoken import annotations as read_aloud
from cms.core.spoken import reading_seconds
from media.library import permissions, services
from media.library.enums import IN_WORK, RecordingState
from media.library.forms import RecordingForm
from media.library.models import Recording
from media.library.selectors import recordings_of, text_to_record, texts_to_record, why_no_sound, why_no_sound_in_words
from media.library.serving import PRIVATE, whole_or_part

from .answers import sign_in_first

CHIPS = {
    RecordingState.RECEIVED: "waiting",
    RecordingState.PROCESSING: "waiting",
    RecordingState.READY: "done",
    RecordingState.REFUSED: "failed",
    RecordingState.WITHDRAWN: "planned",
}
# Seconds after which a page with a recording in work loads itself again.
LOOK_AGAIN = 5


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The scripts this person may record or let be aired, those without a voice first."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    hears = permissions.may_allow_on_air(request.user)
    allowed = [code for code in ORTHOGRAPHIES if hears or permissions.may_record(request.user, code)]
    if not allowed:
        raise Http404
    chosen = request.GET.get("chu", "")
    texts = texts_to_record([chosen] if chosen in allowed else allowed)
    languages = [(code, get_orthography(code).name_vi) for code in allowed]
    context = {
        "texts": texts,
        "languages": languages if len(allowed) > 1 else [],
        "chosen": chosen,
        "missing": sum(text.needs_voice for text in texts),
    }
    return render(request, "library/index.html", context)


def text_or_404(request: HttpRequest, item_id: int, orthography: str) -> tuple[ContentItem, Approval]:
    """The item and the text to be read; 404 where this person has no business."""
    item = get_object_or_404(ContentItem.objects.select_related("campaign__issuer"), pk=item_id)
    user = request.user
    business = permissions.may_record(user, orthography) or permissions.may_allow_on_air(user)
    if orthography not in ORTHOGRAPHIES or not business:
        raise Http404
    approval = text_to_record(item, orthography)
    if approval is None:
        raise Http404
    return item, approval


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, item_id: int, orthography: str) -> HttpResponseBase:
    """One script in one language: its words to read, the form to send a recording, what was sent before."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    item, approval = text_or_404(request, item_id, orthography)
    form = RecordingForm(request.POST or None, request.FILES or None, initial={"text": approval.pk})
    if request.method == "POST" and form.is_valid():
        try:
            services.receive_recording(
                item=item,
                orthography=orthography,
                file=form.cleaned_data["file"],
                user=request.user,
                speaker=form.cleaned_data["speaker"],
                consent=form.cleaned_data["consent"],
                approval=Approval.objects.filter(pk=form.cleaned_data["text"], item=item).first(),
            )
        except CongError as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, _("The recording arrived and is being checked. You may leave this page."))
            if form.cleaned_data["text"] not in (None, approval.pk):
                messages.warning(
                    request, _("The text changed while you were recording. Please read the new one below.")
                )
            return redirect("library:record", item_id, orthography)
    status = 422 if request.method == "POST" else 200
    return render(request, "library/text.html", text_context(request, item, approval, form), status=status)


def text_context(request: HttpRequest, item: ContentItem, approval: Approval, form: RecordingForm) -> dict[str, Any]:
    """What the page of one script shows."""
    rows = list(recordings_of(item).filter(orthography=approval.orthography))
    language = language_of(approval.orthography)
    why = why_no_sound(item, language.code)
    parts = spoken_parts(approval.payload)
    vietnamese = approval.orthography == "vi"
    return {
        "item": item,
        "approval": approval,
        "orthography": get_orthography(approval.orthography),
        "form": form,
        "parts": [{**part, "notes": notes_of(part["text"]) if vietnamese else []} for part in parts],
        "seconds": reading_seconds("\n".join(part["text"] for part in parts), approval.orthography),
        "why": why_no_sound_in_words(why) if why else "",
        "rows": [row_context(request.user, row, approval) for row in rows],
        "look_again": LOOK_AGAIN if any(row.state in IN_WORK for row in rows) and request.method != "POST" else 0,
        "may_record": permissions.may_record(request.user, approval.orthography),
        "may_draft": vietnamese
        and permissions.may_make_draft(request.user)
        and not any(row.is_draft and row.text_sha256 == approval.text_sha256 for row in rows if row.state != "refused"),
    }


def notes_of(text: str) -> list[tuple[str, str]]:
    """(as written, as read) for what is read otherwise than written."""
    return read_aloud(text)  # type: ignore[operator]  # mypy takes it for the __future__ name


def row_context(user: Any, row: Recording, approval: Approval) -> dict[str, Any]:
    """What the page shows of one recording, and which buttons."""
    ready = row.state == RecordingState.READY
    stale = row.text_sha256 != approval.text_sha256
    download = next((each for each in row.renditions.all() if each.profile == "download"), None)
    may_change = permissions.may_withdraw(user, row)
    waits = ready and row.is_draft and not stale and row.air_allowed_at is None
    return {
        "recording": row,
        "chip": "stale" if stale and ready else CHIPS[RecordingState(row.state)],
        "word": _("older text") if stale and ready else row.get_state_display(),
        "stale": stale,
        "download": download,
        "may_withdraw": may_change,
        "may_again": may_change and (row.state == RecordingState.REFUSED or stuck(row)),
        "may_allow": waits and permissions.may_allow_on_air(user),
        "may_forbid": row.is_draft and row.air_allowed_at is not None and permissions.may_allow_on_air(user),
    }


def stuck(row: Recording) -> bool:
    """True when a recording is in work and no job will take it any further."""
    from cms.core.models import Job
    from media.library.services.recordings import DRAFT_JOB, PROCESS_JOB

    if row.state not in IN_WORK:
        return False
    jobs = Job.objects.filter(kind__in=[DRAFT_JOB, PROCESS_JOB], payload__recording=row.pk)
    return not jobs.filter(state__in=["due", "running"]).exists()


@require_POST
def draft(request: HttpRequest, item_id: int, orthography: str) -> HttpResponseBase:
    """Have the text read by the draft voice."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    _item, approval = text_or_404(request, item_id, orthography)
    try:
        services.make_draft_voice(approval=approval, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The draft voice is being made; it takes about half a minute."))
    return redirect("library:record", item_id, orthography)


def act(request: HttpRequest, recording_id: int, verb: Callable[[Recording], None], done: str) -> HttpResponseBase:
    """Do one thing with one recording and go back to its text."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    recording = get_object_or_404(Recording.objects.select_related("item", "approval"), pk=recording_id)
    text_or_404(request, recording.item_id, recording.orthography)
    try:
        verb(recording)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("library:record", recording.item_id, recording.orthography)


@require_POST
def withdraw(request: HttpRequest, recording_id: int) -> HttpResponseBase:
    """Take a recording back."""
    done = _("The recording was withdrawn. Its file is kept.")
    return act(request, recording_id, lambda row: services.withdraw_recording(recording=row, user=request.user), done)


@require_POST
def again(request: HttpRequest, recording_id: int) -> HttpResponseBase:
    """Have a recording checked again."""
    done = _("The recording is being checked again.")
    return act(request, recording_id, lambda row: services.process_again(recording=row, user=request.user), done)


@require_POST
def allow(request: HttpRequest, recording_id: int) -> HttpResponseBase:
    """Allow a draft voice on air."""
    done = _("The draft voice may now be aired.")
    user = request.user
    return act(request, recording_id, lambda row: services.allow_draft_on_air(recording=row, approver=user), done)


@require_POST
def forbid(request: HttpRequest, recording_id: int) -> HttpResponseBase:
    """Take the word back."""
    done = _("The draft voice is no longer aired.")
    user = request.user
    return act(request, recording_id, lambda row: services.forbid_draft_on_air(recording=row, approver=user), done)


@require_safe
def original(request: HttpRequest, recording_id: int) -> HttpResponseBase:
    """The file as it was sent, for those who may hear it; always as a download."""
    recording = get_object_or_404(Recording, pk=recording_id)
    if not permissions.may_hear(request.user, recording) or not recording.file.is_file():
        raise Http404
    return whole_or_part(
        request,
        recording.file,
        sha256=recording.sha256,
        content_type="application/octet-stream",
        name=recording.original_name or f"ban-ghi-{recording.pk}{recording.file.suffix}",
        cache=PRIVATE,
        attachment=True,
    )
