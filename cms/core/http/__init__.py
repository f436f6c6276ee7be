"""One guarded client for everything that goes out over HTTP.

``with GuardedClient() as client: reply = client.get(url)`` connects only to public addresses, to the very address
that was checked, with caps on time and size. Errors say by their class what happened, and by ``sent`` whether
anything left.
"""

from __future__ import annotations

from cms.core.http.addresses import is_public_address
from cms.core.http.backend import Flight, track_flight
from cms.core.http.client import GuardedClient, Reply
from cms.core.http.errors import (
    BadReply,
    ConnectFailed,
    HttpError,
    Invalid,
    LostReply,
    Refused,
    ResponseTooLarge,
    TimedOut,
    TooManyRedirects,
    cause_of,
)
from cms.core.http.proxy import Proxy, ProxyFailed
from cms.core.http.transport import GuardedAsyncTransport, GuardedTransport
from cms.core.http.urls import check_url

__all__ = [
    "BadReply",
    "ConnectFailed",
    "Flight",
    "GuardedAsyncTransport",
    "GuardedClient",
    "GuardedTransport",
    "HttpError",
    "Invalid",
    "LostReply",
    "Proxy",
    "ProxyFailed",
    "Refused",
    "Reply",
    "ResponseTooLarge",
    "TimedOut",
    "TooManyRedirects",
    "cause_of",
    "check_url",
    "is_public_address",
    "track_flight",
]
