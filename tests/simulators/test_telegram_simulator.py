"""The simulated Bot API answers as the documentation says, plays ordered faults, and forgets old messages."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cms.ops.simulators import telegram_world
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_html import EntityError, parse, utf16_units
from cms.ops.simulators.telegram_world import Chat, Fault, World

TOKEN = "123456:AAA_canary_token_0123456789abcdefghij"
CHAT = -1001234


@pytest.fixture
def simulator() -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as running:
        yield running


def call(simulator: TelegramSimulator, method: str, token: str = TOKEN, **data: Any) -> httpx.Response:
    return httpx.post(f"{simulator.url}/bot{token}/{method}", data=data, trust_env=False)


def test_a_text_is_accepted_and_listed(simulator: TelegramSimulator) -> None:
    reply = call(simulator, "sendMessage", chat_id=CHAT, text="<b>Xin chào</b> bà con", parse_mode="HTML")
    assert reply.json()["result"]["text"] == "Xin chào bà con"
    listed = httpx.get(f"{simulator.url}/control/messages", trust_env=False).json()
    assert listed["accepted"] == 1
    assert listed["messages"][0]["safe_html"] == "<b>Xin chào</b> bà con"


REFUSED = [
    ({"chat_id": CHAT, "text": ""}, 400, "message text is empty"),
    ({"chat_id": CHAT, "text": "x" * 4097}, 400, "message is too long"),
    ({"chat_id": CHAT, "text": "😀" * 2049}, 400, "message is too long"),
    ({"chat_id": CHAT, "text": "<b>a", "parse_mode": "HTML"}, 400, "can't parse entities"),
    ({"chat_id": CHAT, "text": "<h1>a</h1>", "parse_mode": "HTML"}, 400, "Unsupported start tag"),
    ({"chat_id": CHAT, "text": "a < b", "parse_mode": "HTML"}, 400, "can't parse entities"),
    ({"chat_id": "vietnam", "text": "a"}, 400, "chat not found"),
    ({"chat_id": 77, "text": "a"}, 400, "chat not found"),
    ({"chat_id": "@khong_co", "text": "a"}, 400, "chat not found"),
]


@pytest.mark.parametrize(("data", "status", "words"), REFUSED)
def test_what_the_real_one_refuses(simulator: TelegramSimulator, data: dict[str, Any], status: int, words: str) -> None:
    reply = call(simulator, "sendMessage", **data)
    assert reply.status_code == status
    assert words in reply.json()["description"]
    assert simulator.world.accepted == 0


def test_the_limit_counts_utf16_units_after_parsing(simulator: TelegramSimulator) -> None:
    text = "<b>" + "😀" * 2048 + "</b>"
    assert call(simulator, "sendMessage", chat_id=CHAT, text=text, parse_mode="HTML").status_code == 200
    amp = "&amp;" * 4096
    assert call(simulator, "sendMessage", chat_id=CHAT, text=amp, parse_mode="HTML").status_code == 200


def test_tokens(simulator: TelegramSimulator) -> None:
    assert call(simulator, "getMe", token="hong").status_code == 404
    simulator.world.tokens = frozenset({TOKEN})
    assert call(simulator, "getMe", token=TOKEN[:-1] + "x").status_code == 401
    assert call(simulator, "getMe").json()["result"]["is_bot"] is True


def test_uploads_with_caption(simulator: TelegramSimulator) -> None:
    def upload(caption: str, content: bytes = b"ID3 audio") -> httpx.Response:
        files = {"audio": ("b.mp3", content, "audio/mpeg")}
        data = {"chat_id": str(CHAT), "caption": caption}
        return httpx.post(f"{simulator.url}/bot{TOKEN}/sendAudio", data=data, files=files, trust_env=False)

    message = upload("Bản ghi").json()["result"]
    assert message["audio"]["file_size"] == 9
    assert upload("x" * 1025).json()["description"].endswith("caption is too long")
    assert upload("x", b"").status_code == 400
    heard = httpx.get(f"{simulator.url}/files/{message['message_id']}", trust_env=False)
    assert heard.content == b"ID3 audio"


def test_ordered_faults(simulator: TelegramSimulator) -> None:
    world = simulator.world
    world.order(Fault("429", retry_after=34))
    limited = call(simulator, "sendMessage", chat_id=CHAT, text="a")
    assert (limited.status_code, limited.json()["parameters"]) == (429, {"retry_after": 34})
    world.order(Fault("migrate", migrate_to=-100999))
    moved = call(simulator, "sendMessage", chat_id=CHAT, text="a")
    assert moved.json()["parameters"] == {"migrate_to_chat_id": -100999}
    assert call(simulator, "sendMessage", chat_id=CHAT, text="a").status_code == 400, "the old number stays moved"
    assert call(simulator, "sendMessage", chat_id=-100999, text="a").status_code == 200
    for kind, accepted in (("drop_reply", 2), ("drop_before_accept", 2)):
        world.order(Fault(kind))
        with pytest.raises(httpx.RemoteProtocolError):
            call(simulator, "sendMessage", chat_id=-100999, text="a")
        assert world.accepted == accepted
    body = {"kind": "403", "times": 2, "method": "sendMessage"}
    assert httpx.post(f"{simulator.url}/control/fault", json=body, trust_env=False).status_code == 200
    assert [call(simulator, "sendMessage", chat_id=-5, text="a").status_code for _ in range(3)] == [403, 403, 200]
    assert httpx.post(f"{simulator.url}/control/fault", json={"kind": "no"}, trust_env=False).status_code == 400


def test_rates_per_chat() -> None:
    now = [1000.0]
    world = World(per_second=1, clock=lambda: now[0])
    with TelegramSimulator(world=world) as simulator:
        assert call(simulator, "sendMessage", chat_id=CHAT, text="a").status_code == 200
        assert call(simulator, "sendMessage", chat_id=CHAT, text="a").status_code == 429
        assert call(simulator, "sendMessage", chat_id=-9, text="a").status_code == 200
        now[0] += 1.0
        assert call(simulator, "sendMessage", chat_id=CHAT, text="a").status_code == 200


def test_delete_and_edit() -> None:
    now = [1000.0]
    with TelegramSimulator(world=World(clock=lambda: now[0])) as simulator:
        number = call(simulator, "sendMessage", chat_id=CHAT, text="a").json()["result"]["message_id"]
        same = call(simulator, "editMessageText", chat_id=CHAT, message_id=number, text="a")
        assert "not modified" in same.json()["description"]
        assert call(simulator, "editMessageText", chat_id=CHAT, message_id=number, text="b").status_code == 200
        assert call(simulator, "deleteMessage", chat_id=CHAT, message_id=number).json()["result"] is True
        again = call(simulator, "deleteMessage", chat_id=CHAT, message_id=number)
        assert "not found" in again.json()["description"]
        old = call(simulator, "sendMessage", chat_id=CHAT, text="a").json()["result"]["message_id"]
        now[0] += 49 * 3600
        assert (
            "can't be deleted" in call(simulator, "deleteMessage", chat_id=CHAT, message_id=old).json()["description"]
        )


def test_the_page_is_labelled_and_harmless(simulator: TelegramSimulator) -> None:
    simulator.world.add_chat(Chat(CHAT, "Kênh <script>"))
    link = '<a href="javascript:alert(1)">x</a> &lt;script&gt;'
    call(simulator, "sendMessage", chat_id=CHAT, text=link, parse_mode="HTML")
    page = httpx.get(simulator.url, trust_env=False).text
    assert "Bot Telegram mô phỏng — không phải Telegram" in page
    assert "<script" not in page
    assert "javascript:" not in page
    assert TOKEN not in page


def test_memory_is_bounded(simulator: TelegramSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_world, "FILE_BYTES_KEPT", 100)
    for _ in range(5):
        files = {"document": ("d.bin", b"x" * 60)}
        httpx.post(f"{simulator.url}/bot{TOKEN}/sendDocument", data={"chat_id": "-5"}, files=files, trust_env=False)
    assert sum(map(len, simulator.world.files.values())) <= 100
    assert simulator.world.messages.maxlen == telegram_world.MESSAGES_KEPT


@pytest.mark.parametrize("text", ["</b>", "<b><i>x</b></i>", "<", "<span>x</span>", "<script>x</script>", "<b"])
def test_broken_markup(text: str) -> None:
    with pytest.raises(EntityError):
        parse(text, "HTML")


def test_without_a_parse_mode_nothing_is_parsed() -> None:
    assert parse("a < b", None).plain == "a < b"
    assert utf16_units("😀a") == 3
