"""Posts of several messages: taken down whole, corrected whole, and what a crash in the middle leaves behind."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from channels.delivery import reaper, settle
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import ReadBack
from channels.delivery.models import Endpoint, Receipt
from channels.delivery.services import readback, take_down_delivery
from channels.telegram import pictures
from channels.telegram.channel import TelegramChannel
from cms.core import clock
from cms.core.models import Image, Role
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Fault
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import plan
from tests.telegram.posts_of import LONG, article, change, correction_of, only, outgoing_of, picture, run

pytestmark = pytest.mark.django_db


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


def test_a_crash_between_two_messages_is_seen_and_taken_down(simulator: TelegramSimulator, endpoint: Endpoint) -> None:
    simulator.world.order(Fault("drop_reply", method="sendMessage"))
    plan(item=article(picture(), text=LONG[:1600]), endpoint=endpoint)
    run()
    lost = only()
    assert lost.state == S.UNCONFIRMED
    noted = lost.attempts.get().evidence
    assert [row["kind"] for row in noted["messages"]] == ["photo"], "the half that is known is written down"
    look = TelegramChannel().look(outgoing_of(lost), since=clock.now(), noted=noted)
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
    look = TelegramChannel().look(outgoing_of(only()), since=clock.now(), noted=done.evidence)
    assert look.verdict == ReadBack.THERE
    assert look.sent is not None
    assert look.sent.remote_id == done.remote_id
    nothing = TelegramChannel().look(outgoing_of(only()), since=clock.now(), noted={})
    assert nothing.verdict == ReadBack.UNKNOWN


def test_a_receipt_that_was_never_written_is_made_up_for_by_what_was_noted(
    simulator: TelegramSimulator, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*args: Any) -> None:
        raise DatabaseError("the disk is full")

    plan(item=article(picture(), text=LONG[:1600]), endpoint=endpoint)
    with monkeypatch.context() as patch:
        patch.setattr(settle, "sent", dies)
        run()
    assert only().state == S.SENDING
    with clock.shifted(timedelta(minutes=5)):
        reaper.reap()
        assert only().state == S.UNCONFIRMED
    with clock.shifted(timedelta(minutes=6)):
        readback.look_due()
    assert only().state == S.SENT
    assert Receipt.objects.get().remote_id == f"{endpoint.config['chat_id']}/1+1"
    assert simulator.world.accepted == 2, "nothing was sent again"
