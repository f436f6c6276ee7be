"""The screens of channel texts: side by side, counted as the channel counts, agreed to by another, nothing lost."""

import pytest
from django.test import Client
from django.urls import reverse

from channels.delivery import engine
from channels.delivery.errors import Ambiguous
from channels.delivery.matrix import matrix_of
from channels.delivery.models import Delivery, Endpoint, Variant
from channels.delivery.services import variants as verbs
from cms.core.models import Role, User
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import EndpointFactory, MemoryChannel, approve, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


def client_of(user: User | str | None) -> Client:
    client = Client()
    person = user if isinstance(user, User) else UserFactory(role=user)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def place(item: object, endpoint: Endpoint, code: str = "vi", name: str = "delivery_variant") -> str:
    return reverse(name, args=[item.pk, code, endpoint.pk])


def typed(item: object, text: str, **kwargs: object) -> dict[str, object]:
    approval = item.approvals.get(status="approved")
    return {"verb": "save", "text": text, "approval": approval.pk, "seen": "", **kwargs}


def test_looking_stores_nothing_and_shows_approved_words_beside_the_channels(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(hotline=HotlineFactory()), EndpointFactory()
    page = client_of(Role.EDITOR).get(place(item, endpoint)).content.decode()
    assert not Variant.objects.exists()
    assert "Trước khi đi làm rẫy" in page
    assert "<del>" in page
    assert "Giữ nhà khi đi rẫy" in page
    assert item.campaign.issuer.name in page


def test_saving_agreeing_and_the_history(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    editor, approver = client_of(Role.EDITOR), client_of(Role.APPROVER)
    where = place(item, endpoint)
    assert editor.post(where, typed(item, "Lời riêng cho kênh #AnNinh")).status_code == 302
    variant = Variant.objects.get()
    assert "Lời riêng cho kênh" in approver.get(reverse("delivery_variants")).content.decode() or item.title in (
        approver.get(reverse("delivery_variants")).content.decode()
    )
    page = approver.get(where).content.decode()
    assert 'value="approve"' in page and "#AnNinh" in page
    assert 'value="approve"' not in editor.get(where).content.decode()
    data = {"verb": "approve", "approval": variant.approval_id, "seen": "0" * 64}
    assert approver.post(where, data).status_code == 409, "not what was read"
    assert approver.post(where, {**data, "seen": ""}).status_code == 409, "nothing was read"
    assert approver.post(where, {**data, "seen": variant.payload_sha256}).status_code == 302
    variant.refresh_from_db()
    assert variant.may_go and variant.edit_approved_by is not None
    history = editor.get(where).content.decode()
    assert history.count(variant.payload_sha256[:12]) == 3, "edited, agreed to, and in the page itself"
    assert editor.post(where, {**data, "verb": "reset"}).status_code == 302
    variant.refresh_from_db()
    assert variant.payload["text"] == item.title
    assert "Lời riêng cho kênh" in editor.get(where).content.decode(), "the words are in the history"


def test_sending_back_says_why_to_the_editor(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    editor, approver = client_of(Role.EDITOR), client_of(Role.APPROVER)
    where = place(item, endpoint)
    editor.post(where, typed(item, "Lời riêng"))
    seen = Variant.objects.get().payload_sha256
    data = {"verb": "decline", "approval": item.approvals.get().pk, "seen": seen}
    assert approver.post(where, {**data, "comment": ""}).status_code == 400
    assert approver.post(where, {**data, "comment": "Thiếu nơi họp"}).status_code == 302
    assert "Thiếu nơi họp" in editor.get(where).content.decode()


def test_an_error_keeps_what_was_typed(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    editor = client_of(Role.EDITOR)
    long = "Rất dài " * 3000
    refused = editor.post(place(item, endpoint), typed(item, long))
    assert refused.status_code == 400
    assert "Rất dài Rất dài" in refused.content.decode()
    empty = editor.post(place(item, endpoint), typed(item, " \x00\r\n "))
    assert empty.status_code == 400
    unknown = editor.post(place(item, endpoint), typed(item, "Lời giữ lại", verb="xóa hết"))
    assert unknown.status_code == 400 and "Lời giữ lại" in unknown.content.decode()
    # One long enough for the counter but short enough for the desk is told by how much.
    counted = editor.post(place(item, endpoint), typed(item, "a" * 777, verb="count")).content.decode()
    assert "777" in counted and "is-over" in counted
    assert not Variant.objects.exists()


def test_two_people_at_once_see_both_versions(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    one, two = client_of(Role.EDITOR), client_of(Role.EDITOR)
    where = place(item, endpoint)
    assert one.post(where, typed(item, "Lời của người thứ nhất")).status_code == 302
    late = two.post(where, typed(item, "Lời của người thứ hai"))
    page = late.content.decode()
    assert late.status_code == 409
    assert "Lời của người thứ nhất" in page and page.count("Lời của người thứ hai") >= 2
    seen = Variant.objects.get().payload_sha256
    assert f'value="{seen}"' in page
    assert two.post(where, typed(item, "Lời của người thứ hai", seen=seen)).status_code == 302


def test_an_approval_that_changes_meanwhile_loses_nothing(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    editor, where = client_of(Role.EDITOR), place(item, endpoint)
    data = typed(item, "Viết cho bản cũ")
    newer = approve(item)
    late = editor.post(where, data)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Viết cho bản cũ" in page and f'name="approval" value="{newer.pk}"' in page
    assert editor.post(where, {**data, "approval": newer.pk}).status_code == 302
    third = approve(item)
    verbs.carry_over(third)
    carried = editor.get(where).content.decode()
    assert "▲" in carried and "Viết cho bản cũ" in carried


def test_what_went_out_cannot_be_edited_and_says_what_to_do(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    editor, where = client_of(Role.EDITOR), place(item, endpoint)
    page = editor.get(where).content.decode()
    assert "<textarea" not in page
    assert reverse("delivery_detail", args=[Delivery.objects.get().pk]) in page
    refused = editor.post(where, typed(item, "Sửa sau khi gửi"))
    assert refused.status_code == 409
    assert "Sửa sau khi gửi" in refused.content.decode()


def test_counting_is_the_channels(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    where = place(item, endpoint, name="delivery_recount")
    editor = client_of(Role.EDITOR)
    answer = editor.post(where, typed(item, "Chữ 𠀀 0905 123 456")).json()
    assert answer["counters"] == [
        {"label": "Chữ", "used": len("Chữ 𠀀 0905 123 456"), "limit": 500, "unit": "characters", "over": False}
    ]
    assert any(note["grave"] and "0905 123 456" in note["text"] for note in answer["notes"])
    assert editor.post(where, typed(item, "a" * 501)).json()["counters"][0]["over"]
    assert editor.get(where).status_code == 405
    assert editor.post(where, typed(item, "a" * 30_000)).status_code == 400
    approve(item)
    stale = editor.post(where, {**typed(item, "a"), "approval": "1"}).json()
    assert stale["error"]
    assert not Variant.objects.exists()


@pytest.mark.parametrize("name", ["delivery_variants", "delivery_item", "delivery_variant"])
def test_who_opens_these_pages(channel: MemoryChannel, name: str) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    arguments = {"delivery_variants": [], "delivery_item": [item.pk], "delivery_variant": [item.pk, "vi", endpoint.pk]}
    address = reverse(name, args=arguments[name])
    for role in (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR):
        assert client_of(role).get(address).status_code == 200
    for role in (Role.LEADER, Role.REVIEWER, Role.CENTRE, None):
        assert client_of(role).get(address).status_code in {302, 403}
    assert Client().get(address).status_code == 302


def test_who_may_do_what_on_a_text(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    where = place(item, endpoint)
    approver = client_of(Role.APPROVER)
    refused = approver.post(where, typed(item, "Lời của người duyệt"))
    assert refused.status_code == 403 and not Variant.objects.filter(edited_by__isnull=False).exists()
    for stranger in (Role.LEADER, None):
        assert client_of(stranger).post(where, typed(item, "Lạ")).status_code in {302, 403}
        count = client_of(stranger).post(place(item, endpoint, name="delivery_recount"), typed(item, "Lạ"))
        assert count.status_code in {302, 403}
    both = UserFactory(role=Role.APPROVER)
    from tests.factories.campaigns import MembershipFactory

    MembershipFactory(user=both, role=Role.EDITOR)
    owner = client_of(both)
    assert owner.post(where, typed(item, "Lời của tôi")).status_code == 302
    seen = Variant.objects.get().payload_sha256
    own = owner.post(where, {"verb": "approve", "approval": item.approvals.get().pk, "seen": seen})
    assert own.status_code == 403
    assert not Variant.objects.get().may_go


def test_addresses_that_lead_nowhere(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    editor = client_of(Role.EDITOR)
    for address in (
        place(item, endpoint, "xx"),
        reverse("delivery_variant", args=[999_999, "vi", endpoint.pk]),
        reverse("delivery_variant", args=[item.pk, "vi", 999_999]),
        place(item, EndpointFactory(kind="gone")),
        reverse("delivery_item", args=[999_999]),
    ):
        assert editor.get(address).status_code == 404
    assert editor.get(place(item, endpoint, "km")).status_code == 200, "not approved yet: said, not refused"


def test_the_matrix_says_what_happened_and_what_is_next(channel: MemoryChannel) -> None:
    item = approved_script()
    sent, lost, planned, nothing, edited = (EndpointFactory() for _each in range(5))
    plan(item=item, endpoint=sent)
    engine.run_due()

    def lose(outgoing: object) -> None:
        raise Ambiguous("reply_lost")

    channel.after = lose
    plan(item=item, endpoint=lost)
    engine.run_due()
    plan(item=item, endpoint=planned)
    verbs.edit_variant(
        verbs.ensure_variant(item.approvals.get(), edited), text="Riêng", user=UserFactory(role=Role.EDITOR)
    )
    endpoints = [sent, lost, planned, nothing, edited]
    cells = {row.endpoint.pk: row.cells[0] for row in matrix_of(item, endpoints).rows}
    assert [cells[e.pk].state for e in endpoints] == ["sent", "unconfirmed", "planned", "nothing", "nothing"]
    assert cells[lost.pk].act_url == reverse("delivery_detail", args=[Delivery.objects.get(endpoint=lost).pk])
    assert "lich-gui/moi" in cells[nothing.pk].act_url and cells[nothing.pk].for_planners
    assert cells[edited.pk].act_url == place(item, edited)
    page = client_of(Role.APPROVER).get(reverse("delivery_item", args=[item.pk])).content.decode()
    assert "lich-gui/moi" not in page, "an approver plans nothing"
    assert page.count("◐") >= 2


def test_the_matrix_asks_a_fixed_number_of_questions(channel: MemoryChannel, django_assert_num_queries: object) -> None:
    item = approved_script()

    def add(count: int) -> None:
        for _each in range(count):
            endpoint = EndpointFactory()
            plan(item=item, endpoint=endpoint)
            verbs.edit_variant(
                verbs.ensure_variant(item.approvals.get(), EndpointFactory()), text="Riêng",
                user=UserFactory(role=Role.EDITOR),
            )  # fmt: skip
        engine.run_due()

    add(1)
    endpoints = list(Endpoint.objects.all())
    with django_assert_num_queries(7):
        matrix_of(item, endpoints)
    add(4)
    endpoints = list(Endpoint.objects.all())
    with django_assert_num_queries(7):
        assert len(matrix_of(item, endpoints).rows) == 10
