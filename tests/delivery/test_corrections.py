"""A wrong fact that left is put right on every channel that carries it, each place with its receipt, none in silence."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns.enums import CampaignState
from campaigns.models import ContentItem, Hotline, Pause
from campaigns.services import approvals, hotlines
from campaigns.signals import approval_granted
from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing
from channels.delivery.enums import Action, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Permanent
from channels.delivery.models import Correction, Delivery, Endpoint, Receipt
from channels.delivery.services import corrections, resolve_unconfirmed
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Role
from tests.factories.campaigns import HotlineFactory, UserFactory, make_script
from tests.factories.delivery import EndpointFactory, MemoryChannel, approve, memory_channel, once_now, plan
from tests.factories.looking import lose_reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


@pytest.fixture
def hotline() -> Hotline:
    return HotlineFactory()


def told(hotline: Hotline, **kwargs: Any) -> ContentItem:
    item = make_script(hotline=hotline, **kwargs)
    approve(item)
    return item


def sent(item: ContentItem, *, endpoint: Endpoint | None = None, **kwargs: Any) -> Delivery:
    plan(item=item, endpoint=endpoint, **kwargs)
    engine.run_due()
    return Delivery.objects.filter(action=Action.SEND).order_by("-pk")[0]


def change(hotline: Hotline, number: str = "0269 3 868 686") -> Hotline:
    """The number changed by the product's verb, and the new one verified; the worker then looks."""
    editor = UserFactory(role=Role.EDITOR)
    new = hotlines.change_number(hotline, number=number, user=editor)
    hotlines.verify(new, user=editor)
    corrections.work_all()
    return new


def correct_text(item: ContentItem, hotline: Hotline) -> None:
    """The draft with the new number, approved anew."""
    from campaigns.services.items import page_of

    page = page_of(item, orthography="vi").get_latest_revision_as_object()
    for block in page.body.raw_data:
        if block["type"] == "hotline":
            block["value"]["hotline"] = hotline.pk
    page.save_revision()
    approval = approve(item)
    approval_granted.send(sender=type(approval), approval=approval)


def actions(channel: MemoryChannel) -> list[str]:
    return [str(post.action) for post in channel.posted]


def test_what_cannot_be_corrected_yet_is_taken_down_and_offered_for_sending(
    channel: MemoryChannel, hotline: Hotline
) -> None:
    item = told(hotline)
    sent(item)
    sent(item)
    sent(told(HotlineFactory(number="0269 3 111 111")))
    new = change(hotline)
    engine.run_due()
    assert actions(channel) == ["send"] * 3 + ["take_down"] * 2
    assert Receipt.objects.filter(kind="taken_down", item_ref=item.pk).count() == 2
    corrections.work_all()
    correction = Correction.objects.get()
    assert correction.closed_at is not None, "settled by itself when every place is"
    row = correction.deliveries.first()
    editor = UserFactory(role=Role.EDITOR)
    with pytest.raises(Conflict):
        corrections.send_corrected(row, user=editor)
    correct_text(item, new)
    again = corrections.send_corrected(row, user=editor)
    assert corrections.send_corrected(row, user=editor) == again, "asking twice gives the same one"
    engine.run_due()
    engine.run_due()
    assert actions(channel)[5:] == ["send"]
    assert channel.posted[-1].approval.payload["hotlines"][0]["number"] == new.number


def test_what_stands_is_edited_once_the_corrected_text_is_there(channel: MemoryChannel, hotline: Hotline) -> None:
    """The new number was approved before the worker came to take anything down."""
    item = told(hotline)
    root = sent(item)
    new = hotlines.change_number(hotline, number="0269 3 868 686", user=UserFactory(role=Role.EDITOR))
    hotlines.verify(new, user=UserFactory(role=Role.EDITOR))
    correct_text(item, new)
    corrections.work_all()
    engine.run_due()
    assert actions(channel) == ["send", "correct"]
    assert channel.posted[-1].remote_id == "m1"
    assert Receipt.objects.filter(kind="corrected").count() == 1
    assert root.compensations.get().state == S.SENT
    assert corrections.work_all() == 0
    assert Correction.objects.get().closed_at is not None
    # And a second change finds the corrected words where the first ones stood.
    change(new, "0269 3 999 000")
    engine.run_due()
    assert actions(channel) == ["send", "correct", "take_down"]


def test_a_failed_edit_is_taken_down_and_a_failed_take_down_is_an_open_point(
    channel: MemoryChannel, hotline: Hotline
) -> None:
    item = told(hotline)
    root = sent(item)
    new = hotlines.change_number(hotline, number="0269 3 868 686", user=UserFactory(role=Role.EDITOR))
    hotlines.verify(new, user=UserFactory(role=Role.EDITOR))
    correct_text(item, new)

    def too_old(outgoing: Outgoing) -> None:
        raise Permanent("too_old_to_delete")

    channel.behave = too_old
    corrections.work_all()
    engine.run_due()
    corrections.work_all()
    engine.run_due()
    corrections.work_all()
    assert {(row.action, row.state) for row in root.compensations.all()} == {
        ("correct", "failed"),
        ("take_down", "failed"),
    }
    correction = Correction.objects.get()
    assert correction.closed_at is None, "somebody has to go there"
    editor = UserFactory(role=Role.EDITOR)
    for row in root.compensations.all():
        corrections.settle_by_hand(row, outcome="corrected", user=editor, note="Đã sửa trên trang")
    with pytest.raises(Conflict):
        corrections.settle_by_hand(row, outcome="corrected", user=editor)
    corrections.work_all()
    correction.refresh_from_db()
    assert correction.closed_at is not None
    assert Receipt.objects.filter(kind="corrected", recorded_by=str(editor)).exists()
    corrections.work_all()
    assert Correction.objects.count() == 1, "what somebody settled is not found again"


def test_a_channel_that_can_do_neither_is_never_passed_over_in_silence(
    channel: MemoryChannel, hotline: Hotline
) -> None:
    channel.actions = frozenset({Action.SEND})
    root = sent(told(hotline))
    change(hotline)
    point = root.compensations.get()
    assert (point.state, point.last_error) == (S.FAILED, "no_way_to_correct")
    assert Receipt.objects.filter(kind="failed", delivery_ref=point.pk).exists()
    corrections.work_all()
    assert root.compensations.count() == 1
    assert Correction.objects.get().closed_at is None


def test_an_unconfirmed_original_waits_for_its_answer(channel: MemoryChannel, hotline: Hotline) -> None:
    channel.after = lose_reply
    root = sent(told(hotline))
    channel.after = lambda outgoing: None
    change(hotline)
    engine.run_due()
    row = root.compensations.get()
    assert (row.state, row.last_error) == (S.HELD, "original_unconfirmed")
    reaper.recheck_held()
    row.refresh_from_db()
    assert row.state == S.HELD
    resolve_unconfirmed(root, decision="there", user=UserFactory(role=Role.EDITOR), remote_id="77")
    corrections.work_all()
    engine.run_due()
    assert actions(channel) == ["send", "take_down"]
    assert channel.posted[-1].remote_id == "77"


def test_an_original_that_never_arrived_needs_no_correction(channel: MemoryChannel, hotline: Hotline) -> None:
    channel.behave = lose_reply
    root = sent(told(hotline))
    channel.behave = lambda outgoing: None
    change(hotline)
    resolve_unconfirmed(root, decision="send_again", user=UserFactory(role=Role.EDITOR))
    engine.run_due()
    root.refresh_from_db()
    assert (root.state, root.hold) == (S.HELD, Hold.NOT_AIRABLE), "the old number does not leave any more"
    corrections.work_all()
    assert root.compensations.get().state == S.CANCELLED
    assert Correction.objects.get().closed_at is not None
    assert channel.posted == []


def test_what_is_only_planned_is_stopped_by_the_intent(channel: MemoryChannel, hotline: Hotline) -> None:
    plan(item=told(hotline))
    change(hotline)
    engine.run_due()
    assert channel.posted == []
    assert not Correction.objects.exists(), "nothing wrong stands anywhere"


def test_our_own_pages_are_masked_and_corrected_later(hotline: Hotline) -> None:
    channel = memory_channel(spans=True)
    channel.shows_present_facts = True
    item = told(hotline)
    root = sent(item)
    new = change(hotline)
    engine.run_due()
    row = root.compensations.get()
    assert (row.action, row.state, row.last_error) == ("correct", S.HELD, "masked_until_corrected")
    assert Correction.objects.get().closed_at is None
    correct_text(item, new)
    engine.run_due()
    corrections.work_all()
    assert actions(channel) == ["send", "correct"]
    assert Correction.objects.get().closed_at is not None


def test_where_a_send_replaces_only_the_latest_counts(hotline: Hotline) -> None:
    channel = memory_channel()
    channel.replaces = True
    item, endpoint = told(hotline), EndpointFactory()
    first, second = sent(item, endpoint=endpoint), None
    with clock.shifted(timedelta(minutes=5)):
        second = sent(item, endpoint=endpoint)
        change(hotline)
    assert not first.compensations.exists()
    assert second.compensations.get().action == Action.TAKE_DOWN


@pytest.mark.parametrize("with_text", [True, False])
def test_a_pause_stops_no_correction(channel: MemoryChannel, hotline: Hotline, with_text: bool) -> None:
    item = told(hotline)
    sent(item)
    Pause.objects.create(
        scope="province", starts_at=clock.now() - timedelta(hours=1), ends_at=clock.now() + timedelta(hours=5),
        reason="Quốc tang", created_by=UserFactory(),
    )  # fmt: skip
    new = hotlines.change_number(hotline, number="0269 3 868 686", user=UserFactory(role=Role.EDITOR))
    hotlines.verify(new, user=UserFactory(role=Role.EDITOR))
    if with_text:
        correct_text(item, new)
    corrections.work_all()
    engine.run_due()
    assert actions(channel) == ["send", "correct" if with_text else "take_down"]


def test_a_closed_campaign_has_no_new_text_so_its_posts_are_taken_down(
    channel: MemoryChannel, hotline: Hotline
) -> None:
    item = told(hotline)
    sent(item)
    type(item.campaign).objects.filter(pk=item.campaign_id).update(state=CampaignState.CLOSED)
    change(hotline)
    engine.run_due()
    assert actions(channel) == ["send", "take_down"]


def test_a_number_typed_by_hand_is_found_too(channel: MemoryChannel, hotline: Hotline) -> None:
    item = make_script(body=[("lead_in", {"text": "Xin gọi số 0269.3.869.999 khi thấy người lạ."})])
    approve(item)
    sent(item)
    change(hotline)
    engine.run_due()
    assert actions(channel) == ["send", "take_down"]


def test_revoking_opens_a_correction(
    channel: MemoryChannel, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item = make_script()
    approve(item)
    sent(item)
    with django_capture_on_commit_callbacks(execute=True):
        approvals.revoke(item.approvals.get(), UserFactory(role=Role.APPROVER), comment="Sai ngày")
    assert Correction.objects.get().item == item
    engine.run_due()
    assert actions(channel) == ["send", "take_down"]


def test_the_tick_finds_what_the_signal_lost(channel: MemoryChannel) -> None:
    item = make_script()
    approve(item)
    sent(item)
    approvals.revoke(item.approvals.get(), UserFactory(role=Role.APPROVER), comment="Sai ngày")  # nobody hears
    assert corrections.anything_to_do()
    corrections.work_all()
    corrections.work_all()
    engine.run_due()
    corrections.work_all()
    assert actions(channel) == ["send", "take_down"]
    assert Correction.objects.count() == 1


def test_replaced_facts_about_safety_are_corrected_other_words_grow_old_in_peace(channel: MemoryChannel) -> None:
    for about_safety in (True, False):
        item = make_script(body=[("lead_in", {"text": "Họp thôn lúc 19 giờ ngày 30/11/2026."})])
        type(item).objects.filter(pk=item.pk).update(about_safety=about_safety)
        approve(item)
        sent(item)
        from campaigns.services.items import page_of

        page = page_of(item, orthography="vi").get_latest_revision_as_object()
        page.body.raw_data[0]["value"]["text"] = "Họp thôn lúc 19 giờ ngày 01/12/2026."
        page.save_revision()
        approval = approve(item)
        approval.refresh_from_db()
        approval_granted.send(sender=type(approval), approval=approval)
    assert Correction.objects.count() == 1
    assert "30/11/2026" in Correction.objects.get().reason
    engine.run_due()
    assert actions(channel) == ["send", "correct", "send"]


def test_wrong_content_reported_by_hand(channel: MemoryChannel) -> None:
    item = make_script()
    approve(item)
    root = sent(item)
    plan(item=item, when=once_now(times=("23:59",)))
    planned = Delivery.objects.order_by("-pk")[0]
    with pytest.raises(NotAllowed):
        corrections.report_wrong(item, reason="Sai", user=UserFactory(role=Role.TRANSLATOR))
    editor = UserFactory(role=Role.EDITOR)
    with pytest.raises(BadInput):
        corrections.report_wrong(item, reason=" ", user=editor)
    correction = corrections.report_wrong(item, reason="Sai tên xã", user=editor)
    with pytest.raises(Conflict):
        corrections.report_wrong(item, reason="Sai tên xã", user=editor)
    planned.refresh_from_db()
    assert (planned.state, planned.last_error) == (S.HELD, "text_wrong")
    engine.run_due()
    assert actions(channel) == ["send", "take_down"]
    corrections.work_all()
    correction.refresh_from_db()
    assert correction.closed_at is None, "the wrong approval is still in force"
    with clock.shifted(timedelta(minutes=1)):
        approve(item)
        corrections.work_all()
    planned.refresh_from_db()
    correction.refresh_from_db()
    assert planned.state == S.SCHEDULED
    assert correction.closed_at is not None
    assert root.compensations.count() == 1


def test_nothing_out_nothing_to_correct(channel: MemoryChannel) -> None:
    item = make_script()
    approve(item)
    with pytest.raises(Conflict):
        corrections.report_wrong(item, reason="Sai", user=UserFactory(role=Role.EDITOR))
    assert not Correction.objects.exists()


def test_one_place_that_breaks_stops_none_of_the_others(channel: MemoryChannel, hotline: Hotline) -> None:
    sent(told(hotline))
    other = memory_channel(kind="other")
    sent(told(hotline), endpoint=EndpointFactory(kind="other"))
    other.actions = None  # type: ignore[assignment]  # a fault in a channel's program
    change(hotline)
    engine.run_due()
    assert actions(channel) == ["send", "take_down"]
    assert Correction.objects.get().closed_at is None
