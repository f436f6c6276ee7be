"""Trial text: shows layout, letters and lengths where no translation exists, and says of itself that it is none.

Each segment carries the mark, so that not even one copied sentence can pass for a translation. Facts and marks of rich
text stay as they are.
"""

from __future__ import annotations

import regex

from cms.core import languages
from cms.core.text import nfc
from translations.facts import facts_of
from translations.segments import SourceSegment, max_length

MARK = "bản thử, chưa dịch"
_ACCENTED = str.maketrans(
    {"a": "ă", "e": "ĕ", "i": "ĭ", "o": "ŏ", "u": "ŭ", "b": "ƀ", "A": "Ă", "O": "Ŏ", "U": "Ŭ", "B": "Ƀ"}
)
_KEPT = r"\{/?\d+/?\}"


def is_marked(text: str) -> bool:
    """True when the text says of itself that it is a trial text."""
    return MARK in nfc(text).casefold()


def trial_text(segment: SourceSegment, orthography: str) -> str:
    """The source in brackets, marked, its plain letters with breves where the orthography is a Latin one."""
    row = languages.get_orthography(orthography)
    text = _accented(segment.text) if row.script == "Latn" else segment.text
    limit = max_length(segment.kind)
    marked = f"[{MARK}: {text}]"
    if limit is None or len(marked) <= limit:
        return marked
    return f"[{MARK}: {text[: limit - len(MARK) - 5].rstrip()}…]"


def _accented(text: str) -> str:
    kept = [_KEPT, *(regex.escape(fact.text) for fact in facts_of(text))]
    pieces = regex.split(f"({'|'.join(kept)})", text)
    # Odd places are what was kept.
    return "".join(piece if index % 2 else piece.translate(_ACCENTED) for index, piece in enumerate(pieces))
