"""Downloads of an approved text: Word, PDF, sound, the whole kit. Each is logged once."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.models import Approval, ContentItem
from campaigns.selectors import airable_approval, current_approval
from cms.core.errors import CongError, NotReady
from cms.core.languages import ORTHOGRAPHIES, language_of
from cms.core.permissions import can_enter_admin
from media.library.enums import DownloadKind
from media.library.kits import Kit, kit_of
from media.library.permissions import may_read
from media.library.selectors import airable_rendition
from media.library.services.downloads import document_of, file_name, log_download
from media.library.serving import PRIVATE, begins_download, whole_or_part

from .answers import refused, sign_in_first


def readable_text(user: Any, item: ContentItem, orthography: str) -> Approval:
    """The text this person may take; raises Http404 for strangers, NotReady for what is on hold.

    Editors and approvers get the text in force; everybody else only what may be broadcast now, so that no centre
    prints a number that changed.
    """
    if orthography not in ORTHOGRAPHIES or not may_read(user, orthography):
        raise Http404
    approval = current_approval(item, orthography)
    if approval is None:
        raise Http404
    if not can_enter_admin(user) and airable_approval(item, orthography) is None:
        raise NotReady(
            _("This text may not be broadcast now, so it cannot be downloaded. Please do not use an older copy.")
        )
    return approval


def document(request: HttpRequest, item_id: int, orthography: str, kind: str) -> HttpResponseBase:
    """One document of an approved text."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    item = get_object_or_404(ContentItem.objects.select_related("campaign"), pk=item_id)
    try:
        made = document_of(readable_text(request.user, item, orthography), kind)
    except CongError as error:
        return refused(request, error)
    if begins_download(request):
        log_download(user=request.user, item=item, orthography=orthography, kind=kind, sha256=made.sha256)
    return whole_or_part(
        request,
        made.content,
        sha256=made.sha256,
        content_type=made.content_type,
        name=made.name,
        cache=PRIVATE,
        attachment=True,
    )


@require_safe
def docx(request: HttpRequest, item_id: int, orthography: str) -> HttpResponseBase:
    """The Word file."""
    return document(request, item_id, orthography, DownloadKind.DOCX)


@require_safe
def pdf(request: HttpRequest, item_id: int, orthography: str) -> HttpResponseBase:
    """The PDF."""
    return document(request, item_id, orthography, DownloadKind.PDF)


@require_safe
def audio(request: HttpRequest, item_id: int, orthography: str) -> HttpResponseBase:
    """The sound that may be aired of this text, in the quality for downloads."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    item = get_object_or_404(ContentItem.objects.select_related("campaign"), pk=item_id)
    try:
        approval = readable_text(request.user, item, orthography)
    except CongError as error:
        return refused(request, error)
    found = airable_rendition(item, language_of(orthography).code, "download")
    if found is None or not found.file.is_file():
        return refused(request, NotReady(_("There is no recording of this text that may be aired yet.")))
    if begins_download(request):
        log_download(user=request.user, item=item, orthography=orthography, kind=DownloadKind.MP3, sha256=found.sha256)
    return whole_or_part(
        request,
        found.file,
        sha256=found.sha256,
        content_type=found.content_type,
        name=file_name(approval, "mp3"),
        cache=PRIVATE,
        attachment=True,
    )


@require_safe
def kit(request: HttpRequest, item_id: int) -> HttpResponseBase:
    """Everything of one item in the languages this person may have (or those in ?chu=vi,jra), as one ZIP."""
    asked_to_sign_in = sign_in_first(request)
    if asked_to_sign_in is not None:
        return asked_to_sign_in
    item = get_object_or_404(ContentItem.objects.select_related("campaign"), pk=item_id)
    wanted = [code for code in request.GET.get("chu", "").split(",") if code] or list(ORTHOGRAPHIES)
    texts = []
    for code in wanted:
        try:
            texts.append(readable_text(request.user, item, code))
        except (Http404, NotReady):
            continue  # a language on hold never stops the others
    if not texts:
        if not any(may_read(request.user, code) for code in ORTHOGRAPHIES):
            raise Http404
        return refused(request, NotReady(_("Nothing of this may be broadcast now, so there is no kit to download.")))
    made = kit_of(texts)
    response = StreamingHttpResponse(flowing(made, request, item), content_type="application/zip")
    name = file_name(texts[0], "zip").replace(f"-{texts[0].orthography}-", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def flowing(made: Kit, request: HttpRequest, item: ContentItem) -> Iterator[bytes]:
    """The kit's bytes; its download is logged when the last one has left."""
    yield from made
    if request.method == "GET":
        log_download(user=request.user, item=item, orthography="", kind=DownloadKind.KIT, sha256=made.manifest_sha256)
