"""What can go wrong on the way out, by cause.

``sent`` is the one question a sender asks: False means that nothing of the request left this machine (trying again
is safe), True means that the other side may have acted on it (trying again may do it twice).
"""

from __future__ import annotations

from typing import Any

import httpcore
import httpx
from django.utils.translation import gettext_lazy as _

from cms.core.errors import CongError
from cms.core.redaction import redact


class HttpError(CongError):
    """A request that gave no usable reply. ``message`` is for people; ``detail`` is for the log, without secrets."""

    text: Any = _("The other server did not answer as expected.")
    permanent = False  # trying the same request again cannot help

    def __init__(self, *, url: str = "", detail: str = "", sent: bool = False, status: int | None = None) -> None:
        super().__init__(self.text)
        self.url = redact(url)
        self.detail = redact(detail)
        self.sent = sent
        self.status = status

    @property
    def ambiguous(self) -> bool:
        """True when the request left and nobody knows whether it was acted upon."""
        return self.sent and self.status is None

    def __str__(self) -> str:
        parts = [type(self).__name__, self.url, self.detail, "sent" if self.sent else "not sent"]
        return " · ".join(part for part in parts if part)

    __repr__ = __str__


class Invalid(HttpError):
    """The address or the request itself is not one that we send (scheme, port, user name, broken URL)."""

    text = _("This address cannot be used. Please give a full address that begins with http:// or https://.")
    permanent = True


class Refused(HttpError):
    """The address leads inside (or to nowhere public); not one byte was sent."""

    text = _("This address leads to an internal or reserved network and was refused.")
    permanent = True


class ConnectFailed(HttpError):
    """No connection: name not found, refused, TLS failed, connect timed out. Nothing left; safe to try again."""

    text = _("Could not connect to the other server. Please try again later.")


class TimedOut(HttpError):
    """Time ran out. ``sent`` says whether the request had begun to leave (then it is ambiguous)."""

    text = _("The other server took too long to answer.")


class LostReply(HttpError):
    """The connection broke after the request had begun to leave: ambiguous."""

    text = _("The connection broke before the answer arrived.")


class BadReply(HttpError):
    """A status arrived, and then a body that cannot be read (broken or unknown compression, broken framing)."""

    text = _("The answer of the other server cannot be read.")


class ResponseTooLarge(HttpError):
    """The body is larger than the cap, counted after decompression."""

    text = _("The answer of the other server is too large.")
    permanent = True


class TooManyRedirects(HttpError):
    """More hops than allowed, or a circle."""

    text = _("The address redirects too many times.")
    permanent = True


def cause_of(error: BaseException, *, url: str = "", sent: bool | None = None) -> HttpError:
    """Return the cause of an error raised by httpx or python-telegram-bot, looking through the wrappers.

    ``sent`` comes from :func:`cms.core.http.track_flight` when the caller kept one; without it, only errors that cannot
    happen after a byte left count as not sent. Anything unknown is ambiguous: that is the safe answer for a sender.
    """
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        current = current.__cause__ or current.__context__
    for item in seen:
        if isinstance(item, HttpError):
            return item
    detail = f"{type(seen[-1]).__name__}: {seen[-1]}"
    early = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpcore.ConnectError,
        httpcore.ConnectTimeout,
    )
    slow = (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError)
    bad = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
    left = sent if sent is not None else not any(isinstance(item, (*early, *bad)) for item in seen)
    if any(isinstance(item, bad) for item in seen) and not left:
        return Invalid(url=url, detail=detail)
    if any(isinstance(item, slow) for item in seen):
        return TimedOut(url=url, detail=detail, sent=left)
    if not left:
        return ConnectFailed(url=url, detail=detail)
    return LostReply(url=url, detail=detail, sent=True)
