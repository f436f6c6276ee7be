"""The words of a post: hotlines and the issuer always arrive, whatever the length; what is compared with the page."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.facebook import rendering
from channels.facebook.forms import FacebookConfigForm
from channels.facebook.rendering import Draft, cut, draft_from_payload, fits, likeness, render, squeezed, units
from channels.facebook.usage import read_usage

PAYLOAD = {
    "title": "Giữ nhà khi đi rẫy",
    "summary": "",
    "blocks": [
        {"type": "heading", "text": "Ba việc"},
        {"type": "paragraph", "html": "<p>Khóa <b>cửa</b>.<br>Gửi &amp; nhờ hàng xóm.</p>"},
        {"type": "hotline", "hotline": 1, "text_before": "Gọi"},
        {"type": "picture", "image": 3, "alt": "Cái khóa"},
    ],
    "hotlines": [{"id": 1, "label": "Công an xã", "number": "0269 3 823 113"}],
    "images": [],
    "issuer": {"id": 1, "name": "Sở Văn hóa, Thể thao và Du lịch"},
}  # fmt: skip


def test_the_whole_post() -> None:
    draft = draft_from_payload(PAYLOAD, link="https://tinh.example/bai/", tags="#AnToàn")
    assert render(draft, limit=5000, link_in_text=True) == (
        "Giữ nhà khi đi rẫy\n\nBa việc\n\nKhóa cửa. Gửi & nhờ hàng xóm.\n\nGọi Công an xã.\n\nCông an xã: 0269 3 823 113\n\n"
        "https://tinh.example/bai/\n\n— Sở Văn hóa, Thể thao và Du lịch\n\n#AnToàn"
    )
    assert "tinh.example" not in render(draft, limit=5000, link_in_text=False)
    short = render(draft, limit=units("\n\n".join(p for p in rendering._frame(draft, link_in_text=True) if p)) + 12,
                   link_in_text=True)  # fmt: skip
    assert "0269 3 823 113" in short and "— Sở Văn hóa" in short and "…" in short
    assert not fits(draft, limit=120, link_in_text=True)
    with pytest.raises(ValueError, match="longer"):
        render(draft, limit=50, link_in_text=True)


WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80)


@given(title=WORDS, paragraphs=st.lists(WORDS, max_size=4), limit=st.integers(120, 400))
def test_never_longer_than_the_limit_and_the_frame_always_whole(title: str, paragraphs: list[str], limit: int) -> None:
    payload = {
        "title": title, "blocks": [{"type": "quote", "text": text} for text in paragraphs],
        "hotlines": [{"label": "Công an", "number": "113"}], "issuer": {"name": "Công an tỉnh"},
    }  # fmt: skip
    try:
        message = render(draft_from_payload(payload), limit=limit, link_in_text=True)
    except ValueError:
        return
    assert units(message) <= limit
    assert "Công an: 113" in message and message.endswith("— Công an tỉnh")


@given(text=WORDS, limit=st.integers(0, 60))
def test_no_mark_is_torn_off(text: str, limit: int) -> None:
    text = unicodedata.normalize("NFC", text)
    short = cut(text, limit)
    assert units(short) <= max(limit, 0) or short == ""
    if short.endswith("…") and text != short:
        kept = len(short) - 1
        assert kept == 0 or not unicodedata.combining(text[kept : kept + 1] or "x")


def test_comparing_forgives_what_facebook_changes_and_nothing_else() -> None:
    stored = "Giữ  nhà\r\n\r\n\u200bkhi đi rẫy "
    assert squeezed(unicodedata.normalize("NFD", "Giữ nhà\nkhi đi rẫy")) == squeezed(stored)
    assert squeezed("Gọi 113") != squeezed("Gọi 114")
    assert likeness("một hai ba bốn", "một hai ba năm") == pytest.approx(3 / 5)
    assert likeness("", "") == 0


def test_the_settings_of_a_page() -> None:
    form = FacebookConfigForm({"page_id": " 100200300 ", "hashtags": "AnToàn, #Phòng_Chống  #AnToàn"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"page_id": "100200300", "pictures": "first", "hashtags": "#AnToàn #Phòng_Chống"}
    for wrong in ({"page_id": "cong.an"}, {"page_id": "1" * 40}, {"page_id": "12345", "hashtags": "#a b<script>"},
                  {"page_id": "12345", "hashtags": " ".join(f"#a{n}" for n in range(11))}, {}):  # fmt: skip
        assert not FacebookConfigForm(wrong).is_valid(), wrong


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"x-app-usage": "not json"}, {"x-page-usage": "[]"}, {"x-page-usage": '{"call_count": "many"}'},
        {"x-business-use-case-usage": '{"1": [{"call_count": -5}]}'}, {"x-app-usage": "9" * 9000},
        {"x-business-use-case-usage": '{"1": {"call_count": 99}, "2": [7]}'}, {"x-app-usage": '{"call_count": true}'},
    ],
)  # fmt: skip
def test_headers_that_say_nothing(headers: dict[str, str]) -> None:
    usage = read_usage(headers)
    assert usage.percent == 0 and not usage.wait
    assert not Draft("", (), (), "", "").tags
