"""Uploaded files go out only through here: by permission, with a type that comes from their bytes.

Mount: ``path("media/<path:path>", serve_media)``. What nobody registered is not found. A room that keeps files of its
own says who may have them: ``register_media("recordings/", allowed)``.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date
from wagtail import hooks
from wagtail.models import Page, ReferenceIndex

from cms.core.files import AUDIO, HEAD, IMAGES, MEDIA_TYPES, safe_name, sniff
from cms.core.permissions import can_enter_admin

MediaGuard = Callable[[HttpRequest, str], bool]
PIECE = 64 * 1024
# What a browser may show in place; everything else is a download.
INLINE = IMAGES | AUDIO

_guards: dict[str, MediaGuard] = {}
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def register_media(prefix: str, allowed: MediaGuard) -> None:
    """Open one folder below MEDIA_ROOT ("recordings/") to the requests for which ``allowed(request, path)`` is true."""
    if not prefix.endswith("/"):
        raise ValueError("the prefix of a media folder ends with a slash")
    _guards[prefix] = allowed


def _everybody(request: HttpRequest, path: str) -> bool:
    return True


def _staff(request: HttpRequest, path: str) -> bool:
    return can_enter_admin(request.user)


register_media("images/", _everybody)  # renditions: cleaned, resized copies made for pages
register_media("original_images/", _staff)
register_media("documents/", _staff)  # others get documents through the document view, which asks further
register_media("avatar_images/", _staff)


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with the file when this request may have it; 404 otherwise, so that nobody learns what exists."""
    local = local_path(path)
    guard = next((guard for prefix, guard in _guards.items() if path.startswith(prefix)), None)
    if local is None or guard is None or not guard(request, path):
        raise Http404
    public = path.startswith("images/")
    if public and sniff(_head(local)) not in IMAGES:
        raise Http404
    return file_response(request, local, public=public)


def local_path(path: str) -> Path | None:
    """The existing file below MEDIA_ROOT that this address names, or None for anything that leads elsewhere."""
    if "\0" in path or "\\" in path or path.startswith("/") or any(part in ("", ".", "..") for part in path.split("/")):
        return None
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        local = (root / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return None
    return local if local.is_relative_to(root) and local.is_file() else None


def _head(local: Path) -> bytes:
    with local.open("rb") as source:
        return source.read(HEAD)


def _kind(local: Path) -> str:
    head = _head(local)
    kind = sniff(head)
    if kind == "zip":  # office files show what they are only at their end
        ending = local.suffix.lower().lstrip(".")
        return ending if ending in ("docx", "xlsx", "pptx", "odt", "ods") else kind
    return kind


def _span(header: str, size: int) -> tuple[int, int] | None | bool:
    """The first and last byte asked for; None for the whole file, False for a range that cannot be had."""
    match = _RANGE.match(header.strip())
    if not match or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        return (max(size - int(last), 0), size - 1) if int(last) and size else False
    begin = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if begin >= size:
        return False
    return (begin, end) if begin <= end else None


def _pieces(local: Path, begin: int, length: int) -> Iterator[bytes]:
    with local.open("rb") as source:
        source.seek(begin)
        while length > 0:
            piece = source.read(min(PIECE, length))
            if not piece:
                return
            length -= len(piece)
            yield piece


def file_response(
    request: HttpRequest,
    local: Path,
    *,
    name: str = "",
    attachment: bool | None = None,
    public: bool = False,
    whole: bool = False,
) -> HttpResponseBase:
    """Answer with a local file: type by its bytes, nosniff, conditional and resumable (one byte range).

    ``name`` is the file name a download gets; ``attachment`` None lets pictures and audio show in place and makes all
    else a download. ``whole`` reads a small file into memory instead of streaming it. The caller has checked the
    permission.
    """
    facts = local.stat()
    stamp = f"{facts.st_size}-{facts.st_mtime_ns}-{local.name}"
    etag = f'"{hashlib.sha256(stamp.encode()).hexdigest()[:32]}"'
    kind = _kind(local)
    begin, end, status = 0, facts.st_size - 1, 200
    asked = request.headers.get("Range", "")
    if asked and request.headers.get("If-Range", etag) == etag:
        span = _span(asked, facts.st_size)
        if span is False:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{facts.st_size}"})
        if isinstance(span, tuple):
            (begin, end), status = span, 206
    known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    response: HttpResponseBase
    if etag in known or "*" in known:
        response = HttpResponse(status=304)
    elif request.method == "HEAD":
        response = HttpResponse(status=status)
        response["Content-Length"] = str(end - begin + 1)
    else:
        pieces = _pieces(local, begin, end - begin + 1)
        response = (
            HttpResponse(b"".join(pieces), status=status) if whole else StreamingHttpResponse(pieces, status=status)
        )
        response["Content-Length"] = str(end - begin + 1)
    if status == 206:
        response["Content-Range"] = f"bytes {begin}-{end}/{facts.st_size}"
    _mark(response, kind=kind, name=name or local.name, attachment=attachment, public=public)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(facts.st_mtime)
    response["Accept-Ranges"] = "bytes"
    return response


def _mark(response: HttpResponseBase, *, kind: str, name: str, attachment: bool | None, public: bool) -> None:
    """Headers that keep a browser from making more of a file than it is."""
    download = kind not in INLINE if attachment is None else attachment
    # Markup never gets a type that a browser would run on our origin.
    active = kind in ("html", "svg", "xml")
    response["Content-Type"] = "application/octet-stream" if active else MEDIA_TYPES[kind]
    name = safe_name(name)
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    disposition = "attachment" if download or active else "inline"
    response["Content-Disposition"] = f"{disposition}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"


def may_read_document(user: Any, document: Any) -> bool:
    """Staff may read every document; everybody else those that a page now on the web refers to."""
    if can_enter_admin(user):
        return True
    pages = ReferenceIndex.get_references_to(document).filter(
        base_content_type=ContentType.objects.get_for_model(Page, for_concrete_model=False)
    )
    return Page.objects.live().filter(pk__in=[int(pk) for pk in pages.values_list("object_id", flat=True)]).exists()


@hooks.register("before_serve_document")
def serve_document(document: Any, request: HttpRequest) -> HttpResponseBase:
    """Replace Wagtail's answer: permission by live use, type by bytes, always a download, resumable."""
    try:
        local = Path(document.file.path)
    except (ValueError, NotImplementedError) as error:
        raise Http404 from error
    if not os.path.isfile(local) or not may_read_document(request.user, document):
        raise Http404
    # Wagtail goes on with its own answer when a hook returns anything but a plain HttpResponse.
    return file_response(request, local, name=document.filename, attachment=True, whole=True)
