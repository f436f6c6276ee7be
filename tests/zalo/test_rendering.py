"""What an article says: within Zalo's limits, always signed, hotlines whole, a cover whatever happens."""

import io
import json

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from channels.delivery.contract import channel_for
from channels.delivery.errors import Permanent
from channels.delivery.models import Endpoint
from channels.delivery.services import ensure_variant
from channels.zalo import api, cover, rendering
from cms.core.errors import BadInput
from cms.core.models import Image
from tests.factories.campaigns import CampaignFactory, HotlineFactory, OrganisationFactory, make_article
from tests.factories.delivery import approve, approved_script

ISSUER = {"id": 1, "name": "Sở Văn hóa, Thể thao và Du lịch"}


def approved(**more: object) -> dict[str, object]:
    return {
        "title": "Giữ nhà khi đi rẫy", "summary": "", "orthography": "vi", "issuer": ISSUER, "hotlines": [],
        "images": [], "blocks": [{"id": "a", "type": "paragraph", "html": "<p>Khóa cửa.</p>"}], **more,
    }  # fmt: skip


def made(payload: dict[str, object], **more: object) -> dict[str, object]:
    how = {"author": "", "shown": True, "broadcast": False, "comment": False, **more}
    return rendering.payload_from(payload, **how)  # type: ignore[arg-type]


texts = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=400)


@given(st.lists(st.text(min_size=1, max_size=9000), max_size=6), texts.filter(str.strip), texts)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)
def test_limits_hold_for_every_text(paragraphs: list[str], title: str, summary: str) -> None:
    hotlines = [{"id": 1, "label": "Trực ban", "number": "0269 3 869 999", "hours": "24/24"}]
    blocks = [{"id": str(n), "type": "turn", "text": text} for n, text in enumerate(paragraphs)]
    payload = made(approved(title=title, summary=summary, hotlines=hotlines, blocks=blocks))
    assert rendering.units(payload["title"]) <= api.TITLE_LIMIT
    assert 1 <= rendering.units(payload["description"]) <= api.DESCRIPTION_LIMIT
    assert rendering.units(payload["author"]) <= api.AUTHOR_LIMIT
    assert rendering.body_units(payload) <= api.BODY_LIMIT
    assert payload["hotlines"] == ["Trực ban: 0269 3 869 999 (24/24)"]
    body = api.article_body(payload, cover="ref", pictures={}, shown=True)
    assert body["body"][-1]["content"] == f"— {ISSUER['name']}"
    json.dumps(payload)


def test_a_long_title_stands_whole_in_the_text() -> None:
    title = "Thông báo về việc tăng cường phòng, chống trộm cắp tài sản trong dịp cuối năm " * 3
    payload = made(approved(title=title))
    assert payload["title"].endswith("…") and payload["shortened"]
    assert payload["blocks"][0]["text"] == title.strip()


def test_markup_becomes_words_and_words_never_markup() -> None:
    markup = "<p>Khóa <b>cửa</b> &amp; cổng</p><ul><li>một</li><li>hai</li></ul><p>1 &lt; 2</p>"
    payload = made(approved(blocks=[{"id": "a", "type": "paragraph", "html": markup}]))
    assert rendering.paragraphs_of(payload) == ["Khóa cửa & cổng", "một", "hai", "1 < 2"]
    contents = [block["content"] for block in api.article_body(payload, cover="r", pictures={}, shown=False)["body"]]
    assert contents[0] == "Khóa cửa &amp; cổng" and "1 &lt; 2" in contents


def test_nothing_to_say_or_nobody_who_says_it() -> None:
    with pytest.raises(BadInput):
        made(approved(title=" "))
    with pytest.raises(BadInput):
        made(approved(issuer={"id": 1, "name": ""}))
    with pytest.raises(BadInput):
        made(approved(hotlines=[{"id": 1, "label": "x" * 13_000, "number": "1"}]))


def test_addresses_are_ascii() -> None:
    assert api.ascii_address("https://vidu.vn/ảnh bìa.png?x=1&y=%20") == (
        "https://vidu.vn/%E1%BA%A3nh%20b%C3%ACa.png?x=1&y=%20"
    )


def test_up_to_five_articles_in_a_broadcast() -> None:
    assert len(api.broadcast_body(list("abcde"))["message"]["attachment"]["payload"]["elements"]) == 5
    for wrong in ([], list("abcdef")):
        with pytest.raises(ValueError, match="one to five"):
            api.broadcast_body(wrong)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"data": {"id": "a"}}, "a"),
        ({"data": {"article_id": 12}}, "12"),
        ({"data": "x"}, "x"),
        ({}, ""),
        ({"data": []}, ""),
    ],
)
def test_shapes_met_in_the_wild(reply: dict[str, object], expected: str) -> None:
    assert api.article_id_of(reply) == expected


def test_a_listing_in_either_shape() -> None:
    rows = [{"id": "a", "title": "T", "status": "show", "create_date": 1_770_000_000_000, "link_view": "https://l"}]
    for data in ({"medias": rows}, {"articles": rows}):
        (row,) = api.listing_of({"data": data})
        assert (row.id, row.shown, row.at.year if row.at else 0) == ("a", True, 2026)
    assert api.listing_of({"data": {"medias": [{"create_date": "x"}, 7]}})[0].at is None


@pytest.mark.parametrize("orthography", ["vi", "jra", "bdq", "rad", "blt-tavt", "km", "no-such"])
def test_there_is_a_cover_in_every_language(orthography: str) -> None:
    data = cover.drawn_cover("Khóa cửa khi đi rẫy, gửi nhà cho hàng xóm trông giúp", ISSUER["name"], orthography)
    assert len(data) <= api.IMAGE_BYTES
    with Pillow.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (cover.WIDTH, cover.HEIGHT))
    assert data == cover.drawn_cover(
        "Khóa cửa khi đi rẫy, gửi nhà cho hàng xóm trông giúp", ISSUER["name"], orthography
    )


def test_large_pictures_are_made_to_fit() -> None:
    noise = Pillow.effect_noise((3000, 2400), 120).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "PNG")
    data = cover.fitted(target.getvalue())
    assert data[:3] == b"\xff\xd8\xff" and len(data) <= api.IMAGE_BYTES


@pytest.mark.django_db
def test_an_articles_picture_is_its_cover_and_proven_by_its_hash(endpoint: Endpoint) -> None:
    target = io.BytesIO()
    Pillow.new("RGB", (800, 600), "#1E6B3A").save(target, "JPEG")
    image = Image.objects.create(
        title="Tổ tự quản", file=ContentFile(target.getvalue(), name="to.jpg"), width=800, height=600
    )
    item = make_article(
        body=[
            ("paragraph", "<p>Trước.</p>"),
            ("picture", {"image": image, "alt": "Tổ tự quản đi tuần"}),
            ("paragraph", "<p>Sau.</p>"),
        ]
    )
    payload = ensure_variant(approve(item), endpoint).payload
    assert payload["cover"] == {"image": image.pk, "sha256": image.file_sha256}
    assert [block["type"] for block in payload["blocks"]] == ["text", "image", "text"]
    data, kind = cover.cover_bytes(payload)
    assert kind == "image/jpeg" and data[:3] == b"\xff\xd8\xff"
    preview = channel_for("zalo").preview_html(payload)
    assert preview.count("data:image/jpeg;base64,") == 2 and "Tổ tự quản đi tuần" in preview
    with pytest.raises(Permanent, match="picture_changed"):
        cover.picture_bytes(image.pk, "0" * 64)
    with pytest.raises(Permanent, match="picture_gone"):
        cover.picture_bytes(10**9, image.file_sha256)
    image.file.storage.delete(image.file.name)
    with pytest.raises(Permanent, match="picture_gone"):
        cover.cover_bytes(payload)
    assert "thiếu ảnh" in channel_for("zalo").preview_html(payload)


@pytest.mark.django_db
def test_preview_is_what_is_sent_and_escapes_it(endpoint: Endpoint, sending: Endpoint) -> None:
    item = approved_script(title="Khóa cửa <script>alert(1)</script>", hotline=HotlineFactory())
    channel = channel_for("zalo")
    payload = channel.render_variant(item.approvals.get(), sending)
    preview = channel.preview_html(payload)
    assert "<script>" not in preview and "&lt;script&gt;" in preview
    assert "data:image/png;base64," in preview
    for line in (*rendering.paragraphs_of(payload), *rendering.fixed_lines(payload)):
        assert line.replace("&", "&amp;") in preview
    assert "được gửi tới người quan tâm" in preview
    assert any("không thu hồi được" in line for line in channel.warnings(payload))
    assert payload["hotlines"][0] in channel.plain_text(payload)


@pytest.mark.django_db
def test_counters_and_edits(endpoint: Endpoint) -> None:
    channel = channel_for("zalo")
    payload = channel.render_variant(approved_script(hotline=HotlineFactory()).approvals.get(), endpoint)
    assert [(counter.used > 0, counter.limit) for counter in channel.counters(payload)] == [
        (True, 140), (True, 250), (True, 12_000),
    ]  # fmt: skip
    edited = channel.with_text(payload, "Lời một.\n\nLời hai.")
    assert channel.editable_text(edited) == "Lời một.\n\nLời hai."
    assert edited["hotlines"] == payload["hotlines"] and edited["signature"] == payload["signature"]
    with pytest.raises(BadInput):
        channel.with_text(payload, "x" * 12_001)
    with pytest.raises(BadInput):
        channel.with_text(payload, " \n ")


@pytest.mark.django_db
def test_a_long_issuer_signs_short_above_and_whole_below(endpoint: Endpoint) -> None:
    name = "Ban Chỉ đạo phong trào Toàn dân đoàn kết xây dựng đời sống văn hóa tỉnh"
    campaign = CampaignFactory(issuer=OrganisationFactory(name=name, short_name="Ban Chỉ đạo tỉnh"))
    payload = channel_for("zalo").render_variant(approved_script(campaign=campaign).approvals.get(), endpoint)
    assert payload["author"] == "Ban Chỉ đạo tỉnh"
    assert payload["signature"] == f"— {name}"
