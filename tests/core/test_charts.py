"""Charts: numbers beside the picture, gaps that are no zeros, the same figures in a table."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.core.charts import HEIGHT, WIDTH, Point, by_week, share

POINTS = [Point("21/9", 4), Point("28/9", None, "no feed"), Point("5/10", 37), Point("12/10", 0)]


def draw(points: list[Point], **kwargs: object) -> str:
    return by_week("Tuần này 37 tin", points, label_head="Tuần", value_head="Tin", **kwargs)  # type: ignore[arg-type]


def test_sentence_picture_and_table() -> None:
    figure = draw(POINTS)
    assert "<figcaption>Tuần này 37 tin</figcaption>" in figure
    assert figure.count('class="bar"') == 3 and figure.count('class="gap"') == 1
    assert figure.count("<tr>") == 5 and 'aria-hidden="true"' in figure


def test_a_gap_is_not_a_zero() -> None:
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">([^<]*)</td>', draw(POINTS))
    assert rows[1][1] not in {"0", ""} and rows[3] == ("12/10", "0")


def test_a_gap_breaks_the_line() -> None:
    figure = draw([Point("1", 1), Point("2", 2), Point("3", None), Point("4", 4), Point("5", 5)], kind="line")
    assert figure.count("<polyline") == 2


def test_nothing_known_draws_no_picture() -> None:
    figure = draw([Point("1", None), Point("2", None)])
    assert "<svg" not in figure and "<table" in figure
    assert "<table" not in draw([])


def test_text_from_outside_is_escaped() -> None:
    figure = draw([Point("<script>", 1, "<b>")])
    assert "<script>" not in figure and "<b>" not in figure


def test_policy_needs_no_exception() -> None:
    assert "style=" not in draw(POINTS, target=30) + share(3, 4)


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="pie"):
        draw(POINTS, kind="pie")


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e7), st.integers(0, 10**9)), min_size=1, max_size=60),
    st.sampled_from(["bar", "line"]),
    st.one_of(st.none(), st.floats(0, 1e7)),
)
def test_everything_stays_inside_the_picture(values: list[float | None], kind: str, target: float | None) -> None:
    figure = draw([Point(str(i), value) for i, value in enumerate(values)], kind=kind, target=target)
    found = re.search(r"<svg.*?</svg>", figure, re.S)
    if found is None:
        assert all(value is None for value in values)
        return
    root = ElementTree.fromstring(found.group())  # noqa: S314
    for rect in root.iter("rect"):
        x, y = float(rect.get("x", 0)), float(rect.get("y", 0))
        assert 0 <= x <= WIDTH and 0 <= y <= HEIGHT
        assert float(rect.get("height", 0)) >= 0 and y + float(rect.get("height", 0)) <= HEIGHT
