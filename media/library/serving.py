"""Answers by content address: the ETag is the SHA-256 of the bytes, a broken download goes on where it stopped."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

PIECE = 64 * 1024
RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")
# The address names the bytes, so whoever has them never needs to ask again.
FOREVER = "public, max-age=31536000, immutable"
PRIVATE = "private, no-cache"


def whole_or_part(
    request: HttpRequest,
    source: Path | bytes,
    *,
    sha256: str,
    content_type: str,
    name: str,
    cache: str,
    attachment: bool,
) -> HttpResponseBase:
    """200, 206, 304 or 416 for these bytes (RFC 9110 section 14): one range; several ranges get the whole."""
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    etag = f'"{sha256}"'
    if not_modified(request, etag):
        return marked(HttpResponse(status=304), etag, cache)
    span = span_asked(request, etag, size)
    if span is False:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return marked(refused, etag, "no-store")
    status = 200 if span is True else 206
    begin, end = (0, size - 1) if span is True else span
    length = end - begin + 1
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        response = StreamingHttpResponse(pieces(source, begin, length), status=status)
    if status == 206:
        response["Content-Range"] = f"bytes {begin}-{end}/{size}"
    response["Content-Length"] = str(length)
    response["Content-Type"] = content_type
    plain = name.encode("ascii", "replace").decode().replace('"', "_").replace("?", "_")
    kind = "attachment" if attachment else "inline"
    response["Content-Disposition"] = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return marked(response, etag, cache)


def marked(response: HttpResponseBase, etag: str, cache: str) -> HttpResponseBase:
    """The response with its validators."""
    response["ETag"], response["Cache-Control"], response["Accept-Ranges"] = etag, cache, "bytes"
    return response


def not_modified(request: HttpRequest, etag: str) -> bool:
    """True when the asker holds these bytes already."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return etag in known or "*" in known


def span_asked(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | bool:
    """First and last byte to send; True: the whole (no range asked, or If-Range names other bytes); False: none."""
    asked = RANGE.match(request.headers.get("Range", "").strip())
    if asked is None or asked.group(1) == asked.group(2) == "" or request.headers.get("If-Range", etag) != etag:
        return True
    first, last = asked.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) and size else False
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < begin:
        return True  # a range that runs backwards is no range
    return (begin, end) if begin < size else False


def begins_download(request: HttpRequest) -> bool:
    """True for a GET of the beginning: what is counted as a download. Goes on and looks ahead are not."""
    asked = request.headers.get("Range", "")
    return request.method == "GET" and (not asked or asked.strip().startswith("bytes=0-"))


def pieces(source: Path | bytes, begin: int, length: int) -> Iterator[bytes]:
    """The bytes from `begin`, `length` of them, in pieces."""
    stream: BinaryIO = source.open("rb") if isinstance(source, Path) else BytesIO(source)
    with stream:
        stream.seek(begin)
        while length > 0:
            piece = stream.read(min(PIECE, length))
            if not piece:
                return
            length -= len(piece)
            yield piece
