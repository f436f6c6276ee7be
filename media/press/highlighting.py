"""Showing in place what decided: a text cut into pieces, those that a reason points to marked."""

from collections.abc import Iterable, Mapping
from typing import Any

# How much of a summary is shown around the first reason, in characters.
WINDOW = 420
LEAD = 140


def pieces(text: str, reasons: Iterable[Mapping[str, Any]], field: str, *, window: int = 0) -> list[tuple[str, bool]]:
    """The text as (piece, marked) pairs that join to it again; with `window`, at most about so many characters of it.

    Overlapping reasons are one mark; offsets outside the text (an edited item) are left out. A window begins before the
    first mark and is closed by "…" where the text goes on.
    """
    spans = _merged((int(reason["start"]), int(reason["end"])) for reason in reasons if reason.get("field") == field)
    spans = [(start, end) for start, end in spans if 0 <= start < end <= len(text)]
    begin, finish = 0, len(text)
    if window and len(text) > window:
        begin = _word_start(text, max(0, spans[0][0] - LEAD)) if spans else 0
        finish = _word_end(text, min(len(text), begin + window))
        if spans:
            finish = max(finish, spans[0][1])
    done: list[tuple[str, bool]] = [("…", False)] if begin else []
    position = begin
    for start, end in spans:
        if start < begin or end > finish:
            continue
        done += [(text[position:start], False), (text[start:end], True)]
        position = end
    done.append((text[position:finish], False))
    if finish < len(text):
        done.append(("…", False))
    return [(piece, marked) for piece, marked in done if piece]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _word_start(text: str, position: int) -> int:
    """The beginning of the word at a position."""
    return text.rfind(" ", 0, position) + 1 if position else 0


def _word_end(text: str, position: int) -> int:
    """The end of the word at a position."""
    space = text.find(" ", position)
    return space if space >= 0 else len(text)
