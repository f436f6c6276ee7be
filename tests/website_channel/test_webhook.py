"""Signed webhooks through the whole engine, against the reference receiver: what it must refuse, and what may be repeated."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campaigns.payloads import canonical_bytes
from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing, channel_for
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import AuthFailed
from channels.delivery.models import Delivery, Endpoint, Receipt
from channels.delivery.services import take_down_delivery
from channels.website.webhook import signing
from channels.website.webhook.forms import WebhookConfigForm
from cms.core import clock
from cms.core.models import Role
from cms.ops.simulators.webhook import KEY, Fault, WebhookSimulator
from tests.factories.campaigns import HotlineFactory, UserFactory, make_article
from tests.factories.delivery import EndpointFactory, approve, approved_script, plan

pytestmark = pytest.mark.django_db
NEW_KEY = "khoa-moi-9876543210-zyxwvutsrqponmlk"


@pytest.fixture
def receiver() -> Iterator[WebhookSimulator]:
    with WebhookSimulator(clock=lambda: clock.now().timestamp()) as running:
        yield running


@pytest.fixture
def endpoint(receiver: WebhookSimulator) -> Endpoint:
    return EndpointFactory(webhook=True, config={"url": receiver.url})


def only() -> Delivery:
    return Delivery.objects.get()


def ask(receiver: WebhookSimulator, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """Send these bytes; returns (status, code)."""
    request = urllib.request.Request(receiver.url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer).get("code", "")
    except urllib.error.HTTPError as error:
        return error.code, json.load(error).get("code", "")


def test_the_request_says_everything_and_is_signed(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    item = approved_script(title="Giữ nhà", hotline=HotlineFactory())
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    headers, body = receiver.requests[0]
    request = json.loads(body)
    assert body == canonical_bytes(request), "the body is canonical: the same request has the same bytes"
    assert (request["schema"], request["event"]) == ("cong.webhook/1", "publish")
    assert request["version"] == only().attempts.get().pk == int(headers["X-Cong-Version"])
    assert request["delivery"] == only().idem_key == headers["X-Cong-Delivery"]
    assert request["object"]["language"] == "vi"
    assert request["content"]["issuer"] == item.campaign.issuer.name
    assert request["content"]["hotlines"][0]["number"] == "0269 3 869 999"
    assert request["content"]["approved_sha256"] == item.approvals.get().payload_sha256
    moment = int(headers["X-Cong-Timestamp"])
    assert headers["X-Cong-Signature"] == f"v1={signing.signature(KEY, moment, body)}"
    assert KEY not in str(headers) and KEY.encode() not in body
    receipt = Receipt.objects.get()
    assert (only().state, receipt.remote_id) == (S.SENT, request["object"]["id"])


def test_replays_and_forgeries_are_refused(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    plan(endpoint=endpoint)
    engine.run_due()
    headers, body = receiver.requests[0]
    assert ask(receiver, headers, body) == (409, "repeated")
    assert ask(receiver, headers, body.replace(b"publish", b"correct")) == (401, "bad_signature")
    other = {**headers, "X-Cong-Timestamp": str(int(headers["X-Cong-Timestamp"]) + 1)}
    assert ask(receiver, other, body) == (401, "bad_signature")
    assert ask(receiver, {k: v for k, v in headers.items() if "Signature" not in k}, body) == (401, "bad_signature")
    assert ask(receiver, {**headers, "X-Cong-Timestamp": "x"}, body) == (401, "no_timestamp")
    with clock.shifted(timedelta(minutes=6)):
        assert ask(receiver, headers, body) == (401, "old_timestamp")
    assert receiver.receiver.accepted == 1


@pytest.mark.parametrize("fault", ["drop_before_accept", "drop_reply", "500", "500_after", "502", "garbage"])
def test_not_knowing_is_repeated_and_applied_once(receiver: WebhookSimulator, endpoint: Endpoint, fault: str) -> None:
    receiver.order(Fault(fault))
    plan(endpoint=endpoint)
    engine.run_due()
    with clock.shifted(timedelta(minutes=2)):
        engine.run_due()
    assert only().state == S.SENT
    assert len(receiver.receiver.objects) == 1
    assert Receipt.objects.filter(kind="sent").count() == 1


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("401", S.HELD, "token_refused"),
        ("404", S.FAILED, "webhook_gone"),
        ("410", S.FAILED, "webhook_gone"),
        ("413", S.FAILED, "too_long"),
        ("429", S.SCHEDULED, "retry_after"),
        ("503", S.SCHEDULED, "retry_after"),
        ("500", S.RETRY_WAIT, "server_error"),
        ("redirect", S.FAILED, "webhook_redirected"),
    ],
)
def test_faults_end_where_they_belong(
    receiver: WebhookSimulator, endpoint: Endpoint, fault: str, state: str, reason: str
) -> None:
    receiver.order(Fault(fault))
    plan(endpoint=endpoint)
    engine.run_due()
    assert (only().state, only().last_error) == (state, reason)
    assert only().reason != reason, "every code has words"
    if state == S.SCHEDULED:
        assert only().not_before > clock.now() + timedelta(seconds=20)
        assert only().failures == 0


def test_correct_and_take_down(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    plan(endpoint=endpoint)
    engine.run_due()
    (name,) = receiver.receiver.objects
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    receiver.order(Fault("drop_reply"))
    with clock.shifted(timedelta(seconds=2)):
        engine.run_due()
    with clock.shifted(timedelta(minutes=2)):
        engine.run_due()
    down.refresh_from_db()
    assert down.state == S.SENT
    assert receiver.receiver.objects[name]["content"] is None
    assert "content" not in json.loads(receiver.requests[-1][1])


def test_an_older_version_never_overwrites_a_newer_one(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    channel = channel_for("webhook")
    item = make_article()
    payload = channel.render_variant(approve(item), endpoint)

    def told(version: int, action: str = "send") -> Any:
        return channel.send(
            Outgoing(
                delivery_id=1, idem_key=f"k{version}", action=action, endpoint=endpoint, secret=KEY, payload=payload,
                payload_sha256="", approval=None, version=version,
            )
        )  # fmt: skip

    told(5)
    told(7, "take_down")
    with pytest.raises(Exception, match="newer_there"):
        told(6, "correct")
    (stands,) = receiver.receiver.objects.values()
    assert (stands["version"], stands["content"]) == (7, None), "what was taken away does not come back late"
    # Later than any intent that this database will write.
    assert told(10**12).remote_id == payload["object"]
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert (only().state, only().last_error) == (S.FAILED, "newer_there")


def test_changing_the_key_without_a_gap(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    credential = endpoint.credential
    credential.secret = f"{NEW_KEY} {KEY}"
    credential.save()
    channel = channel_for("webhook")
    assert "200" in channel.test_connection(endpoint, credential.secret), "the receiver still knows the old key alone"
    receiver.receiver.keys = [NEW_KEY]
    assert channel.test_connection(endpoint, credential.secret)
    headers, _body = receiver.requests[-1]
    assert headers["X-Cong-Signature"].count("v1=") == 2
    with pytest.raises(AuthFailed, match="token_refused"):
        channel.test_connection(endpoint, KEY)
    with pytest.raises(AuthFailed, match="webhook_key_short"):
        channel.test_connection(endpoint, "ngan")
    assert receiver.receiver.objects == {}, "a ping keeps nothing"


def test_clocks_that_differ_are_told_apart_from_a_bad_key(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    receiver.receiver.clock = lambda: clock.now().timestamp() + 3600
    plan(endpoint=endpoint)
    engine.run_due()
    assert (only().state, only().last_error) == (S.RETRY_WAIT, "webhook_clock")


def test_a_worker_that_died_needs_nobody(receiver: WebhookSimulator, endpoint: Endpoint) -> None:
    from channels.delivery import intent
    from channels.delivery.services import ensure_variant

    plan(endpoint=endpoint)
    row = engine.claim(1, owner="dead", now=clock.now())[0]
    made = None
    while made is None:
        try:
            made = intent.declare(row, now=clock.now())
        except intent.NeedsVariant as need:
            row.variant = ensure_variant(need.approval, row.endpoint)
            Delivery.objects.filter(pk=row.pk).update(variant=row.variant)
    channel_for("webhook").send(made.outgoing)
    with clock.shifted(timedelta(hours=1)):
        reaper.reap()
        engine.run_due()
    assert only().state == S.SENT
    assert len(receiver.receiver.objects) == 1 and receiver.receiver.accepted == 2


def test_the_address_is_checked() -> None:
    assert WebhookConfigForm({"url": "doi-tac.example.org/nhan?ma=1"}).is_valid()
    for wrong in ("http://doi-tac.example.org/", "https://192.168.1.1/", "", "https://a:b@doi-tac.example.org/"):
        assert not WebhookConfigForm({"url": wrong}).is_valid(), wrong


def test_what_is_warned_about(endpoint: Endpoint) -> None:
    channel = channel_for("webhook")
    payload = channel.render_variant(approved_script().approvals.get(), endpoint)
    assert channel.warnings(payload)
    assert channel.counters(payload)[0].unit == "bytes"
    other = channel.with_text(payload, "Lời khác & <thử>")
    assert "Lời khác & <thử>" in channel.plain_text(other)
    assert "&lt;thử&gt;" in channel.preview_html(other)
