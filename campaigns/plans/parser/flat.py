"""A stretch of the source on one line, with the way back to offsets in the source.

Plans arrive with lines broken in mid sentence, so every rule reads a `Flat`: white space runs are one space and the
asterisks of bold type are gone. `norm` and `fold` have the same length as `text`, so a match in any of the three is a
match in all.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]
Leaf = dict[str, Any]

_SAME_LETTER = {
    "đ": "d",
    "Đ": "d",
    "Ð": "d",
    "ð": "d",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "…": ".",
}
_PLAIN = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"}
# Capital letters with marks. A range À-Ỹ would take in small letters as well: Unicode puts them in pairs.
_MARKED = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
UPPER = "A-Z" + _MARKED
_OLD_TONE = re.compile(r"([oOuU])([àáảãạÀÁẢÃẠèéẻẽẹÈÉẺẼẸỳýỷỹỵỲÝỶỸỴ])(?![^\W\d_])")
_UNMARKED = "aeyAEY"
_CRUMBS = re.compile(r"\S+")


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """A compiled pattern in which "À-Ỹ" stands for every capital and "à-ỹ" for every small letter with marks."""
    return re.compile(text.replace("À-Ỹ", _MARKED).replace("à-ỹ", _MARKED.lower()), flags)


class _FoldTable(dict[int, str]):
    """Code point → one lower-case letter without marks, filled when asked."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = _SAME_LETTER.get(char) or unicodedata.normalize("NFD", char)[0].lower()
        self[code] = plain[:1] or char
        return self[code]


_FOLD = _FoldTable()


def fold_same_length(text: str) -> str:
    """The text without marks and case, letter for letter: offsets stay. For Vietnamese; OCR often loses only marks."""
    return text.translate(_FOLD)


def _move_tone(match: re.Match[str]) -> str:
    """ "oà" → "òa", "uý" → "úy": the same syllable in the other fashion, with the same number of letters."""
    first, second = match.groups()
    letters = unicodedata.normalize("NFD", second)
    moved = unicodedata.normalize("NFC", first + letters[1:])
    return (moved + letters[0]) if len(moved) == 1 and letters[0] in _UNMARKED else first + second


def one_tone_fashion(text: str) -> str:
    """The text with tones of oa, oe, uy on the first vowel, straight quotes and short dashes; offsets stay.

    After q the u belongs to the consonant: "quý" stays.
    """
    plain = text.translate({ord(k): v for k, v in _PLAIN.items()})

    def swap(match: re.Match[str]) -> str:
        before = plain[match.start() - 1 : match.start()].lower()
        return match.group() if before == "q" else _move_tone(match)

    return _OLD_TONE.sub(swap, plain)


@dataclass(frozen=True, slots=True)
class Flat:
    """One line of text; `starts[i]` is where letter i stands in the source."""

    text: str
    norm: str
    fold: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Source offsets of `text[start:end]`, half-open, without white space at the ends. The stretch is not empty."""
        while start < end - 1 and self.text[start] == " ":
            start += 1
        while end - 1 > start and self.text[end - 1] == " ":
            end -= 1
        return self.starts[start], self.starts[end - 1] + 1

    def leaf(self, start: int, end: int, value: Any = None) -> Leaf:
        """A leaf over `text[start:end]`; the value is the text itself, tidied, unless given."""
        return leaf(tidy(self.text[start:end]) if value is None else value, self.span(start, end))


def flatten(source: str, start: int, end: int) -> Flat:
    """The stretch `source[start:end]` on one line."""
    letters: list[str] = []
    starts: list[int] = []
    for crumb in _CRUMBS.finditer(source, start, end):
        word = crumb.group()
        at = crumb.start()
        kept = [(i, ch) for i, ch in enumerate(word) if ch != "*"] if "*" in word else None
        if kept is not None and not kept:
            continue
        if letters:
            letters.append(" ")
            starts.append(at - 1)
        if kept is None:
            letters.append(word)
            starts.extend(range(at, at + len(word)))
        else:
            letters.append("".join(ch for _, ch in kept))
            starts.extend(at + i for i, _ in kept)
    text = "".join(letters)
    return Flat(text, one_tone_fashion(text), fold_same_length(text), tuple(starts))


def join(parts: list[Flat]) -> Flat:
    """Several stretches one after the other on one line."""
    if len(parts) == 1:
        return parts[0]
    starts: list[int] = []
    for part in parts:
        if starts:
            starts.append(starts[-1] + 1)
        starts.extend(part.starts)
    text = " ".join(part.text for part in parts)
    return Flat(text, one_tone_fashion(text), fold_same_length(text), tuple(starts))


def tidy(text: str) -> str:
    """A value as people write it in a field: one line, without the marks that end a list item."""
    line = " ".join(text.replace("*", "").split())
    line = re.sub(r"[\s;,]*(?:\./\.|\.\s*/|[;,:])$", "", line).strip()
    return line.strip(" ;")


def leaf(value: Any, span: Span) -> Leaf:
    """What every field of a read plan is: a value and the half-open stretch of the source that shows it."""
    return {"value": value, "span": [span[0], span[1]]}
