"""The guarded client: what every room uses to fetch or post something outside."""

from __future__ import annotations

import json as jsonlib
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings

from cms.core.http.backend import Flight, Resolver, system_resolver, track_flight
from cms.core.http.body import ACCEPT_ENCODING, read_body
from cms.core.http.errors import BadReply, HttpError, Invalid, TooManyRedirects, cause_of
from cms.core.http.transport import GuardedTransport
from cms.core.http.urls import check_url
from cms.core.redaction import redact

logger = logging.getLogger(__name__)

MAX_BYTES = 5 * 1024 * 1024  # enough for a feed or an API reply; audio asks for more
MAX_REDIRECTS = 3
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 20.0
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Headers that belong to one server and are never carried to another.
PRIVATE_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-api-key", "secret_key", "access_token"}
)


@dataclass(frozen=True)
class Reply:
    """A complete reply: the status, the headers, the decompressed body, the address it came from and the way there."""

    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)
    url: str
    history: tuple[tuple[int, str], ...] = ()  # (status, address) of every redirect before
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """True for 200 to 299."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text: in the charset the server named, else UTF-8, with � for what cannot be read."""
        charset = self.headers.get("content-type", "").partition("charset=")[2].split(";")[0].strip(" \"'") or "utf-8"
        try:
            return self.content.decode(charset, errors="replace")
        except LookupError:
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body parsed as JSON; raises BadReply when it is not."""
        try:
            return jsonlib.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise BadReply(url=self.url, detail="not JSON", sent=True, status=self.status) from error


def user_agent() -> str:
    """Who we say we are: the program, its version and where to complain (``settings.CONG_USER_AGENT``)."""
    return str(
        getattr(settings, "CONG_USER_AGENT", "") or "Cong/0.1 (public information system of a provincial department)"
    )


class GuardedClient:
    """Fetches and posts over http(s) to public addresses only, within time and size limits.

    Seconds and bytes are per request, all its redirects together. Every status is a reply, also 404 and 500; only what
    gives no usable reply raises an :class:`HttpError`. Use it in ``with``; one client serves one thread.
    """

    def __init__(
        self,
        *,
        max_bytes: int = MAX_BYTES,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        max_redirects: int = MAX_REDIRECTS,
        headers: Mapping[str, str] | None = None,
        resolver: Resolver = system_resolver,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        self.max_bytes = max_bytes
        self.total_seconds = total_seconds
        self.max_redirects = max_redirects
        no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.Client(
            transport=GuardedTransport(resolver=resolver, verify=verify),
            trust_env=False,
            follow_redirects=False,
            cookies=no_cookies,
            timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
            headers={"User-Agent": user_agent(), "Accept-Encoding": ACCEPT_ENCODING, **(headers or {})},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are still open."""
        self._client.close()

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Reply:
        """Fetch this address; follows up to ``max_redirects`` redirects. Options as in :meth:`request`."""
        return self.request("GET", url, headers=headers, **options)

    def post(self, url: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Reply:
        """Post to this address; redirects are returned, not followed, unless ``follow=True``."""
        return self.request("POST", url, headers=headers, **options)

    def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: Mapping[str, str] | None = None,
        follow: bool | None = None,
        max_bytes: int | None = None,
        total_seconds: float | None = None,
    ) -> Reply:
        """Send one request and return the :class:`Reply`.

        ``follow`` None follows redirects for GET and HEAD only: a post is not repeated to where nobody asked. Raises
        HttpError subclasses: Invalid, Refused, ConnectFailed, TimedOut, LostReply, BadReply, ResponseTooLarge,
        TooManyRedirects; ``error.sent`` says whether anything left.
        """
        method = method.upper()
        check_url(url)
        try:
            request = self._client.build_request(
                method, url, content=content, json=json, data=data, files=files, headers=headers
            )
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise Invalid(url=url, detail=f"{type(error).__name__}: {error}") from error
        follow_redirects = method in SAFE_METHODS if follow is None else follow
        limit = self.max_bytes if max_bytes is None else max_bytes
        began = time.monotonic()
        with track_flight(self.total_seconds if total_seconds is None else total_seconds) as flight:
            try:
                reply = self._hops(request, flight, follow=follow_redirects, max_bytes=limit, began=began)
            except HttpError as error:
                self._log(method, error.url or url, error.status, type(error).__name__, began)
                raise
        self._log(method, reply.url, reply.status, "", began)
        return reply

    def _hops(self, request: httpx.Request, flight: Flight, *, follow: bool, max_bytes: int, began: float) -> Reply:
        history: list[tuple[int, str]] = []
        while True:
            target = str(check_url(str(request.url)))
            if request.method in SAFE_METHODS:
                flight.left = False  # an earlier hop's bytes do not make this one ambiguous
            try:
                response = self._client.send(request, stream=True)
            except HttpError as error:
                error.sent = error.sent or flight.left
                raise
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
                raise cause_of(error, url=target, sent=flight.left) from error
            try:
                if follow and response.status_code in REDIRECTS and "location" in response.headers:
                    history.append((response.status_code, redact(target)))
                    if len(history) > self.max_redirects:
                        raise TooManyRedirects(url=target, sent=True, status=response.status_code)
                    request = self._redirect(request, response)
                    continue
                body = b"" if request.method == "HEAD" else self._read(response, flight, max_bytes, target)
            finally:
                response.close()
            took = time.monotonic() - began
            return Reply(response.status_code, response.headers, body, target, tuple(history), took)

    def _read(self, response: httpx.Response, flight: Flight, max_bytes: int, target: str) -> bytes:
        try:
            return read_body(response, max_bytes=max_bytes, url=target)
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            cause = cause_of(error, url=target, sent=True)
            cause.status = response.status_code
            raise cause from error

    def _redirect(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        """The next hop by the rules of RFC 9110 section 15.4: 303 (and 301/302 after POST) become GET."""
        status = response.status_code
        where = response.headers["location"]
        try:
            target = request.url.join(where)
        except (httpx.InvalidURL, ValueError) as error:
            raise Invalid(url=where[:200], detail="redirect is not an address", sent=True, status=status) from error
        if "\\" in where:
            raise Invalid(url=where[:200], detail="backslash in a redirect", sent=True, status=status)
        target = target.copy_with(fragment=None)
        check_url(str(target))
        method = request.method
        if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
            method = "GET"
        same_body = method == request.method
        if request.url.scheme == "https" and target.scheme == "http" and method not in SAFE_METHODS:
            raise Invalid(url=str(target), detail="redirect from https to http", sent=True, status=status)
        same_origin = (target.scheme, target.host, target.port) == (
            request.url.scheme,
            request.url.host,
            request.url.port,
        )
        drop = {"host", "content-length", "transfer-encoding"} | (set() if same_origin else set(PRIVATE_HEADERS))
        if not same_body:
            drop |= {"content-type", "content-encoding"}
        kept = [(name, value) for name, value in request.headers.raw if name.decode("ascii").lower() not in drop]
        body = request.read() if same_body and method not in SAFE_METHODS else None
        return self._client.build_request(method, target, headers=kept, content=body)

    def _log(self, method: str, url: str, status: int | None, failure: str, began: float) -> None:
        """One line per request: who was asked, without query or secrets."""
        logger.info(
            "http request",
            extra={
                "event": "http_request",
                "method": method,
                "target": redact(url.partition("?")[0]),
                "status_code": status,
                "failure": failure,
                "milliseconds": round((time.monotonic() - began) * 1000),
            },
        )
