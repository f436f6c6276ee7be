"""Every code of Zalo has its class, and every way to break off has its own."""

import logging
import socket
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.delivery.reasons import reason_label
from channels.zalo import codes
from channels.zalo.client import Zalo
from cms.core import clock
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import Fault

TOKEN = "at-canary-0123456789abcdefghijklmnop"
NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)

CODES = [
    (-32, RateLimited, "zalo_rate"),
    (-211, RateLimited, "zalo_quota_spent"),
    (-218, RateLimited, "zalo_follower_quota_spent"),
    (-234, RateLimited, "zalo_night"),
    (-216, AuthFailed, "token_refused"),
    (-220, AuthFailed, "zalo_token_expired"),
    (-212, AuthFailed, "zalo_app_not_permitted"),
    (-223, AuthFailed, "zalo_account_not_permitted"),
    (-221, AuthFailed, "zalo_account_unverified"),
    (-224, AuthFailed, "zalo_package_too_small"),
    (-321, AuthFailed, "zalo_out_of_money"),
    (-214, Retryable, "zalo_processing"),
    (-201, Permanent, "zalo_bad_parameter"),
    (-209, Permanent, "zalo_not_supported"),
    (-210, Permanent, "too_long"),
    (-213, Permanent, "zalo_not_follower"),
    (-240, Permanent, "zalo_interface_closed"),
    (-248, Permanent, "zalo_content_policy"),
]


@pytest.mark.parametrize(("code", "expected", "reason"), CODES)
def test_every_code_over_http(simulator: ZaloSimulator, code: int, expected: type, reason: str) -> None:
    for step, call in (
        ("broadcast", lambda: Zalo(TOKEN).broadcast(["a"])),
        ("remove", lambda: Zalo(TOKEN).remove("a")),
    ):
        simulator.world.order(Fault("code", step=step, code=code))
        with pytest.raises(SendError) as caught:
            call()
        assert (type(caught.value), caught.value.reason) == (expected, reason)
        assert caught.value.evidence["code"] == code
    assert reason_label(reason) != reason, "people read words, not codes"


def test_waits_end_when_zalo_says() -> None:
    def until(code: int, now: datetime) -> datetime:
        error = codes.classify(code, "", now=now, repeatable=False, evidence={})
        assert isinstance(error, RateLimited)
        return error.until.astimezone(UTC)

    assert until(-32, NOON) == NOON + timedelta(seconds=60)
    assert until(-211, NOON) == datetime(2026, 11, 18, 17, 0, tzinfo=UTC), "midnight in Vietnam"
    assert until(-211, datetime(2026, 11, 18, 16, 59, 59, tzinfo=UTC)) == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
    assert until(-211, datetime(2026, 11, 18, 17, 0, tzinfo=UTC)) == datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
    assert until(-234, datetime(2026, 11, 18, 15, 30, tzinfo=UTC)) == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    assert until(-234, datetime(2026, 11, 18, 20, 0, tzinfo=UTC)) == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(("code", "message"), [(-201, "photo_url abc is invalid"), (-200, "Upload media failed")])
def test_a_refused_cover_is_told_apart(code: int, message: str) -> None:
    error = codes.classify(code, message, now=NOON, repeatable=True, evidence={})
    assert (type(error), error.reason) == (Permanent, "zalo_cover_refused")


@pytest.mark.parametrize("code", [-1, -200, -999])
def test_an_unclear_code_after_a_broadcast_is_for_a_person(simulator: ZaloSimulator, code: int) -> None:
    simulator.world.order(Fault("code", step="broadcast", code=code))
    with pytest.raises(Ambiguous):
        Zalo(TOKEN).broadcast(["a"])


BROKEN = [
    ("drop_before_accept", "reply_lost"),
    ("drop_reply", "reply_lost"),
    ("hang", "reply_lost"),
    ("slow_body", "reply_lost"),
    ("cut", "reply_lost"),
    ("garbage", "reply_unreadable"),
    ("500", "server_error"),
    ("502", "server_error"),
    ("500_after", "server_error"),
]


@pytest.mark.parametrize(("kind", "reason"), BROKEN)
def test_a_lost_answer_is_harmless_only_where_repeating_is(
    simulator: ZaloSimulator, settings: Settings, kind: str, reason: str
) -> None:
    settings.CONG_LEASE_SECONDS = 1.0
    article = Zalo(TOKEN).create(draft())
    number = Zalo(TOKEN).verify(article)
    simulator.world.articles[number].content["status"] = "show"
    with clock.frozen(NOON):
        simulator.world.order(Fault(kind, step="broadcast", seconds=1.5))
        with pytest.raises(Ambiguous) as lost:
            Zalo(TOKEN).broadcast([number])
    simulator.world.order(Fault(kind, step="account", seconds=1.5))
    with pytest.raises(Retryable) as harmless:
        Zalo(TOKEN).account()
    assert harmless.value.reason in {reason, "reply_unreadable"}
    assert lost.value.reason in {reason, "reply_unreadable"}
    assert simulator.world.calls["broadcast"] == 1


def test_a_refused_connection_is_no_ambiguity(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CONG_ZALO_API_BASE = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Retryable, match="not_reached"):
            Zalo(TOKEN).broadcast(["a"])


def test_an_inside_address_is_refused_for_good(settings: Settings) -> None:
    settings.CONG_HTTP_ALLOW = ()
    settings.CONG_ZALO_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(Permanent, match="address_refused"):
        Zalo(TOKEN).broadcast(["a"])


@pytest.mark.parametrize(("kind", "expected"), [("401", AuthFailed), ("429", RateLimited)])
def test_statuses_without_a_code(simulator: ZaloSimulator, kind: str, expected: type) -> None:
    simulator.world.order(Fault(kind, step="broadcast"))
    with pytest.raises(expected):
        Zalo(TOKEN).broadcast(["a"])


def test_success_that_names_nothing_is_not_success(simulator: ZaloSimulator) -> None:
    simulator.world.order(Fault("no_fields", step="create"))
    with pytest.raises(Retryable, match="reply_unreadable"):
        Zalo(TOKEN).create(draft())


def test_a_visible_article_is_never_created_in_one_step() -> None:
    with pytest.raises(ValueError, match="hidden"):
        Zalo(TOKEN).create(draft(status="show"))


def test_the_token_is_in_no_address_and_no_log(simulator: ZaloSimulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    simulator.world.order(Fault("code", step="remove", code=-216, message=f"invalid access_token={TOKEN}"))
    zalo = Zalo(TOKEN)
    with pytest.raises(AuthFailed) as caught:
        zalo.remove("a")
    zalo.account()
    zalo.listing()
    assert not any(TOKEN in address for address in simulator.world.seen_addresses)
    ours = [f"{r.getMessage()} {r.__dict__}" for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert not any(TOKEN in line for line in ours)
    assert TOKEN not in repr(caught.value.evidence) + repr(zalo)


def draft(status: str = "hide") -> dict[str, object]:
    return {
        "type": "normal", "title": "Giữ nhà", "author": "Sở Văn hóa", "description": "Khóa cửa.", "status": status,
        "cover": {"cover_type": "photo", "photo_url": "https://vidu.vn/anh.png", "status": "show"}, "comment": "hide",
        "body": [{"type": "text", "content": "Khóa cửa."}],
    }  # fmt: skip
