"""The simulated Bot API with pictures, albums, documents: what the documentation of each method says it takes and refuses."""

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Chat, Fault, World

TOKEN = "123456:AAA_canary_token_0123456789abcdefghij"
CHAT = -1001234


@pytest.fixture
def simulator() -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as running:
        yield running


def jpeg(size: tuple[int, int] = (40, 30), colour: str = "navy") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return target.getvalue()


def call(simulator: TelegramSimulator, method: str, files: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
    fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in data.items()}
    url = f"{simulator.url}/bot{TOKEN}/{method}"
    return httpx.post(url, data={"chat_id": str(CHAT), **fields}, files=files, trust_env=False).json()


def album(simulator: TelegramSimulator, count: int, kind: str = "photo", **more: Any) -> dict[str, Any]:
    files = {f"f{n}": (f"{n}.jpg", jpeg(colour="red")) for n in range(count)}
    media = [{"type": kind, "media": f"attach://f{n}"} for n in range(count)]
    if media:
        media[0] |= {"caption": "<b>Tập ảnh</b>", "parse_mode": "HTML", **more}
    return call(simulator, "sendMediaGroup", files=files or {"x": ("x", b"x")}, media=media)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xd8\xff not a picture", "IMAGE_PROCESS_FAILED"),
        (jpeg((2100, 100)), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg((9000, 1500)), "PHOTO_INVALID_DIMENSIONS"),
        (b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024), "PHOTO_SAVE_FILE_INVALID"),
        (b"", "non-empty"),
    ],
)
def test_pictures_that_are_refused(simulator: TelegramSimulator, content: bytes, words: str) -> None:
    reply = call(simulator, "sendPhoto", files={"photo": ("a.jpg", content)})
    assert words in reply["description"]
    assert simulator.world.accepted == 0


def test_albums_have_two_to_ten_of_a_kind(simulator: TelegramSimulator) -> None:
    for count in (0, 1, 11):
        assert "2-10" in album(simulator, count)["description"]
    assert "caption is too long" in album(simulator, 2, caption="x" * 1025)["description"]
    mixed = [{"type": "photo", "media": "attach://a"}, {"type": "document", "media": "attach://b"}]
    files = {"a": ("a.jpg", jpeg()), "b": ("b.pdf", b"%PDF")}
    assert "mix" in call(simulator, "sendMediaGroup", files=files, media=mixed)["description"]
    assert "JSON" in call(simulator, "sendMediaGroup", files=files, media="[")["description"]
    rows = album(simulator, 10)["result"]
    assert [row["message_id"] for row in rows] == list(range(1, 11))
    assert len({row["media_group_id"] for row in rows}) == 1
    assert rows[0]["caption"] == "Tập ảnh"
    shown = httpx.get(simulator.url, trust_env=False).text
    assert "trong một tập ảnh" in shown


def test_an_album_counts_as_many_messages() -> None:
    now = [1000.0]
    world = World(per_minute=12, per_bot_second=10, clock=lambda: now[0])
    with TelegramSimulator(world=world) as simulator:
        assert album(simulator, 10)["ok"]
        assert album(simulator, 2)["parameters"]["retry_after"] == 1, "the bot's own second is full"
        now[0] += 2
        assert album(simulator, 2)["ok"]
        refused = call(simulator, "sendMessage", text="a")
        assert refused["parameters"]["retry_after"] == 58


def test_several_are_deleted_by_one_call() -> None:
    now = [1000.0]
    with TelegramSimulator(world=World(clock=lambda: now[0])) as simulator:
        album(simulator, 3)
        assert call(simulator, "deleteMessages", message_ids=[1, 2, 99])["result"] is True
        assert [message.deleted for message in simulator.world.snapshot()] == [True, True, False]
        for numbers in ([], list(range(101)), "x"):
            assert call(simulator, "deleteMessages", message_ids=numbers)["ok"] is False
        now[0] += 49 * 3600
        young = call(simulator, "sendMessage", text="a")["result"]["message_id"]
        refused = call(simulator, "deleteMessages", message_ids=[3, young])
        assert "can't be deleted" in refused["description"]
        assert not simulator.world.snapshot()[-1].deleted, "all or none"


def test_captions_and_files_are_edited() -> None:
    now = [1000.0]
    with TelegramSimulator(world=World(clock=lambda: now[0])) as simulator:
        album(simulator, 2)
        text = call(simulator, "sendMessage", text="a")["result"]["message_id"]
        assert call(simulator, "editMessageCaption", message_id=1, caption="Mới")["result"]["caption"] == "Mới"
        assert "not modified" in call(simulator, "editMessageCaption", message_id=1, caption="Mới")["description"]
        assert "no caption" in call(simulator, "editMessageCaption", message_id=text, caption="x")["description"]
        assert "no text" in call(simulator, "editMessageText", message_id=1, text="x")["description"]
        before = simulator.world.snapshot()[1].sha256
        new = {"n": ("n.jpg", jpeg(colour="green"))}
        media = {"type": "photo", "media": "attach://n", "caption": "Ảnh mới"}
        assert call(simulator, "editMessageMedia", files=new, message_id=2, media=media)["ok"]
        changed = simulator.world.snapshot()[1]
        assert changed.sha256 != before
        assert changed.text == "Ảnh mới"
        paper = {"type": "document", "media": "attach://n"}
        assert "album" in call(simulator, "editMessageMedia", files=new, message_id=2, media=paper)["description"]
        assert "not found" in call(simulator, "editMessageMedia", files=new, message_id=9, media=media)["description"]
        now[0] += 49 * 3600
        assert "can't be edited" in call(simulator, "editMessageCaption", message_id=1, caption="z")["description"]


def test_replies(simulator: TelegramSimulator) -> None:
    first = call(simulator, "sendMessage", text="a")["result"]["message_id"]
    call(simulator, "sendMessage", text="b", reply_parameters={"message_id": first})
    assert simulator.world.snapshot()[1].reply_to == first
    gone = {"message_id": 99}
    assert "replied not found" in call(simulator, "sendMessage", text="c", reply_parameters=gone)["description"]
    kept = {**gone, "allow_sending_without_reply": True}
    assert call(simulator, "sendMessage", text="c", reply_parameters=kept)["ok"]


def test_a_flood_wait_is_the_whole_bots() -> None:
    now = [1000.0]
    with TelegramSimulator(world=World(clock=lambda: now[0])) as simulator:
        simulator.world.order(Fault("flood", retry_after=10_072))
        assert call(simulator, "sendMessage", text="a")["parameters"]["retry_after"] == 10_072
        now[0] += 72
        assert call(simulator, "getMe")["parameters"]["retry_after"] == 10_000
        now[0] += 10_001
        assert call(simulator, "sendMessage", text="a")["ok"]


def test_what_the_bot_is_in_a_chat(simulator: TelegramSimulator) -> None:
    member = call(simulator, "getChatMember", user_id=123456)["result"]
    assert (member["status"], member["can_post_messages"]) == ("administrator", True)
    simulator.world.add_chat(Chat(CHAT, "Kênh", bot_status="left"))
    assert call(simulator, "getChatMember", user_id=123456)["result"]["status"] == "left"
