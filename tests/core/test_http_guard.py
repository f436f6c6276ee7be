"""Nothing inside is ever reached: every way to write an inside address, rebinding, redirects, odd ports."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx
import pytest
from django.core.checks import run_checks
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from cms.core.http import (
    ConnectFailed,
    GuardedAsyncTransport,
    GuardedClient,
    HttpError,
    Invalid,
    Refused,
    cause_of,
    check_url,
    is_public_address,
    track_flight,
)
from cms.core.http.addresses import CLOSED_V4, CLOSED_V6
from cms.core.http.backend import GuardedBackend
from cms.core.http.checks import encrypted_services
from cms.core.http.urls import MAX_URL
from tests.core.http_server import CountingServer

INSIDE = """
0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.170
192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1
64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 3ffe::1 5f00::1 fc00::1 fd00:ec2::254
fe80::1 fec0::1 ff02::1 4000::1 2620:4f:8000::1 fe80::1%eth0
""".split()
OUTSIDE = ["8.8.8.8", "1.1.1.1", "113.160.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]


@pytest.fixture
def server() -> Iterator[CountingServer]:
    server = CountingServer().start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_allow_list(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CONG_HTTP_ALLOW = ()


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside_addresses_are_public(address: str) -> None:
    assert is_public_address(address)


@given(st.sampled_from((*CLOSED_V4, *CLOSED_V6)), st.integers(min_value=0))
def test_every_address_of_every_closed_range_is_closed(network, offset: int) -> None:  # type: ignore[no-untyped-def]
    assert not is_public_address(str(network[offset % network.num_addresses]))


@given(st.ip_addresses())
def test_whatever_python_calls_private_is_closed(address) -> None:  # type: ignore[no-untyped-def]
    if not ip_address(address).is_global:
        assert not is_public_address(str(address))


FORMS = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST:{port}/",
    "http://localhost.localdomain/",
    "http://ⓛocalhost/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://example.org@127.0.0.1/",
    "http://example.org:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http:\\\\127.0.0.1/",
    "http://127.0.0.1:{port}#@example.org/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0:{port}/",
    "http:///127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:{port}/_GET",
    "javascript:alert(1)",
    "data:text/plain,x",
    "http://127.0.0.1:{port}/\r\nHost: x",
    "http://exa mple.org/",
    " http://127.0.0.1/",
    "http://",
    "",
    "http://example.org:22/",
    "http://example.org:{port}/",
    "http://" + "a" * 300 + ".org/",
    "http://example.org/" + "a" * MAX_URL,
    "http://[::1",
    "http://example.org:99999/",
]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_an_inside_address_reaches_the_server(server: CountingServer, form: str) -> None:
    with GuardedClient(total_seconds=3) as client, pytest.raises(HttpError) as caught:
        client.get(form.replace("{port}", str(server.port)))
    assert isinstance(caught.value, Invalid | Refused | ConnectFailed)
    assert not caught.value.sent
    assert server.hits == [] and server.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_an_inside_address_on_an_open_port_is_refused_not_merely_unreachable(host: str) -> None:
    with GuardedClient() as client, pytest.raises(Refused) as caught:
        client.get(f"http://{host}/")
    assert caught.value.permanent and not caught.value.sent


class RecordingDialler(httpcore.SyncBackend):
    """Notes which address is dialled, and connects nowhere."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):  # type: ignore[no-untyped-def]
        self.dialled.append(host)
        raise httpcore.ConnectError("nobody there")


def test_a_name_that_answers_public_first_and_inside_later_is_looked_up_once() -> None:
    """DNS rebinding: the second answer would lead inside; there is no second question."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8", "2606:4700::1111"] if len(asked) == 1 else ["127.0.0.1"]

    dialler = RecordingDialler()
    pool = httpcore.ConnectionPool(network_backend=GuardedBackend(rebinding, inner=dialler))
    with pool, pytest.raises(httpcore.ConnectError):
        pool.request("GET", "http://rebind.example/")
    assert asked == ["rebind.example"]
    assert dialler.dialled == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["8.8.8.8", "::1"], ["fd00::1", "8.8.8.8"]]
)
def test_one_inside_answer_refuses_the_name(answers: list[str]) -> None:
    with GuardedClient(resolver=lambda host, port: answers) as client, pytest.raises(Refused):
        client.get("https://mixed.example/")


def test_a_redirect_inside_is_refused(server: CountingServer, settings) -> None:  # type: ignore[no-untyped-def]
    other = CountingServer().start()
    settings.CONG_HTTP_ALLOW = (f"127.0.0.1:{server.port}",)
    for where in (other.url("/secret"), "http://localhost/", "http://[::1]/", "file:///etc/passwd", "//127.0.0.1/x"):
        for status in (301, 302, 303, 307, 308):
            with GuardedClient() as client, pytest.raises((Refused, Invalid)):
                client.get(server.url(f"/redirect?{status}&{where}"))
    assert other.hits == [] and other.connections == 0
    other.shutdown()
    other.server_close()


def test_the_allow_list_opens_one_endpoint_and_no_other(server: CountingServer, settings) -> None:  # type: ignore[no-untyped-def]
    settings.CONG_HTTP_ALLOW = (f"127.0.0.1:{server.port}",)
    with GuardedClient() as client:
        assert client.get(server.url()).content == b"inside"
        with pytest.raises(Refused):
            client.get("http://127.0.0.1/")
        with pytest.raises(Invalid):
            client.get(f"http://localhost:{server.port}/")


def test_the_allow_list_never_opens_link_local(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CONG_HTTP_ALLOW = ("metadata.example:80",)
    with GuardedClient(resolver=lambda host, port: ["169.254.169.254"]) as client, pytest.raises(Refused):
        client.get("http://metadata.example/")


def test_proxies_of_the_environment_are_not_used(server: CountingServer, monkeypatch, settings) -> None:  # type: ignore[no-untyped-def]
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, server.url())
    with GuardedClient(resolver=lambda host, port: ["127.0.0.1"]) as client, pytest.raises(Refused):
        client.get("http://outside.example/")
    assert server.connections == 0


def test_the_transport_for_the_bot_library_refuses_too(server: CountingServer) -> None:
    import asyncio

    async def call(url: str) -> None:
        async with httpx.AsyncClient(transport=GuardedAsyncTransport(), trust_env=False) as client:
            await client.post(url, content=b"x")

    for url in (server.url(), "http://localhost/", "https://[::1]/", "http://2130706433/"):
        with pytest.raises(Refused):
            asyncio.run(call(url))
    assert server.connections == 0


def test_the_bot_library_speaks_through_the_guard(server: CountingServer, settings) -> None:  # type: ignore[no-untyped-def]
    import asyncio

    from telegram import Bot
    from telegram.error import NetworkError
    from telegram.request import HTTPXRequest

    async def call(base: str) -> None:
        request = HTTPXRequest(httpx_kwargs={"transport": GuardedAsyncTransport()})
        async with Bot("123456789:" + "A" * 35, base_url=base + "/bot", request=request) as bot:
            await bot.get_me()

    with pytest.raises(NetworkError) as caught:
        asyncio.run(call(f"http://127.0.0.1:{server.port}"))
    assert isinstance(cause_of(caught.value), Refused) and server.connections == 0
    assert "AAAA" not in str(cause_of(caught.value))


def test_the_bot_library_reaches_what_is_listed(server: CountingServer, settings) -> None:  # type: ignore[no-untyped-def]
    import asyncio

    from telegram import Bot
    from telegram.request import HTTPXRequest

    settings.CONG_HTTP_ALLOW = (f"127.0.0.1:{server.port}",)

    async def call() -> tuple[str, bool]:
        request = HTTPXRequest(httpx_kwargs={"transport": GuardedAsyncTransport(), "trust_env": False})
        with track_flight() as flight:
            async with Bot("123456789:" + "A" * 35, base_url=server.url("/bot"), request=request) as bot:
                return (await bot.get_me()).username or "", flight.left

    assert asyncio.run(call()) == ("cong_bot", True)


def test_check_url_gives_what_will_be_called() -> None:
    assert check_url("https://baogialai.com.vn/rss/an-ninh.rss?x=1").host == "baogialai.com.vn"
    assert check_url("https://báo.vn/").raw_host == b"xn--bo-mia.vn"


def test_messages_are_for_people_and_never_show_secrets() -> None:
    with GuardedClient() as client, pytest.raises(Invalid) as caught:
        client.get("http://user:hunter22222@example.org/?access_token=EAAB1234567890")
    assert "hunter22222" not in str(caught.value) + repr(caught.value)
    assert "EAAB1234567890" not in str(caught.value)
    assert caught.value.message


def test_deploy_check_refuses_the_allow_list() -> None:
    with override_settings(CONG_HTTP_ALLOW=("127.0.0.1:8081",)):
        assert "core.E101" in {message.id for message in run_checks(tags=["security"], include_deployment_checks=True)}
    with override_settings(CONG_HTTP_ALLOW=()):
        found = {message.id for message in run_checks(tags=["security"], include_deployment_checks=True)}
        assert "core.E101" not in found


@pytest.mark.parametrize("name", ["CONG_ZALO_OAUTH_BASE", "CONG_FACEBOOK_API_BASE"])
def test_deploy_check_refuses_services_without_tls(settings: Any, name: str) -> None:
    for each in ("CONG_TELEGRAM_API_BASE", "CONG_ZALO_API_BASE", "CONG_ZALO_OAUTH_BASE", "CONG_FACEBOOK_API_BASE"):
        setattr(settings, each, "https://api.example")
    assert encrypted_services(None) == []
    setattr(settings, name, "http://api.example")
    assert [message.id for message in encrypted_services(None)] == ["core.E103"]
