"""The settings of a place, what is rendered for it, and what the planning screen shows."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from channels.delivery.contract import channel_for
from channels.manual import rendering, sms
from channels.manual.enums import LegalForm, Means
from channels.manual.forms import ManualConfigForm
from channels.manual.means import WAYS, forms_of
from cms.core.errors import BadInput, NotReady
from tests.factories.manual import place
from tests.factories.roof import PASSWORD, World, make_world

# The eight forms of Decree 49/2024/NĐ-CP, in its order, by their legal names.
EIGHT = [
    "Đài truyền thanh cấp xã", "Bảng tin công cộng", "Bản tin thông tin cơ sở", "Tài liệu không kinh doanh",
    "Tuyên truyền viên cơ sở", "Cổng thông tin điện tử, trang thông tin điện tử", "Mạng xã hội, ứng dụng nhắn tin",
    "Tin nhắn viễn thông",
]  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def config(**values: Any) -> ManualConfigForm:
    return ManualConfigForm({"means": "van", "due_hours": 24, **values})


def test_the_eight_forms_bear_their_legal_names() -> None:
    from django.utils.translation import override

    with override("vi"):
        assert [str(form.label) for form in LegalForm] == EIGHT


def test_every_way_and_every_form_can_be_chosen() -> None:
    assert set(WAYS) == set(Means.values)
    for form in LegalForm:
        ways = [means for means in Means if form in forms_of(means)]
        assert any(means != Means.OTHER for means in ways)
        for means in ways:
            assert config(means=means, form=form).is_valid()


class TestSettings:
    def test_the_usual_form_of_a_way(self) -> None:
        form = config(means="sms")
        assert form.is_valid() and form.cleaned_data["form"] == LegalForm.SMS

    def test_what_does_not_belong_together(self) -> None:
        form = config(means="sms", form="board")
        assert not form.is_valid() and "form" in form.errors

    @pytest.mark.parametrize("line", ["0912345678", "Bà Hoa 0912 345 678", "+84 912-345-678"])
    def test_no_numbers_of_persons(self, line: str) -> None:
        for field, typed in (("places", f"Tổ 1\n{line}"), ("place", line), ("note", f"Nhắn cho: {line}")):
            form = config(**{field: typed})
            assert not form.is_valid() and field in form.errors
        assert config(note="Việc gấp thì gọi 113; mỗi thôn phát 2 lần.").is_valid()

    def test_stored_settings_are_read_again(self, world: World) -> None:
        endpoint = place(world, places=["Làng Nú", "Làng Ốp"], area=world.commune.pk, person=world.people["centre"].pk)
        assert endpoint.config["places"] == ["Làng Nú", "Làng Ốp"] and endpoint.config["area"] == world.commune.pk
        again = ManualConfigForm(endpoint.config)
        assert again.is_valid() and again.cleaned_data == endpoint.config
        shown = str(ManualConfigForm(initial=endpoint.config)["places"])
        assert "Làng Nú\nLàng Ốp" in shown


class TestRendering:
    def test_documents_carry_the_approved_words(self, world: World) -> None:
        approval = world.approvals[world.script.pk, "vi"]
        payload = channel_for("manual").render_variant(approval, place(world))
        assert payload["approval_sha256"] == approval.payload_sha256 and world.hotline.number in payload["text"]
        assert payload["files"] == ["van-ban.docx", "van-ban.pdf", "am-thanh.mp3", "phieu-viec.pdf"]
        assert payload == channel_for("manual").render_variant(approval, place(world))
        with pytest.raises(NotReady):
            channel_for("manual").with_text(payload, "Lời khác")

    def test_a_message_fits_and_keeps_what_matters(self, world: World) -> None:
        approval = world.approvals[world.script.pk, "vi"]
        for segments in (3, 4, 6):
            payload = rendering.render(approval, {"means": "sms", "segments": segments})
            assert sms.measure(payload["text"]).segments <= segments
            assert world.hotline.number in payload["text"] and approval.payload["issuer"]["name"] in payload["text"]
            assert payload["text"].startswith(approval.payload["title"])
        with pytest.raises(BadInput):
            rendering.render(approval, {"means": "sms", "segments": 1})

    def test_a_group_gets_the_whole_text_signed(self, world: World) -> None:
        approval = world.approvals[world.article.pk, "vi"]
        text = rendering.render(approval, {"means": "messenger"})["text"]
        assert text.endswith(approval.payload["issuer"]["name"]) and text.startswith(approval.payload["title"])
        assert text.count(approval.payload["title"]) == 1

    def test_an_edit_has_to_fit(self, world: World) -> None:
        channel = channel_for("manual")
        payload = rendering.render(world.approvals[world.article.pk, "vi"], {"means": "sms", "segments": 3})
        assert channel.with_text(payload, "Gọi 113. Sở")["edited"] is True
        with pytest.raises(BadInput):
            channel.with_text(payload, "ă" * 202)
        counter = channel.counters(payload)[0]
        assert counter.limit == 201 and counter.used == sms.measure(payload["text"]).units

    def test_the_preview_shows_the_pack(self, world: World) -> None:
        channel = channel_for("manual")
        payload = rendering.render(
            world.approvals[world.script.pk, "vi"], {"means": "board", "place": "Cổng chợ", "note": "Dán sớm <b>"}
        )
        html = channel.preview_html(payload)
        assert "thong-bao.pdf" in html and "Cổng chợ" in html and "Dán sớm &lt;b&gt;" in html
        for line in payload["text"].splitlines():
            assert line[:20] in html

    def test_who_issues_it_is_among_the_words(self, world: World) -> None:
        from channels.delivery.wording import shows_issuer, words_of

        approval = world.approvals[world.script.pk, "vi"]
        for means in Means:
            payload = rendering.render(approval, {"means": means, "segments": 10})
            assert shows_issuer(approval, words_of(channel_for("manual"), payload)), means


def test_an_administrator_sets_a_place_up(world: World) -> None:
    client = Client()
    client.login(username="quantri", password=PASSWORD)
    response = client.get(reverse("delivery_destination_new", args=["manual"]))
    text = response.content.decode()
    assert response.status_code == 200 and all(name in text for name in EIGHT)
