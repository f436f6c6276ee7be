"""Facts that must survive: the table of press_translation.md II.3, and the cases around it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from translations.facts import compare, facts_of

SURVIVES = [
    ("Gọi 0692 869 999", "Iâo 0692.869.999"),
    ("Gọi 0692 869 999", "Iâo +84 692 869 999"),
    ("1.000.000 đồng", "1,000,000 prăk"),
    ("1.500 người", "1,500 čô"),
    ("đạt 0,5%", "đạt 0.5%"),
    ("Gọi 113", "ហៅ ១១៣"),
    ("ngày 26/6", "hrơi 26 blan 6"),
    ("ngày 26 tháng 6 năm 2024", "26/6/2024"),
    ("lúc 17h00", "mông 17"),
    ("lúc 05:30", "5h30"),
    ("Kế hoạch 25/KH-STTTT ngày 25/02/2021", "25/KH-STTTT 25/2/2021"),
    ("xem https://congan.gialai.gov.vn/tin.", "https://congan.gialai.gov.vn/tin"),
    ("12 vụ, 5 đối tượng", "5 …, 12 …"),
    ("không có số nào", "…"),
]
BROKEN = [
    ("hotline digit exchanged", "Gọi 0692 869 999", "Gọi 0692 896 999"),
    ("hotline dropped", "Gọi 0692 869 999", "Gọi"),
    ("day and month exchanged", "trước ngày 30/7", "trước ngày 7/30"),
    ("113 and 114 exchanged", "Trộm: 113. Cháy: 114.", "Cháy: 114. Trộm: 113."),
    ("address changed", "xem https://a.vn/x", "xem https://a.vn/y"),
    ("a nought lost", "1.000.000 đồng", "100.000 đồng"),
    ("a number added", "mấy vụ", "3 vụ"),
    ("written as words", "Gọi 113", "Gọi một một ba"),
    ("document number changed", "25/KH-STTTT", "26/KH-STTTT"),
    ("Khmer digit changed", "Gọi 113", "ហៅ ១១៤"),
    ("year lost", "25/02/2021", "25/02"),
]


@pytest.mark.parametrize(("source", "target"), SURVIVES)
def test_the_same_fact_in_another_dress(source: str, target: str) -> None:
    assert not compare(source, target)


@pytest.mark.parametrize(("case", "source", "target"), BROKEN, ids=[case for case, _s, _t in BROKEN])
def test_a_changed_fact_is_found(case: str, source: str, target: str) -> None:
    assert compare(source, target)


def test_facts_are_typed() -> None:
    found = facts_of("Gọi 0692 869 999 hoặc 113 trước 17h30 ngày 26/6; 38.500 tin; 04-NQ/TU; a@b.vn")
    assert [(fact.kind, fact.value) for fact in found] == [
        ("phone", "0692869999"), ("phone", "113"), ("time", "17:30"), ("date", "26/6"), ("number", "38500"),
        ("document", "04-nq/tu"), ("url", "a@b.vn"),
    ]  # fmt: skip


def test_what_is_lost_and_what_came_instead_are_both_named() -> None:
    found = compare("Gọi 0692 869 999", "Gọi 0692 896 999")
    assert [fact.text for fact in found.missing] == ["0692 869 999"]
    assert [fact.text for fact in found.added] == ["0692 896 999"]


@example("\U0001ccf0")  # a digit that regex knows and Python 3.11 does not
@given(st.text(max_size=200))
def test_a_text_keeps_its_own_facts(text: str) -> None:
    assert not compare(text, text)


@given(st.lists(st.sampled_from(["113", "26/6", "0692 869 999", "1.000", "17h00", "04-NQ/TU", "một"]), max_size=8))
def test_losing_any_fact_is_noticed(parts: list[str]) -> None:
    facts = [part for part in parts if part != "một"]
    if facts:
        shorter = list(parts)
        shorter.remove(facts[0])
        assert compare("; ".join(parts), "; ".join(shorter))
