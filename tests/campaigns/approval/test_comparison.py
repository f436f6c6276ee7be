"""Words against words: matched by block, nothing lost, nothing escaped."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from campaigns.comparison import Change, changed_count, compare

BLOCKS = [
    {"id": "a", "type": "lead_in", "text": "Kính thưa bà con."},
    {"id": "b", "type": "turn", "voice": "female", "text": "Nhớ khóa cửa trước khi đi rẫy."},
    {"id": "c", "type": "hotline", "text_before": "Xin gọi", "hotline": 1},
    {"id": "d", "type": "sound", "description": "nhạc", "seconds": 5},
]
PAYLOAD: dict[str, Any] = {
    "title": "Giữ nhà",
    "summary": "",
    "blocks": BLOCKS,
    "hotlines": [{"id": 1, "label": "Trực ban", "number": "0269 3 869 999", "hours": ""}],
    "images": [],
    "issuer": {"id": 1, "name": "Sở"},
}


def changed(**extra: Any) -> dict[str, Any]:
    return copy.deepcopy(PAYLOAD) | extra


def states(after: dict[str, Any]) -> list[str]:
    return [row.change for row in compare(PAYLOAD, after)]


def test_without_an_earlier_approval_all_is_new() -> None:
    rows = compare(None, PAYLOAD)
    assert {row.change for row in rows} == {Change.ADDED} and len(rows) == 5


def test_the_same_words_are_unchanged() -> None:
    assert changed_count(compare(PAYLOAD, changed())) == 0


def test_one_word_is_marked() -> None:
    after = changed()
    after["blocks"][1]["text"] = "Nhớ khóa kỹ cửa trước khi đi rẫy."
    row = compare(PAYLOAD, after)[2]
    assert row.change == Change.CHANGED
    assert [(piece.kind, piece.text.strip()) for piece in row.pieces if piece.kind != "same"] == [("added", "kỹ")]


def test_parts_added_removed_and_moved() -> None:
    after = changed(blocks=[BLOCKS[1], BLOCKS[0], BLOCKS[2], {"id": "e", "type": "closing", "text": "Hết."}])
    assert sorted(states(after)) == sorted(["same", "same", "moved", "same", "added", "removed"])


def test_a_number_or_a_voice_or_the_issuer_that_changed_is_seen() -> None:
    number = changed(hotlines=[PAYLOAD["hotlines"][0] | {"number": "0269 3 111 222"}])
    assert states(number).count("changed") == 1
    assert states(changed(issuer={"id": 2, "name": "Công an"})).count("changed") == 1


@given(st.text(max_size=80), st.text(max_size=80))
def test_pieces_give_back_both_texts(before: str, after: str) -> None:
    old, new = changed(), changed()
    old["blocks"], new["blocks"] = ([{"id": "a", "type": "turn", "text": text}] for text in (before, after))
    row = next(row for row in compare(old, new) if row.label)
    assert "".join(piece.text for piece in row.pieces if piece.kind != "removed") == after
    if row.change == Change.CHANGED:
        assert "".join(piece.text for piece in row.pieces if piece.kind != "added") == before
