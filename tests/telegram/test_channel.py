"""The Telegram channel through the whole engine, against the simulator."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from channels.delivery import engine
from channels.delivery.contract import channel_for
from channels.delivery.enums import CredentialState, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Attempt, Delivery, Endpoint, Receipt
from channels.delivery.services import approve_edit, edit_variant, ensure_variant, take_down_delivery
from channels.telegram.channel import TelegramChannel
from channels.telegram.sound import Sound, load_sound
from cms.core import clock
from cms.core.errors import BadInput, NotAllowed, NotReady
from cms.core.models import Role
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Fault
from media.library.models.recordings import rendition_path
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import EndpointFactory, approve, approved_script, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def simulator(settings: Settings) -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as running:
        settings.CONG_TELEGRAM_API_BASE = running.url
        yield running


@pytest.fixture
def endpoint() -> Endpoint:
    return EndpointFactory(telegram=True)


def only() -> Delivery:
    return Delivery.objects.get()


def test_a_post_is_signed_and_carries_the_hotline(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    item = approved_script(title="Khóa cửa & giữ xe <an toàn>", hotline=HotlineFactory())
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert only().state == S.SENT
    text = simulator.world.snapshot()[0].text
    assert text.startswith("Khóa cửa & giữ xe <an toàn>\n\n")
    assert "0269 3 869 999" in text
    assert text.endswith(f"— {item.campaign.issuer.name}")
    receipt = Receipt.objects.get()
    assert receipt.remote_id == f"{endpoint.config['chat_id']}/1"
    assert receipt.organisation == item.campaign.issuer.name


def test_a_moved_group_is_remembered_and_served_at_once(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.order(Fault("migrate", migrate_to=-1009999))
    plan(endpoint=endpoint)
    engine.run_due()
    endpoint.refresh_from_db()
    assert endpoint.config["chat_id"] == -1009999
    assert only().state == S.SENT
    assert [m.chat_id for m in simulator.world.snapshot()] == [-1009999]
    assert Attempt.objects.count() == 1


def test_429_blocks_the_chat_and_others_go_on(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    other = EndpointFactory(telegram=True, credential=endpoint.credential)
    simulator.world.order(Fault("429", retry_after=34, chat=endpoint.config["chat_id"]))
    plan(endpoint=endpoint)
    plan(endpoint=other)
    engine.run_due()
    waiting = Delivery.objects.get(endpoint=endpoint)
    assert (waiting.state, waiting.failures) == (S.SCHEDULED, 0)
    assert Delivery.objects.get(endpoint=other).state == S.SENT
    engine.run_due()
    assert simulator.world.calls["sendMessage"] == 2, "not asked again before the time"
    with clock.shifted(timedelta(seconds=36)):
        engine.run_due()
    waiting.refresh_from_db()
    assert waiting.state == S.SENT


def test_a_refused_token_holds_everything_of_the_bot(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.tokens = frozenset()
    plan(endpoint=endpoint)
    plan(endpoint=EndpointFactory(telegram=True, credential=endpoint.credential))
    engine.run_due()
    assert set(Delivery.objects.values_list("hold", flat=True)) == {Hold.CREDENTIAL}
    endpoint.credential.refresh_from_db()
    assert endpoint.credential.state == CredentialState.REAUTH_NEEDED


@pytest.mark.parametrize(
    ("fault", "state"),
    [("403", S.FAILED), ("500", S.UNCONFIRMED), ("drop_reply", S.UNCONFIRMED), ("drop_before_accept", S.UNCONFIRMED)],
)
def test_faults_end_where_they_belong(simulator: TelegramSimulator, endpoint: Endpoint, fault: str, state: str) -> None:
    simulator.world.order(Fault(fault))
    plan(endpoint=endpoint)
    for _again in range(3):
        engine.run_due()
    assert only().state == state
    assert simulator.world.calls == {"sendMessage": 1}


def test_taking_down(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    plan(endpoint=endpoint)
    engine.run_due()
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    simulator.world.order(Fault("500", method="deleteMessage"))
    with clock.shifted(timedelta(seconds=2)):  # the chat's own budget is one a second
        engine.run_due()
    down.refresh_from_db()
    assert down.state == S.RETRY_WAIT, "deleting twice is deleting once, so it may be repeated"
    with clock.shifted(timedelta(minutes=1)):
        engine.run_due()
    assert simulator.world.snapshot()[0].deleted
    assert set(Receipt.objects.values_list("kind", flat=True)) == {"sent", "taken_down"}


def test_what_cannot_be_deleted_any_more_is_failed(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    plan(endpoint=endpoint)
    engine.run_due()
    simulator.world.snapshot()[0].date -= 49 * 3600
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    with clock.shifted(timedelta(seconds=2)):
        engine.run_due()
    down.refresh_from_db()
    assert (down.state, down.last_error) == (S.FAILED, "too_old_to_delete")


def test_edited_words_need_a_second_person(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    item = approved_script()
    editor, approver = UserFactory(role=Role.EDITOR), UserFactory(role=Role.APPROVER)
    variant = edit_variant(ensure_variant(item.approvals.get(), endpoint), text="Lời ngắn\x00 cho kênh", user=editor)
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert only().hold == Hold.VARIANT
    both = UserFactory(role=Role.APPROVER)
    variant.edited_by = both
    variant.save()
    with pytest.raises(NotAllowed):
        approve_edit(variant, user=both)
    approve_edit(variant, user=approver)
    from channels.delivery import reaper

    assert reaper.recheck_held() == 1
    engine.run_due()
    assert "Lời ngắn cho kênh" in simulator.world.snapshot()[0].text
    with pytest.raises(BadInput):
        edit_variant(variant, text="x" * 5000, user=editor)
    with pytest.raises(BadInput):
        edit_variant(variant, text=" \x00 ", user=editor)


def test_an_edit_for_an_older_approval_waits_for_its_editor(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    item = approved_script()
    variant = edit_variant(
        ensure_variant(item.approvals.get(), endpoint), text="Lời riêng", user=UserFactory(role=Role.EDITOR)
    )
    approve_edit(variant, user=UserFactory(role=Role.APPROVER))
    plan(item=item, endpoint=endpoint)
    Delivery.objects.update(variant=variant)
    approve(item)
    engine.run_due()
    assert only().hold == Hold.VARIANT
    assert simulator.world.accepted == 0


def test_long_text_is_cut_at_a_word_and_said_so(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    body = [("turn", {"voice": "female", "text": "Bà con chú ý giữ gìn tài sản. " * 300})]
    item = approved_script(body=body)
    channel = channel_for("telegram")
    payload = channel.render_variant(item.approvals.get(), endpoint)
    assert payload["shortened"]
    assert channel.warnings(payload)
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert only().state == S.SENT
    assert "…" in simulator.world.snapshot()[0].text


def test_sound_that_must_go_along_is_waited_for(endpoint: Endpoint) -> None:
    endpoint.config["audio"] = "required"
    with pytest.raises(NotReady):
        TelegramChannel().render_variant(approved_script().approvals.get(), endpoint)


def test_a_draft_voice_is_called_what_it_is(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Sound("0" * 64, 61.0, "ban-ghi-1-vi.mp3", "Giữ nhà", is_draft=True)
    monkeypatch.setattr("channels.telegram.channel.find_sound", lambda approval: sound)
    endpoint.config["audio"] = "if_ready"
    channel = TelegramChannel()
    payload = channel.render_variant(approved_script().approvals.get(), endpoint)
    assert "Giọng đọc máy (nháp)" in payload["html"]
    assert channel.with_text(payload, "Lời khác.")["html"].count("Giọng đọc máy (nháp)") == 1


def test_a_recording_is_sent_by_its_hash(
    simulator: TelegramSimulator, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"ID3" + b"sound" * 1000
    sound = Sound(hashlib.sha256(content).hexdigest(), 61.0, "ban-ghi-1-vi.mp3", "Giữ nhà")
    path = rendition_path(sound.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    monkeypatch.setattr("channels.telegram.channel.find_sound", lambda approval: sound)
    endpoint.config["audio"] = "if_ready"
    endpoint.save()
    plan(endpoint=endpoint)
    engine.run_due()
    posted = simulator.world.snapshot()[0]
    assert (posted.method, posted.sha256, posted.title) == ("sendAudio", sound.sha256, "Giữ nhà")
    path.write_bytes(b"something else")
    with pytest.raises(Exception, match="recording_changed"):
        load_sound(sound)
    path.unlink()
    with pytest.raises(Exception, match="recording_gone"):
        load_sound(sound)
