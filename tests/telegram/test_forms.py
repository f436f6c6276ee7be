"""Pictures, albums, documents and long texts through the engine: sent once, taken down whole, corrected whole."""

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as PillowImage
from pytest_django import Settings

from campaigns.models import ContentItem
from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing
from channels.delivery.enums import Action, ReadBack
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Permanent
from channels.delivery.models import Attempt, Delivery, Endpoint, RateBucket
from channels.delivery.services import ensure_variant, take_down_delivery
from channels.telegram import limits, messages, pictures, sending
from channels.telegram.channel import TelegramChannel
from channels.telegram.rendering import plain_length
from cms.core import clock
from cms.core.errors import BadInput, NotReady
from cms.core.models import Image, Role
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Chat, Fault
from tests.factories.campaigns import UserFactory, make_article
from tests.factories.delivery import EndpointFactory, approve, plan

pytestmark = pytest.mark.django_db
LONG = "Bà con nhớ khóa cửa, khóa xe và báo công an khi thấy người lạ. " * 25


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramSimulator]:
    monkeypatch.setattr(sending, "PAUSE_SECONDS", 0.0)
    with TelegramSimulator() as running:
        settings.CONG_TELEGRAM_API_BASE = running.url
        yield running


@pytest.fixture
def endpoint() -> Endpoint:
    return EndpointFactory(telegram=True)


def picture(colour: str = "navy", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> Image:
    """An uploaded picture."""
    target = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    PillowImage.new(mode, size, colour).save(target, kind)
    return Image.objects.create(
        title=colour,
        file=SimpleUploadedFile(f"{colour}.{kind.lower()}", target.getvalue()),
        width=size[0],
        height=size[1],
    )


def article(*shown: Image, text: str = "", **kwargs: Any) -> ContentItem:
    """An approved article with these pictures; `text` is its summary."""
    body: list[Any] = [("heading", "Giữ tài sản")]
    body += [("picture", {"image": image, "alt": f"Ảnh {image.title}", "caption": ""}) for image in shown]
    item = make_article(body=body, summary=text or "Khóa cửa khi ra khỏi nhà & báo công an <113>.", **kwargs)
    approve(item)
    return item


def only(**where: Any) -> Delivery:
    return Delivery.objects.get(**where)


def run(seconds: float = 0.0) -> None:
    with clock.shifted(timedelta(seconds=seconds)):
        engine.run_due()


def correction_of(delivery: Delivery) -> Delivery:
    """What the corrections desk orders: an edit that carries the variant of the approval in force."""
    variant = ensure_variant(
        delivery.variant.approval.item.approvals.filter(status="approved").get(), delivery.endpoint
    )
    return Delivery.objects.create(
        endpoint=delivery.endpoint, variant=variant, action=Action.CORRECT, original=delivery,
        idem_key=f"c{delivery.pk}:{variant.pk}", state=S.SCHEDULED, planned_at=clock.now(), not_before=clock.now(),
        useful_until=clock.now() + timedelta(days=1),
    )  # fmt: skip


def change(item: ContentItem, summary: str, *shown: Image) -> None:
    """Another approved text with these pictures."""
    from campaigns.services.items import page_of

    page = page_of(item, orthography="vi")
    assert page is not None
    draft = page.get_latest_revision_as_object()
    draft.summary = summary
    draft.body = [("heading", "Giữ tài sản")] + [
        ("picture", {"image": image, "alt": "Ảnh", "caption": ""}) for image in shown
    ]
    draft.save_revision()
    approve(item)


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


def test_an_album_is_taken_down_whole(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    plan(item=article(picture("navy"), picture("red"), text=LONG[:1600]), endpoint=endpoint)
    run()
    assert len(simulator.world.snapshot()) == 3
    down = take_down_delivery(only(), user=UserFactory(role=Role.EDITOR))
    run(4)
    down.refresh_from_db()
    assert down.state == S.SENT
    assert all(message.deleted for message in simulator.world.snapshot())
    assert simulator.world.calls["deleteMessages"] == 1


@pytest.mark.parametrize("many", [False, True])
def test_older_than_48_hours_it_is_failed_in_words(
    simulator: TelegramSimulator, endpoint: Endpoint, many: bool
) -> None:
    shown = [picture("navy"), picture("red")] if many else [picture("navy")]
    item = article(*shown)
    plan(item=item, endpoint=endpoint)
    run()
    sent = only()
    for message in simulator.world.snapshot():
        message.date -= 49 * 3600
    down = take_down_delivery(sent, user=UserFactory(role=Role.EDITOR))
    change(item, "Lời đã sửa.", *shown)
    fix = correction_of(sent)
    for step in (4, 8):
        run(step)
    down.refresh_from_db()
    fix.refresh_from_db()
    assert (down.state, down.last_error) == (S.FAILED, "too_old_to_delete")
    assert (fix.state, fix.last_error) == (S.FAILED, "too_old_to_edit")
    assert "48 giờ" in str(fix.reason)
    assert not any(message.deleted for message in simulator.world.snapshot())


def test_a_correction_edits_words_and_pictures(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    first, second, third = picture("navy"), picture("red"), picture("green")
    item = article(first, second, text=LONG[:1600])
    plan(item=item, endpoint=endpoint)
    run()
    sent = only()
    change(item, "Số mới: 0269 000 0113.", first, third)
    fix = correction_of(sent)
    run(5)
    fix.refresh_from_db()
    assert fix.state == S.SENT, fix.last_error
    one, two, text = simulator.world.snapshot()
    assert one.edited == 0 or one.sha256, "the first picture stays"
    assert two.edited == 1
    assert (
        two.sha256 == hashlib.sha256(pictures.load_picture(pictures.Picture(third.pk, third.file_sha256))).hexdigest()
    )
    assert "0269 000 0113" in text.text
    change(item, "Số mới nhất: 0269 000 0114.", first)
    again = correction_of(sent)
    run(10)
    again.refresh_from_db()
    assert again.state == S.SENT, again.last_error
    assert two.deleted, "a picture that is no longer approved goes"
    assert "0114" in text.text
    down = take_down_delivery(sent, user=UserFactory(role=Role.EDITOR))
    run(20)
    down.refresh_from_db()
    assert down.state == S.SENT
    assert all(message.deleted for message in simulator.world.snapshot())


def test_a_correction_repeated_changes_nothing(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    item = article(picture())
    plan(item=item, endpoint=endpoint)
    run()
    sent = only()
    change(item, "Lời đã sửa.", Image.objects.get())
    fix = correction_of(sent)
    simulator.world.order(Fault("drop_reply", method="editMessageCaption"))
    run(4)
    fix.refresh_from_db()
    assert fix.state == S.RETRY_WAIT, "editing twice is editing once"
    run(120)
    fix.refresh_from_db()
    assert fix.state == S.SENT
    assert simulator.world.snapshot()[0].edited == 1


def test_a_document_is_replaced_by_the_corrected_one(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    endpoint.config["document"] = "docx"
    endpoint.save()
    item = article()
    plan(item=item, endpoint=endpoint)
    run()
    before = simulator.world.snapshot()[0].sha256
    sent = only()
    change(item, "Số mới: 0269 000 0113.")
    fix = correction_of(sent)
    run(4)
    fix.refresh_from_db()
    assert fix.state == S.SENT, fix.last_error
    after = simulator.world.snapshot()[0]
    assert after.sha256 != before
    assert "0113" in after.text


def test_a_text_whose_article_got_a_picture_is_put_right_in_words(
    simulator: TelegramSimulator, endpoint: Endpoint
) -> None:
    item = article()
    plan(item=item, endpoint=endpoint)
    run()
    sent = only()
    change(item, "Lời đã sửa.", picture())
    fix = correction_of(sent)
    run(4)
    fix.refresh_from_db()
    assert fix.state == S.SENT
    assert "Lời đã sửa." in simulator.world.snapshot()[0].text


def test_a_picture_without_a_successor_is_not_half_corrected(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    item = article(picture())
    plan(item=item, endpoint=endpoint)
    run()
    sent = only()
    change(item, "Lời đã sửa.")
    fix = correction_of(sent)
    run(4)
    fix.refresh_from_db()
    assert (fix.state, fix.last_error) == (S.FAILED, "other_form")
    assert simulator.world.snapshot()[0].edited == 0


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


def test_a_crash_between_two_messages_is_seen_and_taken_down(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.order(Fault("drop_reply", method="sendMessage"))
    plan(item=article(picture(), text=LONG[:1600]), endpoint=endpoint)
    run()
    lost = only()
    assert lost.state == S.UNCONFIRMED
    noted = lost.attempts.get().evidence
    assert [row["kind"] for row in noted["messages"]] == ["photo"], "the half that is known is written down"
    look = TelegramChannel().look(_outgoing(lost), since=clock.now(), noted=noted)
    assert (look.verdict, look.evidence) == (ReadBack.UNKNOWN, {"known_messages": [1]})
    down = take_down_delivery(lost, user=UserFactory(role=Role.EDITOR))
    run(4)
    down.refresh_from_db()
    photo, text = simulator.world.snapshot()
    assert photo.deleted
    assert not text.deleted
    assert (down.state, down.last_error) == (S.FAILED, "number_partly_unknown")
    assert "bằng tay" in str(down.reason) or "tận nơi" in str(down.reason)


def test_a_worker_that_died_after_the_last_answer_is_known_to_have_sent(
    simulator: TelegramSimulator, endpoint: Endpoint
) -> None:
    plan(item=article(picture(), picture("red")), endpoint=endpoint)
    run()
    done = only().attempts.get()
    look = TelegramChannel().look(_outgoing(only()), since=clock.now(), noted=done.evidence)
    assert look.verdict == ReadBack.THERE
    assert look.sent is not None
    assert look.sent.remote_id == done.remote_id
    nothing = TelegramChannel().look(_outgoing(only()), since=clock.now(), noted={})
    assert nothing.verdict == ReadBack.UNKNOWN


def _outgoing(delivery: Delivery) -> Outgoing:
    return Outgoing(
        delivery_id=delivery.pk, idem_key=delivery.idem_key, action=delivery.action, endpoint=delivery.endpoint, secret="",
        payload=delivery.variant.payload, payload_sha256=delivery.variant.payload_sha256, approval=None,
    )  # fmt: skip


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
