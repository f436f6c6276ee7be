"""What our renderer writes is judged by the simulator's own parser, which shares no code with it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram.rendering import (
    Draft,
    cut,
    draft_from_payload,
    plain_from_html,
    plain_length,
    render,
    utf16_units,
)
from cms.ops.simulators.telegram_html import parse
from cms.ops.simulators.telegram_html import utf16_units as judged_units

# Vietnamese with marks above marks, Jrai, Tai Viet, Khmer, emoji outside the basic plane, markup, controls.
LETTERS = st.text(
    st.sampled_from(list("aăâeêộựặ ƀčĭŏ ꪎꪱꪣ ខ្មែរ 😀👩‍👩‍👧 <>&\"'/ \n\t;.,—") + ["\u0323", "\u0301"]), max_size=400
)


@given(title=LETTERS, paragraphs=st.lists(LETTERS, max_size=4), issuer=LETTERS, limit=st.sampled_from([1024, 4096]))
@settings(max_examples=200, deadline=None)
def test_every_post_is_accepted_and_keeps_its_frame(title: str, paragraphs: list[str], issuer: str, limit: int) -> None:
    draft = Draft(title.strip(), paragraphs * 3, ("Công an: 0269",), "https://vidu.vn/a?b=1&c=2", issuer.strip())
    try:
        message = render(draft, limit=limit)
    except ValueError:
        return
    parsed = parse(message, "HTML").plain
    assert judged_units(parsed) <= limit
    assert plain_length(message) == judged_units(parsed)
    assert "https://vidu.vn/a?b=1&c=2" in parsed
    assert "Công an: 0269" in parsed


@given(text=LETTERS, limit=st.integers(0, 300))
@settings(max_examples=300, deadline=None)
def test_cutting_keeps_the_limit_and_tears_no_letter(text: str, limit: int) -> None:
    shorter = cut(text, limit)
    assert utf16_units(shorter) <= max(limit, 0) or shorter == ""
    shorter.encode("utf-8")


def test_utf16_counts_pairs_twice() -> None:
    assert utf16_units("aộ😀") == 4


def test_rich_text_becomes_lines() -> None:
    markup = "<p>Một &amp; hai</p><ul><li>ba</li><li>bốn<br/>năm</li></ul>"
    assert plain_from_html(markup) == "Một & hai\nba\nbốn\nnăm"


def test_the_words_before_a_hotline_arrive_without_its_number() -> None:
    payload = {
        "title": "Giữ xe máy", "summary": "", "issuer": {"name": "Công an tỉnh"},
        "hotlines": [{"id": 7, "label": "Công an xã", "number": "0269 3 869 999"}],
        "blocks": [
            {"type": "hotline", "hotline": 7, "text_before": "Đừng đuổi theo một mình mà hãy gọi:"},
            {"type": "hotline", "hotline": 7, "text_before": "Xin nhớ số này."},
        ],
    }  # fmt: skip
    draft = draft_from_payload(payload)
    assert draft.paragraphs == ("Đừng đuổi theo một mình mà hãy gọi Công an xã.", "Xin nhớ số này.")
    assert draft.hotlines == ("Công an xã: 0269 3 869 999",)
