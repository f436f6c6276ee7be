"""httpx transports on the guarded backends; ours and python-telegram-bot's way out.

``HTTPXRequest(httpx_kwargs={"transport": GuardedAsyncTransport()})`` puts the bot library behind the same guard.
"""

from __future__ import annotations

import ssl
from typing import Any

import httpcore
import httpx

from cms.core.http.backend import GuardedAsyncBackend, GuardedBackend, Resolver, system_resolver
from cms.core.http.proxy import Proxy

MAX_CONNECTIONS = 20
KEEPALIVE_SECONDS = 5.0


def _ssl_context(verify: ssl.SSLContext | None) -> ssl.SSLContext:
    return verify or httpx.create_ssl_context(verify=True, trust_env=False)


def _pool_options(verify: ssl.SSLContext | None) -> dict[str, Any]:
    return {
        "ssl_context": _ssl_context(verify),
        "max_connections": MAX_CONNECTIONS,
        "max_keepalive_connections": MAX_CONNECTIONS,
        "keepalive_expiry": KEEPALIVE_SECONDS,
        "http1": True,
        "http2": False,
        "retries": 0,  # whether to try again is decided by rows in the database, never here
    }


class GuardedTransport(httpx.HTTPTransport):
    """A synchronous httpx transport that can only reach public addresses; no proxies, no unix sockets, no retries."""

    def __init__(self, *, resolver: Resolver = system_resolver, verify: ssl.SSLContext | None = None) -> None:
        # Not calling the parent's constructor: it would build a pool with an unguarded backend.
        self._pool = httpcore.ConnectionPool(network_backend=GuardedBackend(resolver), **_pool_options(verify))


class GuardedAsyncTransport(httpx.AsyncHTTPTransport):
    """The asynchronous twin, for python-telegram-bot; `proxy` is the only way out it takes then."""

    def __init__(
        self,
        *,
        resolver: Resolver = system_resolver,
        verify: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=GuardedAsyncBackend(resolver, proxy=proxy), **_pool_options(verify)
        )
