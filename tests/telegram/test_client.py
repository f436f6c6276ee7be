"""Errors are told apart by their cause, over real HTTP against the simulator."""

import logging
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings as SettingsWrapper

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable
from channels.telegram import client
from channels.telegram.classification import ChatMoved
from cms.core import clock
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Chat, Fault

TOKEN = "123456:AAA_canary_token_0123456789abcdefghij"
CHAT = -1001234


@pytest.fixture
def simulator(settings: SettingsWrapper) -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as running:
        settings.CONG_TELEGRAM_API_BASE = running.url
        yield running


def send(text: str = "Xin chào") -> client.Sent:
    return client.send_text(token=TOKEN, chat_id=CHAT, html=text)


def test_a_text_lands(simulator: TelegramSimulator) -> None:
    landed = send("<b>Bà con</b> chú ý")
    assert (landed.message_id, landed.chat_id) == (1, CHAT)
    assert simulator.world.snapshot()[0].text == "Bà con chú ý"


def test_a_recording_lands_with_its_caption(simulator: TelegramSimulator) -> None:
    file = client.File(b"ID3" + b"\0" * 5000, "ban-ghi.mp3", "Giữ nhà", "Sở Văn hóa")
    landed = client.send_file(kind="audio", token=TOKEN, chat_id=CHAT, caption="<b>Nghe</b>", file=file)
    stored = simulator.world.snapshot()[0]
    assert stored.message_id == landed.message_id
    assert (stored.method, stored.size, stored.title, stored.file_name) == ("sendAudio", 5003, "Giữ nhà", "ban-ghi.mp3")


CASES = [
    (Fault("403"), Permanent, "bot_removed", 0),
    (Fault("400", description="Bad Request: chat not found"), Permanent, "chat_not_found", 0),
    (Fault("401"), AuthFailed, "token_refused", 0),
    (Fault("413"), Permanent, "file_refused", 0),
    (Fault("500"), Ambiguous, "server_error", 0),
    (Fault("502"), Ambiguous, "server_error", 0),
    (Fault("drop_before_accept"), Ambiguous, "reply_lost", 0),
    (Fault("drop_reply"), Ambiguous, "reply_lost", 1),
    (Fault("garbage"), Ambiguous, "reply_unreadable", 1),
    (Fault("hang", seconds=2.0), Ambiguous, "reply_lost", 1),
]


@pytest.mark.parametrize(
    ("fault", "expected", "reason", "accepted"), CASES, ids=lambda value: getattr(value, "kind", "")
)
def test_faults(
    simulator: TelegramSimulator, settings: SettingsWrapper, fault: Fault, expected: type, reason: str, accepted: int
) -> None:
    settings.CONG_LEASE_SECONDS = 1.0
    simulator.world.order(Fault(**vars(fault)))
    with pytest.raises(expected) as caught:
        send()
    assert caught.value.reason == reason
    assert simulator.world.accepted == accepted
    assert TOKEN not in repr(caught.value.evidence)
    assert simulator.world.calls == {"sendMessage": 1}, "one call, no retry of the library's own"


@pytest.mark.parametrize("seconds", [34, 10_072])
def test_asked_to_wait(simulator: TelegramSimulator, seconds: int) -> None:
    simulator.world.order(Fault("429", retry_after=seconds))
    with pytest.raises(RateLimited) as caught:
        send()
    assert abs(caught.value.until - clock.now() - timedelta(seconds=seconds)) < timedelta(seconds=5)


def test_a_refused_connection_is_no_ambiguity(settings: SettingsWrapper) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CONG_TELEGRAM_API_BASE = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Retryable) as caught:
            send()
    assert caught.value.reason == "not_reached"


def test_an_inside_address_is_refused_for_good(settings: SettingsWrapper) -> None:
    settings.CONG_HTTP_ALLOW = ()
    settings.CONG_TELEGRAM_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(Permanent) as caught:
        send()
    assert caught.value.reason == "address_refused"


def test_a_group_that_moved(simulator: TelegramSimulator) -> None:
    simulator.world.order(Fault("migrate", migrate_to=-100777))
    with pytest.raises(ChatMoved) as caught:
        send()
    assert caught.value.new_chat_id == -100777


def test_deleting_and_editing(simulator: TelegramSimulator) -> None:
    number = send().message_id
    client.edit_text(token=TOKEN, chat_id=CHAT, message_id=number, html="Sửa")
    with pytest.raises(Permanent, match="not_modified"):
        client.edit_text(token=TOKEN, chat_id=CHAT, message_id=number, html="Sửa")
    client.delete_messages(token=TOKEN, chat_id=CHAT, message_ids=[number])
    with pytest.raises(Permanent, match="already_gone"):
        client.delete_messages(token=TOKEN, chat_id=CHAT, message_ids=[number])


def test_who_is_there(simulator: TelegramSimulator) -> None:
    assert client.describe(token=TOKEN, chat_id=CHAT) == client.Described("mo_phong_bot", f"Kênh {CHAT}")


@pytest.mark.parametrize(
    ("kind", "status", "missing"),
    [
        ("channel", "administrator", ()),
        ("channel", "left", ("post", "edit", "delete")),
        ("channel", "member", ("post", "edit", "delete")),
        ("supergroup", "member", ()),
        ("supergroup", "administrator", ()),
    ],
)
def test_what_the_bot_may_do_there(
    simulator: TelegramSimulator, kind: str, status: str, missing: tuple[str, ...]
) -> None:
    simulator.world.add_chat(Chat(CHAT, "Kênh tỉnh", kind=kind, bot_status=status))
    assert client.describe(token=TOKEN, chat_id=CHAT).missing == missing


def test_the_token_is_in_no_log(simulator: TelegramSimulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    simulator.world.order(Fault("403"))
    with pytest.raises(Permanent):
        send()
    send()
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore", "telegram"))]
    assert not any(TOKEN in line for line in ours)
