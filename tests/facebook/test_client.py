"""The client against the simulated Graph API: every fault gets its class, the key stands in no address."""

import hashlib
import hmac
import socket
from datetime import datetime, timedelta
from typing import Any

import pytest

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.facebook.client import Graph, number
from cms.core import clock
from cms.ops.simulators.facebook import FacebookSimulator
from cms.ops.simulators.facebook_world import Allowance, Fault, Token
from tests.facebook.conftest import PAGE, SECRET, TOKEN

FEED = f"{PAGE}/feed"
WORDS = {"message": "Khóa cửa khi đi rẫy"}


def refused(fault: Fault, simulator: FacebookSimulator, *, method: str = "POST") -> SendError:
    simulator.world.order(fault)
    graph = Graph(TOKEN)
    with pytest.raises(SendError) as caught:
        if method == "GET":
            graph.get(f"{PAGE}/published_posts")
        else:
            graph.post(FEED, WORDS)
    return caught.value


def test_a_post_is_accepted_and_the_key_stands_in_no_address(facebook: FacebookSimulator) -> None:
    graph = Graph(TOKEN, SECRET)
    answer = graph.post(FEED, {**WORDS, "link": "https://tinh.example/bai/"})
    assert answer["id"].startswith(f"{PAGE}_")
    assert graph.get("me", fields="id,name") == {"id": PAGE, "name": "Công an tỉnh"}
    assert facebook.world.secrets_in_addresses == 0
    post = facebook.world.snapshot()[0]
    assert (post.message, post.link) == (WORDS["message"], "https://tinh.example/bai/")


def test_the_proof_is_made_with_the_secret_of_the_application(facebook: FacebookSimulator) -> None:
    facebook.world.app_secret = SECRET
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert Graph(TOKEN, SECRET)._proof() == {"appsecret_proof": proof}
    assert Graph(TOKEN, SECRET).post(FEED, WORDS)["id"]
    assert Graph(TOKEN, SECRET).get("me")["id"]
    for wrong in ("", "another"):
        with pytest.raises(AuthFailed, match="fb_app_secret_wrong"):
            Graph(TOKEN, wrong).post(FEED, WORDS)


@pytest.mark.parametrize(
    ("code", "subcode", "status", "expected", "reason"),
    [
        (190, 463, 401, AuthFailed, "fb_token_expired"),
        (190, 460, 401, AuthFailed, "fb_password_changed"),
        (190, 458, 400, AuthFailed, "fb_app_removed"),
        (190, 459, 400, AuthFailed, "fb_checkpoint"),
        (190, 467, 401, AuthFailed, "token_refused"),
        (190, 492, 400, AuthFailed, "fb_not_admin"),
        (190, 0, 400, AuthFailed, "token_refused"),
        (102, 0, 400, AuthFailed, "token_refused"),
        (10, 0, 403, AuthFailed, "fb_no_permission"),
        (200, 0, 403, AuthFailed, "fb_no_permission"),
        (299, 0, 400, AuthFailed, "fb_no_permission"),
        (3, 0, 400, AuthFailed, "fb_no_permission"),
        (101, 0, 400, AuthFailed, "fb_app_gone"),
        (368, 0, 400, AuthFailed, "fb_blocked"),
        (4, 0, 400, RateLimited, "retry_after"),
        (17, 0, 403, RateLimited, "retry_after"),
        (32, 0, 403, RateLimited, "retry_after"),
        (613, 0, 400, RateLimited, "retry_after"),
        (341, 0, 400, RateLimited, "retry_after"),
        (80001, 0, 400, RateLimited, "retry_after"),
        (368, 1390008, 400, RateLimited, "fb_too_fast"),
        (1390008, 0, 400, RateLimited, "fb_too_fast"),
        (506, 0, 400, Ambiguous, "fb_probably_there"),
        (1, 0, 500, Ambiguous, "server_error"),
        (2, 0, 400, Ambiguous, "server_error"),
        (100, 0, 400, Permanent, "refused"),
        (100, 33, 400, Permanent, "fb_gone"),
        (1609005, 0, 400, Permanent, "fb_bad_link"),
        (99999, 0, 400, Permanent, "refused"),
    ],
)
def test_codes(
    facebook: FacebookSimulator, code: int, subcode: int, status: int, expected: type[SendError], reason: str
) -> None:
    error = refused(Fault("error", code=code, subcode=subcode, status=status), facebook)
    assert (type(error), error.reason) == (expected, reason)
    assert error.evidence["code"] == code
    assert facebook.world.accepted == 0
    if isinstance(error, RateLimited):
        assert error.scope == "credential" and error.until > clock.now()


def test_what_may_be_repeated_is_never_ambiguous(facebook: FacebookSimulator) -> None:
    for kind in ("5xx", "drop_before_accept", "drop_reply", "garbage", "refuse"):
        assert isinstance(refused(Fault(kind, status=503), facebook, method="GET"), Retryable), kind
    error = refused(Fault("error", code=2, status=500, transient=True), facebook, method="GET")
    assert isinstance(error, Retryable)


def test_already_posted_in_the_words_of_a_block(facebook: FacebookSimulator) -> None:
    words = "You've already posted this. Posting the same content repeatedly on Facebook isn't allowed."
    error = refused(Fault("error", code=368, message=words), facebook)
    assert isinstance(error, Ambiguous)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("drop_reply", 1), ("drop_before_accept", 0), ("garbage", 1), ("5xx", 0), ("5xx_after", 1), ("refuse", 0)],
)
def test_whatever_broke_after_the_words_left_is_ambiguous(
    facebook: FacebookSimulator, kind: str, accepted: int
) -> None:
    error = refused(Fault(kind, status=502), facebook)
    assert isinstance(error, Ambiguous), error
    assert facebook.world.accepted == accepted


@pytest.mark.parametrize("kind", ["hang", "slow_body"])
def test_an_answer_that_takes_too_long_is_ambiguous(facebook: FacebookSimulator, kind: str, settings: Any) -> None:
    settings.CONG_LEASE_SECONDS = 1.0
    error = refused(Fault(kind, seconds=3), facebook)
    assert isinstance(error, Ambiguous) and facebook.world.accepted == 1


def test_nobody_there_is_not_reached(settings: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.CONG_FACEBOOK_API_BASE = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(Retryable, match="not_reached"):
        Graph(TOKEN).post(FEED, WORDS)
    settings.CONG_FACEBOOK_API_BASE = "http://10.0.0.1"
    with pytest.raises(Permanent, match="address_refused"):
        Graph(TOKEN).post(FEED, WORDS)


def test_keys_are_checked(facebook: FacebookSimulator) -> None:
    world = facebook.world
    world.tokens = {
        TOKEN: Token("Công an tỉnh", page=PAGE),
        "EAAold": Token("Công an tỉnh", page=PAGE, expires_at=1.0),
        "EAAread": Token("Công an tỉnh", page=PAGE, may_post=False),
        "EAAman": Token("Nguyễn Văn A", pages=(PAGE, "77777")),
    }
    assert Graph(TOKEN).post(FEED, WORDS)
    for token, reason in (
        ("EAAnobody", "token_refused"),
        ("EAAold", "fb_token_expired"),
        ("EAAread", "fb_no_permission"),
    ):
        with pytest.raises(AuthFailed, match=reason):
            Graph(token).post(FEED, WORDS)
    rows = Graph("EAAman").get("me/accounts")["data"]
    assert [row["id"] for row in rows] == [PAGE, "77777"]
    with pytest.raises(AuthFailed):
        Graph(TOKEN).post("77777/feed", WORDS)


def test_the_allowance_is_read_from_the_headers(facebook: FacebookSimulator) -> None:
    graph = Graph(TOKEN)
    graph.get("me")
    assert graph.usage.as_evidence() == {} and graph.usage.until(clock.now()) is None
    facebook.world.allowance = Allowance(app=40, page=91, business=12)
    graph.get("me")
    assert graph.usage.percent == 91
    assert _wait(graph) == timedelta(minutes=15)
    facebook.world.allowance = Allowance(business=100, regain_minutes=42)
    graph.get("me")
    assert _wait(graph) == timedelta(minutes=42)
    error = refused(Fault("error", code=80001), facebook)
    assert isinstance(error, RateLimited)
    assert timedelta(minutes=41) < error.until - clock.now() <= timedelta(minutes=42)
    assert error.evidence["usage_wait_minutes"] == 42


def _wait(graph: Graph) -> timedelta:
    now = clock.now()
    until = graph.usage.until(now)
    assert isinstance(until, datetime)
    return until - now


def test_the_real_limit_of_calls(facebook: FacebookSimulator) -> None:
    facebook.world.allowance = Allowance(calls_per_hour=3)
    graph = Graph(TOKEN)
    for _call in range(3):
        graph.get("me")
    assert graph.usage.percent == 100
    with pytest.raises(RateLimited):
        graph.get("me")


@pytest.mark.parametrize("text", ["", "12/../34", "1_2_3", "abc", "1?fields=x", "12\n"])
def test_only_numbers_stand_in_addresses(text: str) -> None:
    with pytest.raises(Permanent):
        number(text)


def test_secrets_are_taken_out_of_what_facebook_says(facebook: FacebookSimulator) -> None:
    error = refused(Fault("error", code=100, message=f"Bad key {TOKEN} given"), facebook)
    assert "canary" not in str(error.evidence) and "***" in str(error.evidence["said"])
    assert "canary" not in repr(Graph(TOKEN, SECRET))
