"""Pictures, albums, documents and long texts through the engine: sent once, within the limits, in the right form."""

import io
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image as PillowImage

from campaigns.payloads import payload_sha256
from channels.delivery import reaper
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Permanent
from channels.delivery.models import Attempt, Delivery, Endpoint, RateBucket
from channels.telegram import limits, messages, pictures, posts
from channels.telegram.channel import TelegramChannel
from channels.telegram.forms import TelegramConfigForm
from channels.telegram.papers import Paper
from channels.telegram.rendering import Draft, plain_length
from cms.core import clock
from cms.core.errors import BadInput, NotReady
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_html import parse, utf16_units
from cms.ops.simulators.telegram_world import Chat, Fault
from tests.factories.delivery import EndpointFactory, plan
from tests.telegram.posts_of import LONG, article, only, picture, run

pytestmark = pytest.mark.django_db


def test_one_picture_goes_as_a_photo_with_its_words(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    plan(item=article(picture()), endpoint=endpoint)
    run()
    assert only().state == S.SENT
    photo = simulator.world.snapshot()[0]
    assert photo.method == "sendPhoto"
    assert "báo công an <113>." in photo.text
    stored = PillowImage.open(io.BytesIO(simulator.world.files[photo.message_id]))
    assert (stored.format, stored.size, stored.getexif()) == ("JPEG", (640, 480), {})


def test_several_pictures_go_as_an_album_that_counts_as_many(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    shown = [picture(colour) for colour in ("navy", "red", "green")]
    plan(item=article(*shown), endpoint=endpoint)
    run()
    rows = simulator.world.snapshot()
    assert [row.method for row in rows] == ["sendPhoto"] * 3
    assert len({row.album for row in rows}) == 1
    assert [bool(row.text) for row in rows] == [True, False, False], "one caption, beneath the whole"
    assert only().attempts.get().remote_id == f"{endpoint.config['chat_id']}/1+1+1"
    chat = RateBucket.objects.get(key=f"{limits.bot_key(endpoint)}:{endpoint.config['chat_id']}")
    assert len(chat.recent) == 3


def test_ten_of_twelve_pictures_go_and_the_editor_is_told(endpoint: Endpoint) -> None:
    shown = [picture(size=(40 + n, 40)) for n in range(11)]
    shown.append(picture("gray", size=(2100, 100)))
    channel = TelegramChannel()
    payload = channel.render_variant(article(*shown).approvals.get(), endpoint)
    assert len(payload["pictures"]) == 10
    assert payload["left_out"] == 2
    assert any("2 ảnh" in line for line in channel.warnings(payload))
    endpoint.config["pictures"] = "first"
    payload = channel.render_variant(article(*shown[:3]).approvals.get(), endpoint)
    assert (payload["mode"], payload["left_out"]) == ("photo", 0)
    endpoint.config["pictures"] = "never"
    assert channel.render_variant(article(*shown[:3]).approvals.get(), endpoint)["mode"] == "text"


def test_words_too_long_for_a_caption_follow_as_a_reply(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    item = article(picture(), text=LONG[:1600].rstrip())
    channel = TelegramChannel()
    payload = channel.render_variant(item.approvals.get(), endpoint)
    assert channel.warnings(payload)[0].startswith("Bài quá dài")
    assert [counter.limit for counter in channel.counters(payload)] == [1024, 4096]
    assert channel.plain_text(payload).startswith(payload["draft"]["title"])
    plan(item=item, endpoint=endpoint)
    run()
    photo, text = simulator.world.snapshot()
    assert (photo.method, text.method, text.reply_to) == ("sendPhoto", "sendMessage", photo.message_id)
    assert plain_length(photo.safe_html) <= 1024
    assert LONG[:1600].rstrip() in text.text
    assert only().state == S.SENT
    assert only().attempts.get().remote_id == f"{endpoint.config['chat_id']}/1+1"


@pytest.mark.parametrize(("kind", "magic"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_a_document(simulator: TelegramSimulator, endpoint: Endpoint, kind: str, magic: bytes) -> None:
    endpoint.config["document"] = kind
    endpoint.save()
    plan(item=article(text=LONG[:1600]), endpoint=endpoint)
    run()
    sent = simulator.world.snapshot()[0]
    assert sent.method == "sendDocument"
    assert sent.file_name.endswith(f".{kind}")
    assert simulator.world.files[sent.message_id].startswith(magic)
    assert "…" in sent.text, "the document carries the words, the caption their beginning"
    assert only().state == S.SENT


def test_what_was_accepted_is_not_sent_again_when_the_second_message_must_wait(
    simulator: TelegramSimulator, endpoint: Endpoint
) -> None:
    simulator.world.order(Fault("429", method="sendMessage", retry_after=34))
    plan(item=article(picture(), text=LONG[:1600]), endpoint=endpoint)
    run()
    waiting = only()
    assert (waiting.state, waiting.failures) == (S.SCHEDULED, 0)
    run(36)
    assert only().state == S.SENT
    assert simulator.world.calls == {"sendPhoto": 1, "sendMessage": 2}
    photo, text = simulator.world.snapshot()
    assert text.reply_to == photo.message_id
    assert only().attempts.order_by("n").last().remote_id == f"{endpoint.config['chat_id']}/1+1"


def test_a_moved_group_gets_pictures_at_its_new_number(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.order(Fault("migrate", migrate_to=-1009999, method="sendMediaGroup"))
    plan(item=article(picture(), picture("red")), endpoint=endpoint)
    run()
    endpoint.refresh_from_db()
    assert endpoint.config["chat_id"] == -1009999
    assert only().attempts.get().remote_id == "-1009999/1+1"


def test_a_picture_that_changed_after_approval_never_leaves(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    image = picture()
    plan(item=article(image), endpoint=endpoint)
    with image.file.storage.open(image.file.name, "wb") as stream:
        stream.write(b"\xff\xd8\xff something else")
    run()
    assert (only().state, only().last_error) == (S.FAILED, "picture_changed")
    assert simulator.world.accepted == 0
    with pytest.raises(Permanent, match="picture_gone"):
        pictures.load_picture(pictures.Picture(987654, "0" * 64))


def test_see_through_pictures_stand_on_white(endpoint: Endpoint) -> None:
    image = picture("#00000000", kind="PNG")
    content = pictures.load_picture(pictures.Picture(image.pk, image.file_sha256))
    assert PillowImage.open(io.BytesIO(content)).getpixel((5, 5)) == (255, 255, 255)


def test_other_words_for_a_picture(endpoint: Endpoint) -> None:
    channel = TelegramChannel()
    payload = channel.render_variant(article(picture()).approvals.get(), endpoint)
    assert channel.editable_text(payload) == "Khóa cửa khi ra khỏi nhà & báo công an <113>."
    assert not payload["follow"]
    longer = channel.with_text(payload, LONG[:1600])
    assert longer["follow"]
    assert longer["pictures"] == payload["pictures"]
    shorter = channel.with_text(longer, "Ngắn thôi.")
    assert not shorter["follow"]
    with pytest.raises(BadInput):
        channel.with_text(payload, LONG * 3)
    shown = channel.preview_html(longer)
    assert "<img" in shown
    assert 'alt="Ảnh navy"' in shown
    assert "Ngắn" in channel.preview_html(shorter)


def test_a_bot_wide_wait_is_told_from_a_chats(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    others = [EndpointFactory(telegram=True, credential=endpoint.credential) for _n in range(4)]
    simulator.world.order(Fault("flood", retry_after=10_072))
    for place in (endpoint, *others):
        plan(item=article(), endpoint=place)
    for step in (0, 1.2, 2.4, 3.6):
        run(step)
    asked = simulator.world.calls
    assert asked == {"sendMessage": 1}, "the simulator counts what it judged; the flood is refused before"
    bot = RateBucket.objects.get(key=limits.bot_key(endpoint))
    assert bot.blocked_until is not None
    assert bot.blocked_until - clock.now() > timedelta(seconds=10_000)
    assert set(Delivery.objects.values_list("state", "failures")) == {(S.SCHEDULED, 0)}
    assert Attempt.objects.count() == 2, "the second chat that is refused shows that it is the bot"


def test_the_bot_that_is_no_administrator_is_named(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.add_chat(Chat(endpoint.config["chat_id"], "Kênh tỉnh", bot_status="left"))
    with pytest.raises(NotReady) as caught:
        TelegramChannel().test_connection(endpoint, endpoint.credential.secret)
    assert "quản trị viên" in caught.value.message


def test_numbers_of_posts_fit_the_books() -> None:
    many = [messages.Message(9_999_999_000 + n * 7, "photo") for n in range(11)]
    text = messages.remote_id_of(-1_009_999_999_999, many)
    assert len(text) <= 120
    assert messages.parse_remote_id(text) == (-1_009_999_999_999, [message.id for message in many])
    for broken in ("", "5", "-100/", "https://t.me/c/1/2", "-100/5+"):
        with pytest.raises(Permanent, match="number_unknown"):
            messages.parse_remote_id(broken)


def test_held_rows_do_not_come_back_early(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.order(Fault("429", retry_after=10_072))
    plan(item=article(picture()), endpoint=endpoint, misfire="send_late", useful_minutes=600)
    run()
    run(10_000)
    reaper.recheck_held()
    assert only().state == S.SCHEDULED
    assert simulator.world.calls == {"sendPhoto": 1}
    run(10_080)
    assert only().state == S.SENT


WORDS = st.text(st.sampled_from(list("aộặ ꪎꪱ 😀<>&\"' \n.,—") + ["\u0323"]), max_size=300)


@hypothesis_settings(max_examples=150, deadline=None)
@given(title=WORDS, text=WORDS, times=st.integers(1, 20), pictures_n=st.integers(0, 10), paper=st.booleans())
def test_every_composed_post_is_one_telegram_takes(
    title: str, text: str, times: int, pictures_n: int, paper: bool
) -> None:
    draft = Draft(title.strip(), (text * times,), ("Công an: 0269",), "https://vidu.vn/a?b=1&c=2", "Sở Văn hóa")
    enclosed = posts.Enclosed(
        pictures=tuple(pictures.Picture(n, "0" * 64) for n in range(pictures_n)),
        paper=Paper("pdf", "a.pdf", 1, "0" * 64) if paper and not pictures_n else None,
    )
    payload = posts.compose(draft, enclosed)
    caption_limit = 1024 if payload["mode"] != "text" else 4096
    words = [(payload["html"], caption_limit)] + ([(payload["follow"], 4096)] if payload["follow"] else [])
    for markup, limit in words:
        assert utf16_units(parse(markup, "HTML").plain) <= limit
    assert "Công an: 0269" in parse(words[-1][0], "HTML").plain, "the number to call is never left out"
    assert payload["html"].endswith("— Sở Văn hóa</i>"), "signed"
    assert payload_sha256(payload) == payload_sha256(posts.compose(posts.draft_of(payload), posts.enclosed_of(payload)))


def test_the_destination_form_offers_the_forms() -> None:
    full = TelegramConfigForm({"chat_id": "-100123", "audio": "", "pictures": "first", "document": "pdf"})
    assert full.is_valid()
    assert full.cleaned_data == {
        "chat_id": -100123, "audio": "if_ready", "pictures": "first", "document": "pdf",
    }  # fmt: skip
    assert TelegramConfigForm({"chat_id": "-1", "pictures": "some"}).is_valid() is False
    short = TelegramConfigForm({"chat_id": "-1"})
    assert short.is_valid()
    assert short.cleaned_data == {"chat_id": -1, "audio": "if_ready"}


def test_albums_and_texts_to_one_chat_never_meet_the_other_sides_limit(
    simulator: TelegramSimulator, endpoint: Endpoint
) -> None:
    passed, world = [0.0], simulator.world
    world.clock = lambda: time.time() + passed[0]
    world.per_minute, world.per_bot_second = 20, 30
    shown = [picture(size=(40 + n, 40)) for n in range(8)]
    for item in [article(*shown), article(*shown), *(article(title=f"Tin {n}") for n in range(5))]:
        plan(item=item, endpoint=endpoint)
    for second in range(0, 96, 6):
        passed[0] = second
        run(second)
    assert world.accepted == 21, "the last ones after a minute"
    assert set(Delivery.objects.values_list("state", flat=True)) == {S.SENT}
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"sent"}, "no 429"
