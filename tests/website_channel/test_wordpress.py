"""A WordPress destination through the whole engine, against the simulator with its faults."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from channels.delivery import engine, reaper
from channels.delivery.contract import channel_for
from channels.delivery.enums import CredentialState, Hold, ReadBack
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import SendError
from channels.delivery.models import Attempt, Delivery, Endpoint, Receipt
from channels.delivery.selectors import is_planned_on_web
from channels.delivery.services import ensure_variant, take_down_delivery
from channels.delivery.services.readback import look_due
from channels.website.wordpress.classification import classify
from channels.website.wordpress.forms import WordPressConfigForm, WordPressKeyForm
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.http import Reply
from cms.core.models import Role
from cms.ops.simulators.wordpress import WordPressSimulator
from cms.ops.simulators.wordpress_world import Fault
from tests.factories.campaigns import HotlineFactory, UserFactory, make_article
from tests.factories.delivery import EndpointFactory, approve, approved_script, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[WordPressSimulator]:
    with WordPressSimulator() as running:
        yield running


@pytest.fixture
def endpoint(site: WordPressSimulator) -> Endpoint:
    return EndpointFactory(wordpress=True, config={"site": site.url, "take_down": "draft"})


def only() -> Delivery:
    return Delivery.objects.get()


def later(**delta: float) -> Any:
    return clock.shifted(timedelta(**delta))


def test_from_plan_to_receipt(site: WordPressSimulator, endpoint: Endpoint) -> None:
    item = approved_script(title="Giữ nhà", hotline=HotlineFactory())
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    (post,) = site.world.posts()
    receipt = Receipt.objects.get()
    assert (only().state, receipt.remote_id) == (S.SENT, str(post.id))
    assert receipt.remote_url == f"{site.url}/{post.slug}/"
    assert item.campaign.issuer.name in post.fields["content"]
    assert "0269 3 869 999" in post.fields["content"]


@pytest.mark.parametrize(
    ("fault", "operation", "state", "reason"),
    [
        ("400", "create_post", S.FAILED, "refused"),
        ("401", None, S.HELD, "token_refused"),
        ("403", "create_post", S.HELD, "wp_no_right"),
        ("413", "create_post", S.FAILED, "wp_too_large"),
        ("429", None, S.SCHEDULED, "retry_after"),
        ("500", "find_post", S.RETRY_WAIT, "server_error"),
        ("500", "create_post", S.UNCONFIRMED, "server_error"),
        ("500_after", "create_post", S.UNCONFIRMED, "server_error"),
        ("502", "create_post", S.UNCONFIRMED, "server_error"),
        ("503", "create_post", S.SCHEDULED, "retry_after"),
        ("api_closed", None, S.FAILED, "wp_api_closed"),
        ("html", None, S.FAILED, "wp_api_closed"),
        ("blocked", "create_post", S.FAILED, "wp_blocked"),
        ("redirect", None, S.FAILED, "wp_redirected"),
        ("drop_before_accept", "find_post", S.RETRY_WAIT, "reply_lost"),
        ("drop_before_accept", "create_post", S.UNCONFIRMED, "reply_lost"),
        ("drop_reply", "create_post", S.UNCONFIRMED, "reply_lost"),
        ("garbage", "create_post", S.UNCONFIRMED, "reply_unreadable"),
    ],
)
def test_faults_end_where_they_belong(
    site: WordPressSimulator, endpoint: Endpoint, fault: str, operation: str | None, state: str, reason: str
) -> None:
    site.world.order(Fault(fault, operation=operation))
    plan(endpoint=endpoint)
    engine.run_due()
    engine.run_due()
    delivery = only()
    assert (delivery.state, delivery.last_error) == (state, reason)
    assert delivery.reason != reason, "every code has words"
    assert site.world.calls["create_post"] <= 1
    endpoint.credential.refresh_from_db()
    refused = endpoint.credential.state == CredentialState.REAUTH_NEEDED
    assert refused == (delivery.hold == Hold.CREDENTIAL) == (state == S.HELD)


def test_a_key_that_is_repeated_to_us_is_not_kept() -> None:
    said = {
        "code": "waf_blocked",
        "message": "Bad header: Authorization: Basic dGFjZ2lhOmFiY2QgZWZnaCBpamts from 10.1.2.3",
    }
    reply = Reply(403, httpx.Headers(), json.dumps(said).encode(), "https://vanhoa.example/wp-json/wp/v2/posts")
    error = classify(reply, repeatable=False, writes=True)
    assert isinstance(error, SendError) and error.evidence["code"] == "waf_blocked"
    assert "dGFjZ2lh" not in str(error.evidence)


@pytest.mark.parametrize("fault", ["hang", "slow_body"])
def test_a_slow_answer_is_not_an_answer(
    site: WordPressSimulator, endpoint: Endpoint, fault: str, settings: Any
) -> None:
    settings.CONG_LEASE_SECONDS = 2.0
    site.world.order(Fault(fault, operation="create_post", seconds=2.5))
    plan(endpoint=endpoint)
    engine.run_due()
    assert only().state == S.UNCONFIRMED
    assert len(site.world.posts()) == 1


def test_a_refused_connection_is_tried_again(endpoint: Endpoint) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint.config["site"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
        endpoint.save()
        plan(endpoint=endpoint)
        engine.run_due()
    assert (only().state, only().last_error) == (S.RETRY_WAIT, "not_reached")


@pytest.mark.parametrize("fault", ["drop_reply", "500_after", "garbage"])
def test_what_was_made_unseen_is_found_and_not_doubled(
    site: WordPressSimulator, endpoint: Endpoint, fault: str
) -> None:
    site.world.order(Fault(fault, operation="create_post"))
    plan(endpoint=endpoint)
    engine.run_due()
    assert only().state == S.UNCONFIRMED
    with later(seconds=15):
        assert look_due() == 1
    (post,) = site.world.posts()
    assert (only().state, Receipt.objects.get().remote_id) == (S.SENT, str(post.id))
    assert Attempt.objects.get().read_back == ReadBack.THERE


def test_what_was_not_made_is_said_to_be_absent_once_it_is_certain(
    site: WordPressSimulator, endpoint: Endpoint
) -> None:
    site.world.order(Fault("drop_before_accept", operation="create_post"))
    plan(endpoint=endpoint)
    engine.run_due()
    with later(seconds=15):
        look_due()
    assert Attempt.objects.get().read_back == ReadBack.UNKNOWN, "the request may still be at work there"
    with later(minutes=6):
        look_due()
    assert (only().state, Attempt.objects.get().read_back) == (S.UNCONFIRMED, ReadBack.ABSENT)


def test_older_words_are_not_taken_for_the_new_ones(site: WordPressSimulator, endpoint: Endpoint) -> None:
    item = make_article()
    first = _send_now(item, endpoint)
    page = item.articlepages.get()
    page.title = "Lời mới"
    page.save_revision()
    newer = ensure_variant(approve(item), endpoint)
    channel = channel_for("wordpress")
    look = channel.look(_outgoing(endpoint, newer.payload), since=clock.now() - timedelta(hours=1), noted={})
    assert (look.verdict, look.evidence["same_words"]) == (ReadBack.ABSENT, False)
    assert channel.look(_outgoing(endpoint, first.payload), since=clock.now(), noted={}).verdict == ReadBack.THERE


def test_a_later_slot_changes_the_same_post(site: WordPressSimulator, endpoint: Endpoint) -> None:
    item = approved_script()
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    plan(item=item, endpoint=endpoint)
    site.world.order(Fault("drop_reply", operation="update_post"))
    with later(seconds=5):
        engine.run_due()
    waiting = Delivery.objects.exclude(state=S.SENT).get()
    assert waiting.state == S.RETRY_WAIT, "changing a post may be repeated"
    with later(minutes=2):
        engine.run_due()
    waiting.refresh_from_db()
    assert waiting.state == S.SENT
    assert len(site.world.posts()) == 1 and site.world.calls["create_post"] == 1


@pytest.mark.parametrize(("mode", "status"), [("draft", "draft"), ("trash", "trash")])
def test_taking_down(site: WordPressSimulator, endpoint: Endpoint, mode: str, status: str) -> None:
    endpoint.config["take_down"] = mode
    endpoint.save()
    plan(endpoint=endpoint)
    engine.run_due()
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    site.world.order(Fault("500_after", operation="update_post" if mode == "draft" else "delete_post"))
    with later(seconds=5):
        engine.run_due()
    with later(minutes=2):
        engine.run_due()
    down.refresh_from_db()
    assert down.state == S.SENT
    assert [post.status for post in site.world.posts()] == [status]
    assert set(Receipt.objects.values_list("kind", flat=True)) == {"sent", "taken_down"}


def test_a_worker_that_died_in_the_middle(site: WordPressSimulator, endpoint: Endpoint) -> None:
    from channels.delivery import intent

    item = approved_script()
    ensure_variant(item.approvals.get(), endpoint)
    plan(item=item, endpoint=endpoint)
    row = engine.claim(1, owner="dead", now=clock.now())[0]
    while (made := _declared(row, intent)) is None:
        pass
    channel_for("wordpress").send(made.outgoing)
    with later(hours=1):
        reaper.reap()
        assert only().state == S.UNCONFIRMED
    with later(hours=1, seconds=15):
        look_due()
    assert only().state == S.SENT
    assert len(site.world.posts()) == 1


def _declared(row: Delivery, intent: Any) -> Any:
    try:
        return intent.declare(row, now=clock.now())
    except intent.NeedsVariant as need:
        row.variant = ensure_variant(need.approval, row.endpoint)
        Delivery.objects.filter(pk=row.pk).update(variant=row.variant)
        return None


def _send_now(item: Any, endpoint: Endpoint) -> Any:
    approve(item)
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert only().state == S.SENT
    return only().variant


def _outgoing(endpoint: Endpoint, payload: dict[str, Any]) -> Any:
    from channels.delivery.contract import Outgoing

    return Outgoing(
        delivery_id=1, idem_key="k", action="send", endpoint=endpoint, secret=endpoint.credential.secret, payload=payload,
        payload_sha256="", approval=None, credential_config=endpoint.credential.config,
    )  # fmt: skip


def test_the_text_is_judged_before_it_is_planned(endpoint: Endpoint) -> None:
    channel = channel_for("wordpress")
    item = approved_script(body=[("turn", {"voice": "male", "text": "Giữ nhà. " * 30_000})])
    with pytest.raises(BadInput):
        channel.render_variant(item.approvals.get(), endpoint)
    payload = channel.render_variant(approved_script().approvals.get(), endpoint)
    assert channel.warnings(payload)
    assert channel.counters(payload)[0].used < channel.counters(payload)[0].limit
    assert "Đơn vị phát hành" in channel.preview_html(payload)
    assert channel.render_variant(approved_script().approvals.get(), endpoint)["code"] == "vi"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("tin.example.org/", "https://tin.example.org"),
        ("https://tin.example.org/vi/?p=1#x", "https://tin.example.org/vi"),
        ("http://127.0.0.1:8099", "http://127.0.0.1:8099"),
        ("http://tin.example.org", None),
        ("https://10.1.2.3", None),
        ("https://tin.example.org:8443", None),
        ("https://cong:matkhau@tin.example.org", None),
        ("ftp://tin.example.org", None),
    ],
)
def test_the_address_that_an_administrator_types(typed: str, kept: str | None) -> None:
    form = WordPressConfigForm({"site": typed})
    assert form.is_valid() == (kept is not None)
    if kept is not None:
        assert form.cleaned_data["site"] == kept
        assert WordPressConfigForm(form.cleaned_data).is_valid(), "what is stored is read again when it is changed"


def test_categories_are_addresses_of_the_site() -> None:
    form = WordPressConfigForm({
        "site": "https://a.example.org", "categories": "Thong-Bao, an-ninh", "language_categories": "jra = tieng-jrai\nvi=tin",
    })  # fmt: skip
    assert form.is_valid(), form.errors
    assert form.cleaned_data["categories"] == "thong-bao, an-ninh"
    again = WordPressConfigForm(form.cleaned_data)
    assert again.is_valid() and again.cleaned_data == form.cleaned_data
    assert not WordPressConfigForm({"site": "https://a.example.org", "categories": "Thông báo"}).is_valid()
    assert not WordPressConfigForm({"site": "https://a.example.org", "language_categories": "xx = a"}).is_valid()
    assert not WordPressKeyForm({"user": "a:b"}).is_valid()


def test_a_post_elsewhere_is_no_page_of_ours(endpoint: Endpoint) -> None:
    item = approved_script()
    plan(item=item, endpoint=endpoint)
    assert not is_planned_on_web(item, "vi", at=clock.now()), "other channels would link to a page that nobody shows"
    plan(item=item, endpoint=EndpointFactory(website=True))
    assert is_planned_on_web(item, "vi", at=clock.now())
    assert channel_for("wordpress").render_variant(item.approvals.get(), endpoint)["link"].startswith("http")
