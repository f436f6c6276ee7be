"""Tags of rich text become marks and come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.placeholders import misplaced_marks, protect, restore, split_leaves, without_marks

RICH = [
    "Khóa cửa khi ra khỏi nhà, kể cả khi chỉ đi <b>vài phút</b>.",
    'Xem <a linktype="page" id="3">trang <i>này</i></a><br/>và gọi',
    "A &amp; B &lt;c&gt;",
    "Không có thẻ",
]


@pytest.mark.parametrize("markup", RICH)
def test_round_trip(markup: str) -> None:
    protected = protect(markup)
    assert "<" not in protected.text or "&lt;" in markup
    assert misplaced_marks(protected.text, protected.tags) == []
    assert restore(protected.text, protected.tags) == markup


def test_marks_are_what_a_translator_can_type() -> None:
    assert protect(RICH[1]).text == "Xem {1}trang {2}này{/2}{/1}{3/}và gọi"


def test_what_the_translator_types_can_never_become_a_tag() -> None:
    protected = protect(RICH[0])
    typed = "<script>x</script> {1}a{/1} {9} &amp;"
    assert restore(typed, protected.tags) == "&lt;script&gt;x&lt;/script&gt; <b>a</b> {9} &amp;amp;"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("không", ["{1}", "{/1}"]), ("{1}a", ["{/1}"]), ("{/1}a{1}", ["{/1}"]), ("{1}a{/1}{1}b{/1}", ["{1}", "{/1}"]),
     ("{1/}{1}a{/1}", ["{1/}"])],
)  # fmt: skip
def test_lost_or_crossed_marks_are_named(typed: str, wrong: list[str]) -> None:
    assert misplaced_marks(typed, ["<b>"]) == wrong


def test_leaves_of_a_list_are_cut_at_blocks_only() -> None:
    markup = "<p>Một <b>hai</b></p><ul><li>ba</li><li>bốn<ul><li>năm</li></ul></li></ul><p> </p>"
    pieces = split_leaves(markup)
    assert [piece for is_text, piece in pieces if is_text] == ["Một <b>hai</b>", "ba", "bốn", "năm"]
    assert "".join(piece for _is_text, piece in pieces) == markup


def test_a_reader_sees_no_marks() -> None:
    assert without_marks("a {1}b{/1} {2}", ["<b>"]) == "a b {2}"


@given(st.text(max_size=80), st.integers(min_value=0, max_value=2))
def test_restoring_escapes_every_angle_bracket(text: str, count: int) -> None:
    assert "<" not in restore(text, ["<b>"] * count).replace("<b>", "").replace("</b>", "")


@given(st.text(alphabet="ab <>/pli&;", max_size=60))
def test_splitting_loses_nothing(markup: str) -> None:
    assert "".join(piece for _is_text, piece in split_leaves(markup)) == markup
