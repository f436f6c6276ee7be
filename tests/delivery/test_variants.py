"""What each channel carries: edited only with a second person's yes, signed always, carried over and never dropped."""

from datetime import timedelta

import pytest

from campaigns.models import ContentEdit
from campaigns.services import approvals
from campaigns.services.items import page_of
from channels.delivery import engine, reaper
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import Hold
from channels.delivery.errors import Ambiguous
from channels.delivery.four_eyes import why_not_agree
from channels.delivery.models import Delivery, Variant
from channels.delivery.sameness import likeness, shingles, text_key
from channels.delivery.services import variants as verbs
from channels.delivery.wording import notes_on, shows_issuer, words_of
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Role
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import EndpointFactory, MemoryChannel, approve, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


@pytest.fixture
def variant(channel: MemoryChannel) -> Variant:
    return verbs.ensure_variant(approved_script().approvals.get(), EndpointFactory())


def edited(variant: Variant, text: str = "Lời riêng cho kênh", **kwargs: object) -> Variant:
    return verbs.edit_variant(variant, text=text, user=kwargs.pop("user", None) or UserFactory(role=Role.EDITOR))


def agreed(variant: Variant) -> Variant:
    return verbs.approve_edit(variant, user=UserFactory(role=Role.APPROVER))


def test_an_edit_goes_out_after_a_second_persons_yes(channel: MemoryChannel, variant: Variant) -> None:
    edited(variant)
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    engine.run_due()
    assert Delivery.objects.get().hold == Hold.VARIANT
    agreed(variant)
    assert reaper.recheck_held() == 1
    engine.run_due()
    assert [each.payload["text"] for each in channel.posted] == ["Lời riêng cho kênh"]


def test_agreeing_is_bound_to_what_was_read(variant: Variant) -> None:
    read = edited(variant).payload_sha256
    edited(variant, "Lời khác")
    approver = UserFactory(role=Role.APPROVER)
    with pytest.raises(Conflict):
        verbs.approve_edit(variant, user=approver, seen=read)
    with pytest.raises(Conflict):
        verbs.edit_variant(variant, text="Lời thứ ba", user=UserFactory(role=Role.EDITOR), seen=read)
    agreed(variant)
    again = edited(variant, "Lời thứ tư")
    assert not again.may_go, "what is edited after the yes needs another"


def test_nobody_with_a_hand_in_the_words_may_agree(variant: Variant) -> None:
    first, second = UserFactory(role=Role.EDITOR), UserFactory(role=Role.EDITOR)
    root = UserFactory(is_superuser=True)
    edited(variant, "Một", user=first)
    edited(variant, "Hai", user=root)
    edited(variant, "Ba", user=second)
    wrote = UserFactory(role=Role.APPROVER)
    ContentEdit.objects.create(item=variant.approval.item, orthography="vi", user=wrote, at=clock.now())
    variant.refresh_from_db()
    cases = {first: "not_approver", root: "edited_here", wrote: "edited_content"}
    assert {user: why_not_agree(user, variant) for user in cases} == cases
    handed_in = variant.approval.submitted_by
    handed_in.is_superuser = True
    handed_in.save()
    assert why_not_agree(handed_in, variant) == "edited_content"
    for user in (*cases, handed_in):
        with pytest.raises(NotAllowed):
            verbs.approve_edit(variant, user=user)
    assert why_not_agree(UserFactory(role=Role.APPROVER), variant) is None


def test_an_approver_and_a_stranger_do_not_edit(variant: Variant) -> None:
    for role in (Role.APPROVER, Role.CENTRE, Role.LEADER, None):
        with pytest.raises(NotAllowed):
            edited(variant, user=UserFactory(role=role))
        with pytest.raises(NotAllowed):
            verbs.reset_variant(variant, user=UserFactory(role=role))
    edited(variant)
    for role in (Role.EDITOR, Role.ADMINISTRATOR, Role.LEADER, None):
        with pytest.raises(NotAllowed):
            verbs.decline_edit(variant, user=UserFactory(role=role), comment="Ngắn hơn")


def test_a_post_that_hides_who_issues_it_is_refused(variant: Variant) -> None:
    class Unsigned(MemoryChannel):
        def with_text(self, payload: dict[str, object], text: str) -> dict[str, object]:
            return {**payload, "text": text, "issuer": ""}

    from channels.delivery.contract import register

    register(Unsigned())
    with pytest.raises(BadInput):
        edited(variant)
    signed = edited(variant, f"Lời ký tên {variant.approval.payload['issuer']['name'].upper()}")
    assert shows_issuer(signed.approval, signed.payload["text"])


def test_words_are_stored_clean(variant: Variant) -> None:
    assert edited(variant, "  Du\u031bo\u031b\u0301i\x00 \r\ncửa ").payload["text"] == "Dưới \ncửa"
    for nothing in ("", " \x00 \n"):
        with pytest.raises(BadInput):
            edited(variant, nothing)
    with pytest.raises(BadInput):
        edited(variant, "a" * 20_001)


def test_declining_keeps_the_words_and_says_why(channel: MemoryChannel, variant: Variant) -> None:
    edited(variant)
    agreed(variant)
    approver = UserFactory(role=Role.APPROVER)
    with pytest.raises(BadInput):
        verbs.decline_edit(variant, user=approver, comment=" ")
    declined = verbs.decline_edit(variant, user=approver, comment="Thiếu địa điểm")
    assert (declined.may_go, declined.payload["text"]) == (False, "Lời riêng cho kênh")


def test_what_went_out_stays_as_it_was(channel: MemoryChannel, variant: Variant) -> None:
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    engine.run_due()
    before = Variant.objects.values().get()
    for verb in (
        lambda: edited(variant),
        lambda: verbs.reset_variant(variant, user=UserFactory(role=Role.EDITOR)),
    ):
        with pytest.raises(Conflict):
            verb()
    assert Variant.objects.values().get() == before


def test_what_is_perhaps_out_stays_as_it_was(channel: MemoryChannel, variant: Variant) -> None:
    def lose(outgoing: object) -> None:
        raise Ambiguous("reply_lost")

    channel.after = lose
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    engine.run_due()
    assert Delivery.objects.get().state == S.UNCONFIRMED
    with pytest.raises(Conflict):
        edited(variant)


def test_no_edit_while_a_worker_holds_the_words(channel: MemoryChannel, variant: Variant) -> None:
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    row = engine.claim(1, owner="w", now=clock.now())[0]
    Delivery.objects.filter(pk=row.pk).update(variant=variant)
    with pytest.raises(Conflict):
        edited(variant)


def test_back_to_the_derived_words(channel: MemoryChannel, variant: Variant) -> None:
    derived = variant.payload
    edited(variant)
    again = verbs.reset_variant(variant, user=UserFactory(role=Role.EDITOR))
    assert (again.payload, again.may_go, again.edited_by) == (derived, True, None)


def test_an_edit_is_carried_over_to_the_next_approval(channel: MemoryChannel, variant: Variant) -> None:
    agreed(edited(variant))
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    newer = approve(variant.approval.item)
    assert verbs.carry_over(newer) == 1
    carried = Variant.objects.get(approval=newer)
    assert (carried.payload["text"], carried.may_go) == ("Lời riêng cho kênh", False)
    engine.run_due()
    assert not channel.posted
    assert Delivery.objects.get().hold == Hold.VARIANT
    with pytest.raises(Conflict):
        edited(variant, "Sửa bản cũ")
    assert why_not_agree(variant.edited_by, carried) is not None
    agreed(carried)
    reaper.recheck_held()
    engine.run_due()
    assert channel.posted[0].payload["text"] == "Lời riêng cho kênh"


def test_the_products_own_approval_carries_over_at_once(
    channel: MemoryChannel, variant: Variant, django_capture_on_commit_callbacks: object
) -> None:
    edited(variant)
    editor = UserFactory(role=Role.EDITOR)
    page = page_of(variant.approval.item, orthography="vi")
    draft = page.get_latest_revision_as_object()
    draft.title = "Giữ nhà ban đêm"
    draft.save_revision(user=editor)
    page = page_of(variant.approval.item, orthography="vi")
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(approvals.submit(page, editor), UserFactory(role=Role.APPROVER))
    assert Variant.objects.count() == 2
    assert Variant.objects.latest("pk").payload["text"] == "Lời riêng cho kênh"


def test_a_carried_edit_may_be_dropped_and_the_delivery_goes(channel: MemoryChannel, variant: Variant) -> None:
    agreed(edited(variant))
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    Delivery.objects.update(variant=variant)
    newer = approve(variant.approval.item)
    engine.run_due()
    assert Delivery.objects.get().hold == Hold.VARIANT
    verbs.reset_variant(Variant.objects.get(approval=newer), user=UserFactory(role=Role.EDITOR))
    reaper.recheck_held()
    engine.run_due()
    assert channel.posted[0].payload["text"] == "Giữ nhà khi đi rẫy"
    assert not verbs.ensure_variant(approve(variant.approval.item), variant.endpoint).edited_by, "dropped is dropped"


def test_an_edit_that_does_not_fit_the_new_frame_still_waits_for_a_person(channel: MemoryChannel) -> None:
    variant = verbs.ensure_variant(approved_script().approvals.get(), EndpointFactory())
    agreed(edited(variant))

    def refuse(payload: object, text: str) -> object:
        raise BadInput("quá dài")

    channel.with_text = refuse
    carried = verbs.ensure_variant(approve(variant.approval.item), variant.endpoint)
    assert (carried.payload["text"], carried.may_go) == ("Giữ nhà khi đi rẫy", False)


def test_words_that_say_the_same_have_the_same_key() -> None:
    one = "Bà con nhớ khóa cửa lúc 17:30! #AnNinh https://vd.vn/a"
    assert text_key(one) == text_key("BÀ CON NHỚ KHÓA CỬA, lúc 18:00 #KhoaCua") == text_key("ba con nho khoa cua luc")
    assert text_key(one) != text_key("Bà con nhớ khóa xe lúc 17:30")
    assert text_key("113 … #a") == ""
    long = "Bà con nhớ khóa cửa trước khi đi làm rẫy và gửi nhà cho hàng xóm trông giúp trong những ngày cuối năm"
    assert likeness(shingles(long), shingles(long.replace("trông giúp", "trông"))) > 0.7
    assert likeness(shingles(long), shingles("Xe máy cần khóa cổ, khóa phanh đĩa; ban đêm đưa xe vào nhà")) == 0.0
    khmer = "មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងសមភាពក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរ"
    assert likeness(shingles(khmer), shingles(khmer[:-4])) > 0.8


def test_ensuring_fills_the_key(channel: MemoryChannel, variant: Variant) -> None:
    assert variant.text_key == text_key(words_of(channel, variant.payload))
    assert edited(variant).text_key != variant.text_key


def test_warnings_about_numbers_dates_and_language(channel: MemoryChannel) -> None:
    line = HotlineFactory(number="0269 3 869 999")
    item = approved_script(
        hotline=line, body=[("lead_in", {"text": "Họp dân ngày 26/11/2026 lúc 19 giờ tại nhà rông."}),
                            ("closing", {"text": "Mời bà con."})],
    )  # fmt: skip
    variant = verbs.ensure_variant(item.approvals.get(), EndpointFactory())

    def notes(text: str) -> str:
        payload = channel.with_text(variant.payload, text)
        return "\n".join(note.text for note in notes_on(channel, variant.approval, payload))

    whole = "Họp dân ngày 26/11/2026 lúc 19 giờ. Gọi 02693869999."
    assert notes(whole) == ""
    assert "0905 123 456" in notes(whole + " Hoặc 0905 123 456.")
    assert "27/11/2026" in notes(whole.replace("26/", "27/"))
    assert "0269" in notes("Họp dân ngày 26/11/2026 lúc 19 giờ.")
    assert "Tiếng Việt" in notes("មនុស្សទាំងអស់កើតមកមានសេរីភាព 26/11/2026 19:00 02693869999")


def test_an_old_lease_does_not_hold_an_edit_for_ever(channel: MemoryChannel, variant: Variant) -> None:
    plan(item=variant.approval.item, endpoint=variant.endpoint)
    engine.claim(1, owner="w", now=clock.now())
    Delivery.objects.update(variant=variant)
    later = clock.now() + timedelta(hours=1)
    reaper.reap(now=later)
    assert edited(variant).payload["text"] == "Lời riêng cho kênh"
