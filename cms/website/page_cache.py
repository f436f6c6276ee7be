"""Whole pages kept for visitors who are not signed in: the same bytes for everybody, compressed once.

A kept page is found by the site's generation, host and address, so one publication makes all kept pages unreachable at
once. Only views that say so (`whole_page_cache`) and Wagtail's page view are kept; nothing with a cookie, ever.
"""

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from cms.core import clock
from cms.website import generation

# Hotlines and items also end by the clock, without any event; no page is older than this.
KEEP_SECONDS = 60
# Below this, compressing costs more than it saves.
MIN_COMPRESSED = 600
COMPRESSIBLE = (
    "text/", "application/xml", "application/rss+xml", "application/atom+xml", "application/json", "application/feed+json",
)  # fmt: skip
# What a view may say beside its body.
KEPT_HEADERS = frozenset({
    "Content-Type", "Content-Language", "Link", "X-Robots-Tag", "Content-Security-Policy", "Access-Control-Allow-Origin",
})  # fmt: skip
# How long it is remembered since when an address has given the bytes that it gives now.
REMEMBER_SECONDS = 30 * 24 * 3600
MARK = "X-Cong-Cache"

GetResponse = Callable[[HttpRequest], HttpResponse]


def whole_page_cache(view: Any) -> Any:
    """Marks a view whose page is the same for every visitor and may be kept."""
    view.whole_page_cache = True
    return view


class WholePageCacheMiddleware:
    """Answers visitors from kept pages; must stand before sessions and languages are looked at."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        key = _key(request)
        kept = cache.get(key)
        if kept is None:
            response = self.get_response(request)
            kept = _kept(request, response)
            if kept is None:
                return response
            cache.set(key, kept, KEEP_SECONDS)
            return _answer(request, kept, "new")
        return _answer(request, kept, "kept")


def _key(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") + "|" + request.headers.get("Accept-Language", "")
    raw = f"{generation.current()}|{request.scheme}|{request.get_host()}|{request.get_full_path()}|{language}"
    return "page:" + hashlib.sha256(raw.encode()).hexdigest()


def _since(request: HttpRequest, etag: str) -> int:
    """Since when (epoch seconds) this address has given these bytes, as far as is remembered; else now.

    The dates of what is on a page do not say when something left it, so they are no Last-Modified: somebody who asks by
    date alone would go on showing what was withdrawn.
    """
    raw = (
        f"{request.scheme}|{request.get_host()}|{request.get_full_path()}|{request.headers.get('Accept-Language', '')}"
    )
    name = "page-since:" + hashlib.sha256(raw.encode()).hexdigest()
    now = int(clock.now().timestamp())
    known = cache.get(name)
    if known is not None and known[0] == etag:
        return int(known[1])
    # Two versions in one second must not share a date.
    since = max(now, known[1] + 1) if known is not None else now
    cache.set(name, (etag, since), REMEMBER_SECONDS)
    return since


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    if match is None or response.status_code != 200 or response.streaming or response.cookies:
        return False
    if request.method != "GET" or "private" in response.get("Cache-Control", "") or response.has_header("Set-Cookie"):
        return False
    return match.url_name == "wagtail_serve" or getattr(match.func, "whole_page_cache", False)


def _kept(request: HttpRequest, response: HttpResponse) -> dict[str, Any] | None:
    if not _may_be_kept(request, response):
        return None
    body = bytes(response.content)
    headers = {name: value for name, value in response.items() if name in KEPT_HEADERS}
    etag = hashlib.sha256(body).hexdigest()[:32]
    small = len(body) >= MIN_COMPRESSED and headers.get("Content-Type", "").startswith(COMPRESSIBLE)
    return {
        "body": body,
        "gzip": gzip.compress(body, 6, mtime=0) if small else None,
        "headers": headers,
        "etag": etag,
        "since": _since(request, etag),
    }


def _not_since(request: HttpRequest, since: int) -> bool:
    """True when the visitor has what was given at this moment or later; asked only when no tag is (RFC 9110 13.1.3)."""
    asked = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return asked is not None and asked >= since


def _answer(request: HttpRequest, kept: dict[str, Any], mark: str) -> HttpResponse:
    compressed = kept["gzip"] is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'W/"{kept["etag"]}"'
    asked = {tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponse
    if etag in asked or (asked == {""} and _not_since(request, kept["since"])):
        response = HttpResponseNotModified()
    else:
        body = b"" if request.method == "HEAD" else kept["gzip"] if compressed else kept["body"]
        response = HttpResponse(body, headers=kept["headers"])
        if compressed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(kept["since"])
    response["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
    response[MARK] = mark
    patch_vary_headers(response, ["Accept-Encoding", "Cookie", "Accept-Language"])
    return response
