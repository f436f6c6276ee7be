"""The way out through a named proxy: only to its targets, nothing leaves before it is open, failures are no ambiguity."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from pytest_django import Settings

from cms.core.http import GuardedAsyncTransport, Invalid, Proxy, ProxyFailed, Refused, track_flight
from cms.core.http.checks import readable_proxy
from tests.core.proxy_server import ProxyServer


class Target:
    """A server that answers one plain HTTP request after the other and counts them."""

    def __init__(self) -> None:
        self.requests = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                taken, _where = self.socket.accept()
            except OSError:
                return
            with taken:
                if not taken.recv(65536):
                    continue
                self.requests += 1
                taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


@pytest.fixture
def target() -> Iterator[Target]:
    server = Target()
    yield server
    server.socket.close()


def fetch(url: str, proxy: Proxy) -> tuple[str, bool]:
    """(body, whether a byte of the request left)."""

    async def ask() -> str:
        async with httpx.AsyncClient(transport=GuardedAsyncTransport(proxy=proxy), trust_env=False) as client:
            return (await client.get(url)).text

    with track_flight(5.0) as flight:
        return asyncio.run(ask()), flight.left


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("sign_in", ["", "co:quan%40123@"])
def test_a_request_goes_through(target: Target, kind: str, sign_in: str) -> None:
    url = f"http://127.0.0.1:{target.port}"
    with ProxyServer(kind, password="co:quan@123" if sign_in else "") as server:
        proxy = Proxy.parse(f"{kind}://{sign_in}127.0.0.1:{server.port}", targets=[url])
        assert fetch(url, proxy) == ("ok", True)
        assert server.asked == [f"127.0.0.1:{target.port}"]
    assert "quan@123" not in repr(proxy)


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_wrong_password_leaves_nothing(target: Target, kind: str) -> None:
    url = f"http://127.0.0.1:{target.port}"
    with ProxyServer(kind, password="co:quan") as server:
        for sign_in in ("", "co:sai@"):
            proxy = Proxy.parse(f"{kind}://{sign_in}127.0.0.1:{server.port}", targets=[url])
            with track_flight(5.0) as flight, pytest.raises(ProxyFailed):
                fetch(url, proxy)
            assert not flight.left
    assert target.requests == 0


@pytest.mark.parametrize(
    ("kind", "fault"),
    # Only CONNECT has an end that bytes can come after ("early").
    [("http", "early"), *itertools.product(["http", "socks5"], ["refuse", "hang_up", "garbage", "silent"])],
)
def test_a_proxy_that_does_not_open_the_way(target: Target, kind: str, fault: str) -> None:
    url = f"http://127.0.0.1:{target.port}"
    with ProxyServer(kind, fault=fault) as server:
        proxy = Proxy.parse(f"{kind}://127.0.0.1:{server.port}", targets=[url])

        async def ask() -> None:
            transport = GuardedAsyncTransport(proxy=proxy)
            async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=0.5) as client:
                await client.get(url)

        with track_flight(3.0) as flight, pytest.raises(ProxyFailed) as caught:
            asyncio.run(ask())
        assert not flight.left
        assert not caught.value.sent
    assert target.requests == 0


def test_a_proxy_that_is_down() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy = Proxy.parse(f"http://127.0.0.1:{free.getsockname()[1]}", targets=["http://127.0.0.1:9"])
        with pytest.raises(ProxyFailed):
            fetch("http://127.0.0.1:9", proxy)


def test_only_the_named_target_is_asked_for(target: Target, settings: Settings) -> None:
    url = f"http://127.0.0.1:{target.port}"
    with ProxyServer("http") as server:
        proxy = Proxy.parse(f"http://127.0.0.1:{server.port}", targets=["https://api.telegram.org"])
        for other in (url, "http://example.org", "http://169.254.169.254", "https://api.telegram.org:8443"):
            with pytest.raises(Refused):
                fetch(other, proxy)
        settings.CONG_HTTP_ALLOW = ()
        inside = Proxy("http", "127.0.0.1", server.port, frozenset({f"127.0.0.1:{target.port}", "10.0.0.8:443"}))
        for closed in (url, "https://10.0.0.8"):
            with pytest.raises(Refused):
                fetch(closed, inside)
        assert server.asked == [], "the proxy never heard of them"


def test_the_proxys_own_address() -> None:
    proxy = Proxy.parse("http://proxy.example:3128", targets=["https://api.telegram.org"])
    assert proxy.vet(["10.0.0.3"]) == ["10.0.0.3"], "a department's proxy stands inside"
    assert proxy.vet(["149.154.167.220"])
    for reserved in ("169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1"):  # noqa: S104 - not bound, refused
        with pytest.raises(Refused):
            proxy.vet(["10.0.0.3", reserved])


BROKEN = [
    "proxy:3128", "ftp://proxy:21", "http://", "http://proxy:port", "http://proxy/path", "https://proxy:443", "http://p?x=1",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_proxy(text: str, settings: Settings) -> None:
    with pytest.raises(Invalid):
        Proxy.parse(text, targets=["https://api.telegram.org"])
    settings.CONG_TELEGRAM_PROXY = text
    assert [message.id for message in readable_proxy(None)] == ["core.E102"]


def test_ports_that_are_left_out() -> None:
    assert Proxy.parse("http://proxy.tinh.example", targets=[]).port == 3128
    assert Proxy.parse("socks5://proxy.tinh.example", targets=[]).port == 1080
