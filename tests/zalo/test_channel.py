"""The Zalo channel through the whole engine, against the simulator: never lost, never twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from campaigns.services.items import page_of
from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing, channel_for
from channels.delivery.enums import Action, Hold, ReadBack
from channels.delivery.enums import DeliveryState as S
from channels.delivery.intent import outgoing_of
from channels.delivery.models import Attempt, Delivery, Endpoint, Receipt
from channels.delivery.services import ensure_variant, resolve_unconfirmed, take_down_delivery
from channels.zalo import progress
from cms.core import clock
from cms.core.models import Role
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import Fault
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import approve, approved_script, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def only() -> Delivery:
    return Delivery.objects.get(action=Action.SEND)


def again(minutes: float = 40) -> None:
    """Let the engine look again after a while."""
    with clock.shifted(timedelta(minutes=minutes)):
        engine.run_due()


def outgoing(delivery: Delivery, **more: object) -> Outgoing:
    delivery = Delivery.objects.select_related("endpoint__credential", "variant__approval__item").get(pk=delivery.pk)
    return outgoing_of(delivery, delivery.variant, channel_for("zalo"), **more)


def test_an_article_is_signed_and_carries_the_hotline(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    item = approved_script(title="Khóa cửa & giữ xe <an toàn>", hotline=HotlineFactory())
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert only().state == S.SENT
    (article,) = simulator.world.standing()
    assert article.shown
    assert article.content["title"] == "Khóa cửa & giữ xe <an toàn>"
    assert article.content["author"] == item.campaign.issuer.name
    words = [block["content"] for block in article.content["body"]]
    assert any("0269 3 869 999" in line for line in words)
    assert words[-1] == f"— {item.campaign.issuer.name}"
    assert article.content["cover"]["photo_url"] in simulator.world.uploads
    receipt = Receipt.objects.get()
    assert (receipt.remote_id, receipt.organisation) == (article.id, item.campaign.issuer.name)
    assert article.id in receipt.remote_url
    assert not simulator.world.broadcasts


def test_a_broadcast_goes_once_with_its_receipt(simulator: ZaloSimulator, sending: Endpoint) -> None:
    plan(endpoint=sending)
    engine.run_due()
    engine.run_due()
    assert only().state == S.SENT
    (broadcast,) = simulator.world.broadcasts
    steps = progress.steps_in(Receipt.objects.get().evidence)
    assert (steps.article, steps.broadcast) == (broadcast.articles[0], broadcast.id)


def test_hidden_articles_for_trying_out(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    endpoint.config["status"] = "hide"
    endpoint.save()
    plan(endpoint=endpoint)
    engine.run_due()
    assert only().state == S.SENT
    (article,) = simulator.world.standing()
    assert not article.shown


def test_a_setting_taken_back_holds_for_what_was_planned(simulator: ZaloSimulator, sending: Endpoint) -> None:
    item = approved_script()
    assert ensure_variant(item.approvals.get(), sending).payload["broadcast"]
    plan(item=item, endpoint=sending)
    sending.config["broadcast"] = False
    sending.save()
    engine.run_due()
    assert only().state == S.SENT
    assert not simulator.world.broadcasts


def test_preparing_takes_its_time(simulator: ZaloSimulator, sending: Endpoint) -> None:
    simulator.world.prepare_seconds = 120
    plan(endpoint=sending)
    engine.run_due()
    waiting = only()
    assert (waiting.state, waiting.last_error) == (S.RETRY_WAIT, "zalo_processing")
    assert not any(article.shown for article in simulator.world.standing()), "nothing is visible yet"
    again()
    assert only().state == S.SENT
    assert (simulator.world.calls["create"], len(simulator.world.broadcasts)) == (1, 1)


# What is repeated by itself must never stand there twice: after any single fault there is one visible article.
FAULTS = [
    ("upload", "drop_reply"), ("upload", "500"), ("create", "drop_reply"), ("create", "garbage"),
    ("create", "500_after"), ("create", "drop_before_accept"), ("verify", "drop_reply"), ("verify", "502"),
    ("update", "drop_reply"), ("update", "500_after"), ("update", "garbage"), ("listing", "500"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "kind"), FAULTS)
def test_a_fault_before_the_broadcast_ends_in_one_article_and_one_broadcast(
    simulator: ZaloSimulator, sending: Endpoint, step: str, kind: str
) -> None:
    simulator.world.order(Fault(kind, step=step))
    plan(endpoint=sending)
    engine.run_due()
    again()
    assert only().state == S.SENT
    shown = [article for article in simulator.world.standing() if article.shown]
    assert (len(shown), len(simulator.world.broadcasts)) == (1, 1)
    assert len(simulator.world.standing()) == 1, "the copy that a lost answer left was found and used"


@pytest.mark.parametrize("kind", ["drop_reply", "500_after", "garbage", "drop_before_accept", "500"])
def test_a_broadcast_whose_answer_is_lost_is_for_a_person(
    simulator: ZaloSimulator, sending: Endpoint, kind: str
) -> None:
    simulator.world.order(Fault(kind, step="broadcast"))
    plan(endpoint=sending)
    for _again in range(3):
        engine.run_due()
        again()
    assert only().state == S.UNCONFIRMED
    assert simulator.world.calls["broadcast"] == 1
    steps = progress.steps_in(Attempt.objects.get().evidence)
    assert steps.broadcast_began and steps.article and not steps.broadcast


def test_crash_after_the_broadcast_was_accepted(
    simulator: ZaloSimulator, sending: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies with the answer in hand: the notes say how far it came, and nobody sends again."""

    def die(self: progress.Journal, **values: str) -> None:
        if "broadcast" in values and values["broadcast"]:
            raise KeyboardInterrupt
        plain(self, **values)

    plain: Callable[..., None] = progress.Journal.add
    monkeypatch.setattr(progress.Journal, "add", die)
    plan(endpoint=sending)
    with pytest.raises(KeyboardInterrupt):
        engine.run_due()
    monkeypatch.setattr(progress.Journal, "add", plain)
    assert only().state == S.SENDING
    with clock.shifted(timedelta(seconds=settings.CONG_LEASE_SECONDS * 3)):
        reaper.reap()
    assert only().state == S.UNCONFIRMED
    again()
    assert (len(simulator.world.broadcasts), len(simulator.world.standing())) == (1, 1)
    attempt = Attempt.objects.get()
    look = channel_for("zalo").look(outgoing(only()), since=attempt.intent_at, noted=attempt.evidence)
    assert look.verdict == ReadBack.UNKNOWN, "Zalo cannot be asked about broadcasts"
    assert look.evidence["broadcast"] == "asked for, answer lost"


def test_sending_again_after_a_persons_word_uses_the_same_article(simulator: ZaloSimulator, sending: Endpoint) -> None:
    simulator.world.order(Fault("drop_before_accept", step="broadcast"))
    plan(endpoint=sending)
    engine.run_due()
    resolve_unconfirmed(only(), decision="send_again", user=UserFactory(role=Role.EDITOR))
    again(1)
    assert only().state == S.SENT
    assert (simulator.world.calls["create"], len(simulator.world.standing())) == (1, 1)
    assert len(simulator.world.broadcasts) == 1


def test_an_article_that_somebody_removed_meanwhile_is_made_anew(simulator: ZaloSimulator, sending: Endpoint) -> None:
    simulator.world.order(Fault("code", step="broadcast", code=-32))
    plan(endpoint=sending)
    engine.run_due()
    simulator.world.standing()[0].removed = True
    again()
    assert only().state == S.SENT
    (article,) = simulator.world.standing()
    assert simulator.world.broadcasts[0].articles == [article.id]


def test_newer_words_reach_an_article_that_waits(simulator: ZaloSimulator, sending: Endpoint) -> None:
    simulator.world.order(Fault("code", step="broadcast", code=-32))
    item = approved_script(title="Lời cũ")
    plan(item=item, endpoint=sending)
    engine.run_due()
    page = page_of(item, orthography="vi")
    assert page is not None
    page.title = "Lời mới"
    page.save_revision()
    approve(item)
    again()
    assert only().state == S.SENT
    assert [article.content["title"] for article in simulator.world.standing()] == ["Lời mới"]


def test_a_stopped_machine_does_not_broadcast_late(
    simulator: ZaloSimulator, sending: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from channels.zalo.client import Zalo

    plain = Zalo.update

    def slow(self: Zalo, body: dict[str, object]) -> str:
        Delivery.objects.update(state=S.UNCONFIRMED, lease_until=None)  # the reaper was here
        return plain(self, body)  # type: ignore[arg-type]

    monkeypatch.setattr(Zalo, "update", slow)
    plan(endpoint=sending)
    engine.run_due()
    assert not simulator.world.broadcasts


@pytest.mark.parametrize(("code", "state", "hold"), [(-248, S.FAILED, ""), (-224, S.HELD, Hold.CREDENTIAL)])
def test_refusals_end_where_they_belong(
    simulator: ZaloSimulator, endpoint: Endpoint, code: int, state: str, hold: str
) -> None:
    simulator.world.order(Fault("code", step="create", code=code, times=5))
    plan(endpoint=endpoint)
    engine.run_due()
    assert (only().state, only().hold) == (state, hold)


@pytest.mark.parametrize("code", [-248, -213, -211])
def test_half_out_is_for_a_person_and_can_be_taken_down(simulator: ZaloSimulator, sending: Endpoint, code: int) -> None:
    """The article is visible and its broadcast is refused, or could only go when it is of no use any more."""
    simulator.world.order(Fault("code", step="broadcast", code=code))
    plan(endpoint=sending, useful_minutes=60)
    engine.run_due()
    half = only()
    assert (half.state, half.last_error) == (S.UNCONFIRMED, "zalo_shown_not_broadcast")
    assert simulator.world.standing()[0].shown
    attempt = Attempt.objects.get()
    look = channel_for("zalo").look(outgoing(half), since=attempt.intent_at, noted=attempt.evidence)
    assert (look.verdict, look.evidence["broadcast"]) == (ReadBack.UNKNOWN, "not asked for")
    down = take_down_delivery(half, user=UserFactory(role=Role.EDITOR))
    again(1)
    down.refresh_from_db()
    assert down.state == S.SENT
    assert not simulator.world.standing()


def test_a_change_that_zalo_refuses_afterwards_is_for_a_person(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    simulator.world.order(Fault("code", step="verify", skip=1, code=-201))
    plan(endpoint=endpoint)
    engine.run_due()
    assert (only().state, only().last_error) == (S.UNCONFIRMED, "zalo_perhaps_shown")


def test_a_spent_quota_waits_for_midnight_and_articles_go_on(
    simulator: ZaloSimulator, endpoint: Endpoint, sending: Endpoint
) -> None:
    endpoint.credential = sending.credential
    endpoint.save()
    simulator.world.quota = 0
    plan(endpoint=sending, useful_minutes=24 * 60)
    engine.run_due()
    waiting = only()
    assert (waiting.state, waiting.last_error) == (S.SCHEDULED, "zalo_quota_spent")
    assert waiting.not_before == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
    plan(endpoint=endpoint)
    with clock.shifted(timedelta(seconds=5)):
        engine.run_due()
    assert Delivery.objects.get(endpoint=endpoint).state == S.SENT


def test_the_minute_limit_stops_the_whole_account(
    simulator: ZaloSimulator, endpoint: Endpoint, sending: Endpoint
) -> None:
    sending.credential = endpoint.credential
    sending.save()
    simulator.world.order(Fault("code", step="create", code=-32))
    plan(endpoint=endpoint)
    engine.run_due()
    plan(endpoint=sending)
    engine.run_due()
    assert simulator.world.calls["create"] == 1
    assert set(Delivery.objects.values_list("state", "failures")) == {(S.SCHEDULED, 0)}


def test_a_refused_cover_falls_back_to_the_given_address(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    simulator.world.takes_uploads = False
    plan(endpoint=endpoint)
    engine.run_due()
    assert (only().state, only().last_error) == (S.FAILED, "zalo_cover_refused")
    endpoint.config["cover_url"] = "https://vidu.vn/ảnh bìa.png"
    endpoint.save()
    Delivery.objects.update(state=S.SCHEDULED, finished_at=None)
    again()
    assert only().state == S.SENT
    assert simulator.world.standing()[0].content["cover"]["photo_url"] == "https://vidu.vn/%E1%BA%A3nh%20b%C3%ACa.png"


def test_taking_down_may_be_repeated(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    plan(endpoint=endpoint)
    engine.run_due()
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    simulator.world.order(Fault("drop_reply", step="remove"))
    again(1)
    down.refresh_from_db()
    assert down.state == S.RETRY_WAIT
    assert not simulator.world.standing()
    again()
    down.refresh_from_db()
    assert down.state == S.SENT, "gone already counts as taken down"
    assert set(Receipt.objects.values_list("kind", flat=True)) == {"sent", "taken_down"}


def test_what_was_never_confirmed_can_be_taken_down(simulator: ZaloSimulator, sending: Endpoint) -> None:
    """The send ended without a receipt, but its notes know the article's number."""
    simulator.world.order(Fault("drop_reply", step="broadcast"))
    plan(endpoint=sending)
    engine.run_due()
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    again(1)
    down.refresh_from_db()
    assert down.state == S.SENT
    assert not simulator.world.standing()


def test_correcting_replaces_and_tells_nobody_twice(simulator: ZaloSimulator, sending: Endpoint) -> None:
    plan(endpoint=sending)
    engine.run_due()
    channel, before = channel_for("zalo"), outgoing(only())
    (article,) = simulator.world.standing()
    corrected = channel.with_text(before.payload, "Số đúng là 0269 3 000 000.")
    work = Outgoing(**{**vars(before), "payload": corrected, "remote_id": article.id, "action": Action.CORRECT})
    for _twice in range(2):
        assert channel.correct(work).remote_id == article.id
    assert any("0269 3 000 000" in block["content"] for block in article.content["body"])
    assert article.shown
    assert len(simulator.world.broadcasts) == 1
    article.content["status"] = "hide"
    channel.correct(work)
    assert not article.shown, "what somebody hid in Zalo stays hidden"


def test_looking_back(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    channel = channel_for("zalo")
    plan(endpoint=endpoint)
    engine.run_due()
    attempt = Attempt.objects.get()
    there = channel.look(outgoing(only()), since=attempt.intent_at, noted=attempt.evidence)
    assert (there.verdict, there.sent and there.sent.remote_id) == (ReadBack.THERE, attempt.remote_id)
    by_title = channel.look(outgoing(only()), since=attempt.intent_at, noted={})
    assert by_title.verdict == ReadBack.THERE
    simulator.world.standing()[0].content["status"] = "hide"
    assert channel.look(outgoing(only()), since=attempt.intent_at, noted={}).verdict == ReadBack.ABSENT
    simulator.world.standing()[0].removed = True
    assert channel.look(outgoing(only()), since=attempt.intent_at, noted=attempt.evidence).verdict == ReadBack.ABSENT


def test_the_same_text_of_another_plan_is_not_taken_for_ours(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    item = approved_script()
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    first = only()
    plan(item=item, endpoint=endpoint)
    second = Delivery.objects.exclude(pk=first.pk).get()
    Delivery.objects.filter(pk=second.pk).update(variant=first.variant)
    look = channel_for("zalo").look(outgoing(second), since=clock.now(), noted={})
    assert look.verdict == ReadBack.ABSENT


def test_who_is_there(simulator: ZaloSimulator, endpoint: Endpoint) -> None:
    said = channel_for("zalo").test_connection(endpoint, "at-x")
    assert "Thông tin cơ sở" in said
    assert "10000" in said
