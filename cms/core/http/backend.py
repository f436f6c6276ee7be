"""Network backends for httpcore that look a name up once, check every answer and connect to a checked address.

There is no second look-up between the check and the connection, so DNS rebinding finds nothing to change. TLS still
checks the certificate against the name in the URL: httpcore passes that name to ``start_tls`` itself.
"""

from __future__ import annotations

import contextvars
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import httpcore

from cms.core.http.addresses import is_nearby_address, is_public_address
from cms.core.http.errors import Refused
from cms.core.http.proxy import Handshake, Proxy, ProxyFailed
from cms.core.http.urls import DEFAULT_PORTS, endpoint, is_listed

Resolver = Callable[[str, int], Sequence[str]]
SocketOptions = Iterable[Any] | None

RESOLVE_SECONDS = 5.0  # a resolver that is slower than this is down
WRITE_SLICE = 65536  # bytes handed to the socket between two looks at the deadline


@dataclass
class Flight:
    """What is known of one request on its way: the moment it must be over, and whether a byte of it left."""

    deadline: float | None = None  # time.monotonic() seconds
    left: bool = False

    def remaining(self, timeout: float | None) -> float | None:
        """The seconds this step may take: its own limit or what is left of the whole, whichever is less."""
        if self.deadline is None:
            return timeout
        rest = self.deadline - time.monotonic()
        if rest <= 0:
            raise httpcore.ReadTimeout("total deadline")
        return rest if timeout is None else min(rest, timeout)


_flight: contextvars.ContextVar[Flight | None] = contextvars.ContextVar("cong_http_flight", default=None)


@contextmanager
def track_flight(seconds: float | None = None) -> Iterator[Flight]:
    """Watch the requests made inside the block: ``flight.left`` turns True when the first byte of one is handed over.

    Works for GuardedClient and for both transports (so also around ``await bot.send_message(...)``). With
    ``seconds`` the whole block's network work must be over by then.
    """
    flight = Flight(deadline=None if seconds is None else time.monotonic() + seconds)
    token = _flight.set(flight)
    try:
        yield flight
    finally:
        _flight.reset(token)


def _current() -> Flight:
    return _flight.get() or Flight()


def system_resolver(host: str, port: int) -> list[str]:
    """Every address the system knows for this name, in its order of preference."""
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def _resolve_within(resolver: Resolver, host: str, port: int, seconds: float) -> Sequence[str]:
    """Resolve in a thread of its own: getaddrinfo has no time limit."""
    answer: list[Sequence[str]] = []
    failure: list[Exception] = []

    def work() -> None:
        try:
            answer.append(resolver(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    thread = threading.Thread(target=work, name="resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise httpcore.ConnectTimeout("name look-up took too long")
    if failure or not answer:
        raise httpcore.ConnectError("name not found") from (failure[0] if failure else None)
    return answer[0]


def vet(host: str, port: int, addresses: Sequence[str]) -> list[str]:
    """Return the addresses to connect to, or raise :class:`Refused` when any one of them is not allowed."""
    where = endpoint(host, port)
    listed = is_listed(host, port)
    if port not in DEFAULT_PORTS.values() and not listed:
        raise Refused(url=where, detail="port is not allowed")
    if not addresses:
        raise httpcore.ConnectError("name has no address")
    for address in addresses:
        if is_public_address(address) or (listed and is_nearby_address(address)):
            continue
        raise Refused(url=where, detail=f"address {address} is not public")
    return list(addresses)


class GuardedStream(httpcore.NetworkStream):
    """A stream that keeps the deadline of the request in flight and notes when its first byte leaves."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=_current().remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        flight = _current()
        for start in range(0, len(buffer), WRITE_SLICE):
            rest = flight.remaining(timeout)
            flight.left = True
            self._inner.write(buffer[start : start + WRITE_SLICE], timeout=rest)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        rest = _current().remaining(timeout)
        return GuardedStream(self._inner.start_tls(ssl_context, server_hostname=server_hostname, timeout=rest))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses only; unix sockets never."""

    def __init__(self, resolver: Resolver = system_resolver, *, inner: httpcore.NetworkBackend | None = None) -> None:
        self._resolver = resolver
        self._inner = inner or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        flight = _current()
        seconds = flight.remaining(timeout)
        found = _resolve_within(self._resolver, host, port, RESOLVE_SECONDS if seconds is None else seconds)
        failure: Exception | None = None
        for address in vet(host, port, found):
            try:
                stream = self._inner.connect_tcp(
                    address,
                    port,
                    timeout=flight.remaining(timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return GuardedStream(stream)
        raise failure or httpcore.ConnectError("no address answered")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: SocketOptions = None
    ) -> httpcore.NetworkStream:
        raise Refused(url="unix socket", detail="unix sockets are never used")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class GuardedAsyncStream(httpcore.AsyncNetworkStream):
    """The asynchronous twin of :class:`GuardedStream`."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._inner.read(max_bytes, timeout=_current().remaining(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        flight = _current()
        for start in range(0, len(buffer), WRITE_SLICE):
            rest = flight.remaining(timeout)
            flight.left = True
            await self._inner.write(buffer[start : start + WRITE_SLICE], timeout=rest)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        rest = _current().remaining(timeout)
        return GuardedAsyncStream(
            await self._inner.start_tls(ssl_context, server_hostname=server_hostname, timeout=rest)
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedAsyncBackend(httpcore.AsyncNetworkBackend):
    """The asynchronous twin of :class:`GuardedBackend`."""

    def __init__(self, resolver: Resolver = system_resolver, *, proxy: Proxy | None = None) -> None:
        self._resolver = resolver
        self._inner = httpcore.AnyIOBackend()
        self._proxy = proxy

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.AsyncNetworkStream:
        if self._proxy is None:
            return GuardedAsyncStream(
                await self._dial(host, port, vet, timeout, local_address=local_address, socket_options=socket_options)
            )
        self._proxy.require_target(host, port)
        return GuardedAsyncStream(await self._through(self._proxy, host, port, timeout, socket_options))

    async def _through(
        self, proxy: Proxy, host: str, port: int, timeout: float | None, socket_options: SocketOptions
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the target that the proxy opened. Nothing of the request has left when this fails."""
        try:
            stream = await self._dial(
                proxy.host, proxy.port, lambda host, port, found: proxy.vet(found), timeout,
                socket_options=socket_options,
            )  # fmt: skip
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise ProxyFailed(url=endpoint(proxy.host, proxy.port), detail="the proxy does not answer") from error
        try:
            await _shake_hands(stream, proxy.handshake(host, port), timeout)
        except (httpcore.NetworkError, httpcore.TimeoutException) as error:
            await stream.aclose()
            raise ProxyFailed(url=endpoint(proxy.host, proxy.port), detail="the proxy fell silent") from error
        except ProxyFailed:
            await stream.aclose()
            raise
        return stream

    async def _dial(
        self,
        host: str,
        port: int,
        judge: Callable[[str, int, Sequence[str]], list[str]],
        timeout: float | None,
        *,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the judged addresses that answers."""
        flight = _current()
        seconds = flight.remaining(timeout)
        found = await anyio.to_thread.run_sync(
            _resolve_within, self._resolver, host, port, RESOLVE_SECONDS if seconds is None else seconds
        )
        failure: Exception | None = None
        for address in judge(host, port, found):
            try:
                return await self._inner.connect_tcp(
                    address,
                    port,
                    timeout=flight.remaining(timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address answered")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: SocketOptions = None
    ) -> httpcore.AsyncNetworkStream:
        raise Refused(url="unix socket", detail="unix sockets are never used")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


async def _shake_hands(stream: httpcore.AsyncNetworkStream, talk: Handshake, timeout: float | None) -> None:
    """Carry out a proxy's handshake within the time of the request in flight; its bytes are not the request's."""
    flight, answer = _current(), b""
    try:
        step = next(talk)
        while True:
            if isinstance(step, bytes):
                await stream.write(step, timeout=flight.remaining(timeout))
                answer = b""
            else:
                answer = await _exactly(stream, step, timeout)
            step = talk.send(answer)
    except StopIteration:
        return


async def _exactly(stream: httpcore.AsyncNetworkStream, count: int, timeout: float | None) -> bytes:
    """That many bytes; for 0 whatever comes. Less than asked for means that the proxy hung up."""
    if count == 0:
        return await stream.read(4096, timeout=_current().remaining(timeout))
    got = b""
    while len(got) < count:
        more = await stream.read(count - len(got), timeout=_current().remaining(timeout))
        if not more:
            raise httpcore.ReadError("the proxy hung up")
        got += more
    return got
