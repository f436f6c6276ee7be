"""The guarded client's manners: caps, deadlines, redirects, causes of failure."""

from __future__ import annotations

import logging
import socket
import time
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from cms.core.http import (
    BadReply,
    ConnectFailed,
    GuardedClient,
    Invalid,
    LostReply,
    ResponseTooLarge,
    TimedOut,
    TooManyRedirects,
    cause_of,
    track_flight,
)
from tests.core.http_server import CountingServer


@pytest.fixture
def server(settings) -> Iterator[CountingServer]:  # type: ignore[no-untyped-def]
    server = CountingServer().start()
    settings.CONG_HTTP_ALLOW = (f"127.0.0.1:{server.port}",)
    yield server
    server.shutdown()
    server.server_close()


def test_a_reply_has_everything(server: CountingServer) -> None:
    with GuardedClient(headers={"X-One": "1"}) as client:
        reply = client.get(server.url("/a?404"), headers={"If-None-Match": '"x"'})
    assert (reply.status, reply.ok, reply.content, reply.text) == (404, False, b"inside", "inside")
    method, path, headers, _ = server.hits[0]
    assert (method, path) == ("GET", "/a?404")
    assert headers["If-None-Match"] == '"x"' and headers["X-One"] == "1"
    assert headers["User-Agent"].startswith("Cong/") and headers["Accept-Encoding"] == "gzip, deflate"


def test_it_decompresses(server: CountingServer) -> None:
    with GuardedClient() as client:
        assert client.get(server.url("/gzip")).text == "xin chào 2"


def test_a_gzip_bomb_is_cut_early_and_takes_no_memory(server: CountingServer) -> None:
    tracemalloc.start()
    with GuardedClient(max_bytes=1_000_000) as client, pytest.raises(ResponseTooLarge) as caught:
        client.get(server.url("/bomb"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.permanent and caught.value.status == 200 and not caught.value.ambiguous
    assert peak < 10_000_000


@pytest.mark.parametrize("path", ["/endless", "/drip"])
def test_a_body_without_end_is_cut(server: CountingServer, path: str) -> None:
    began = time.monotonic()
    with GuardedClient(max_bytes=500_000, total_seconds=0.6) as client, pytest.raises((ResponseTooLarge, TimedOut)):
        client.get(server.url(path))
    assert time.monotonic() - began < 3


def test_a_length_that_is_announced_too_large_is_not_read(server: CountingServer) -> None:
    with GuardedClient() as client, pytest.raises(ResponseTooLarge):
        client.get(server.url("/a"), max_bytes=3)


@pytest.mark.parametrize("path", ["/cut", "/brotli"])
def test_a_body_that_cannot_be_read(server: CountingServer, path: str) -> None:
    with GuardedClient() as client, pytest.raises(BadReply) as caught:
        client.get(server.url(path))
    assert caught.value.status == 200


def test_redirects_are_followed_three_times_and_no_more(server: CountingServer) -> None:
    with GuardedClient() as client:
        reply = client.get(server.url("/redirect?302&/redirect?301%26/end"))
        assert reply.content == b"inside" and reply.history[0][0] == 302
        with pytest.raises(TooManyRedirects):
            client.get(server.url("/loop"))
    assert len([hit for hit in server.hits if hit[1] == "/loop"]) == 4


def test_a_post_is_not_repeated_elsewhere_unless_asked(server: CountingServer) -> None:
    with GuardedClient() as client:
        assert client.post(server.url("/redirect?307&/end"), content=b"x").status == 307
        assert [hit[1] for hit in server.hits] == ["/redirect?307&/end"]
        client.post(server.url("/redirect?307&/end"), json={"a": 1}, follow=True)
        assert server.hits[-1][0] == "POST" and server.hits[-1][3] == b'{"a":1}'
        client.post(server.url("/redirect?303&/end"), content=b"x", follow=True)
        assert server.hits[-1][0] == "GET" and server.hits[-1][3] == b""


def test_secrets_do_not_travel_to_another_server(server: CountingServer, settings) -> None:  # type: ignore[no-untyped-def]
    other = CountingServer().start()
    settings.CONG_HTTP_ALLOW += (f"127.0.0.1:{other.port}",)
    secret = {"Authorization": "Bearer abc", "Cookie": "a=b", "X-Plain": "1"}
    with GuardedClient() as client:
        client.get(server.url(f"/redirect?302&{other.url('/x')}"), headers=secret)
        client.get(server.url("/redirect?302&/same"), headers=secret)
    assert "Authorization" not in other.hits[0][2] and "Cookie" not in other.hits[0][2]
    assert other.hits[0][2]["X-Plain"] == "1" and other.hits[0][2]["Host"] == f"127.0.0.1:{other.port}"
    assert server.hits[-1][2]["Authorization"] == "Bearer abc"
    other.shutdown()
    other.server_close()


def test_cookies_are_not_kept(server: CountingServer) -> None:
    with GuardedClient() as client:
        client.get(server.url("/cookie"))
        client.get(server.url("/next"))
    assert "Cookie" not in server.hits[-1][2]


def test_a_refused_connection_left_nothing(settings) -> None:  # type: ignore[no-untyped-def]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        settings.CONG_HTTP_ALLOW = (f"127.0.0.1:{port}",)
        with GuardedClient() as client, pytest.raises(ConnectFailed) as caught:
            client.post(f"http://127.0.0.1:{port}/", content=b"x")
    assert not caught.value.sent and not caught.value.permanent


def test_a_name_that_does_not_exist_left_nothing() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with GuardedClient(resolver=unknown) as client, pytest.raises(ConnectFailed) as caught:
        client.get("https://no-such-name.example/")
    assert not caught.value.sent


def test_a_resolver_that_hangs_is_left_behind() -> None:
    with GuardedClient(resolver=lambda host, port: time.sleep(3) or [], connect_seconds=0.2) as client:  # type: ignore[func-returns-value]
        began = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            client.get("https://slow.example/")
    assert not caught.value.sent and time.monotonic() - began < 1.5


def test_time_out_after_the_body_left_is_ambiguous(server: CountingServer) -> None:
    with GuardedClient(read_seconds=0.3) as client, pytest.raises(TimedOut) as caught:
        client.post(server.url("/silent"), content=b"x")
    assert caught.value.sent and caught.value.ambiguous


def test_a_broken_connection_after_the_body_left_is_ambiguous(server: CountingServer) -> None:
    with GuardedClient() as client, pytest.raises(LostReply) as caught:
        client.post(server.url("/drop"), content=b"x")
    assert caught.value.ambiguous


def test_tls_that_fails_left_nothing(server: CountingServer, settings) -> None:  # type: ignore[no-untyped-def]
    with GuardedClient() as client, pytest.raises(ConnectFailed) as caught:
        client.post(f"https://127.0.0.1:{server.port}/", content=b"x")
    assert not caught.value.sent


def test_headers_with_line_breaks_are_not_sent(server: CountingServer) -> None:
    with GuardedClient() as client, pytest.raises(Invalid):
        client.get(server.url(), headers={"X-A": "1\r\nX-B: 2"})
    assert server.hits == []


def test_the_cause_is_found_under_the_wrapper() -> None:
    refused = RuntimeError("wrapped")
    refused.__cause__ = httpx.ConnectError("no")
    assert isinstance(cause_of(refused), ConnectFailed)
    late = RuntimeError("wrapped")
    late.__cause__ = httpx.ReadTimeout("late")
    assert cause_of(late).ambiguous
    assert cause_of(RuntimeError("who knows")).ambiguous
    pool = httpx.PoolTimeout("busy")
    assert isinstance(cause_of(pool), TimedOut) and not cause_of(pool).sent


def test_flight_sees_the_first_byte(server: CountingServer) -> None:
    from cms.core.http import GuardedTransport

    with httpx.Client(transport=GuardedTransport(), trust_env=False) as client:
        with track_flight() as flight:
            client.get(server.url())
        assert flight.left
        with track_flight() as flight, pytest.raises(httpx.ConnectError):
            client.get("http://nothing.invalid./")
        assert not flight.left


def test_its_own_log_line_has_no_secret(server: CountingServer, caplog: pytest.LogCaptureFixture) -> None:
    token = "123456789:" + "B" * 35
    caplog.set_level(logging.DEBUG, logger="cms.core.http.client")
    with GuardedClient() as client:
        client.get(server.url(f"/bot{token}/getMe?access_token=EAAB99999999"))
    line = next(record for record in caplog.records if record.__dict__.get("event") == "http_request")
    assert line.__dict__["status_code"] == 200
    assert "BBBB" not in str(line.__dict__) and "EAAB" not in str(line.__dict__)
