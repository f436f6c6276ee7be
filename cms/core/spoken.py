"""How a Vietnamese text sounds: numbers, dates, times, document numbers, acronyms in words; how long it takes to read.

Used for the reading time of a script, for the draft voice, and for the spoken form printed beneath numbers.
"""

import unicodedata
from dataclasses import dataclass
from unicodedata import normalize

import regex

from cms.core.languages import LANGUAGES, ORTHOGRAPHIES, Language, clusters, orthographies_of, tokens
from cms.core.languages.table import CLUSTERS_PER_SYLLABLE
from cms.core.spoken_patterns import PATTERN, is_range, read_match

_DIGITS = regex.compile(r"\p{Nd}[\p{Nd}.,/:-]*\p{Nd}|\p{Nd}")
_COUNTS = regex.compile(r"[\p{L}\p{N}]")
TO = " đến "
_HAS_DIGIT = regex.compile(r"\d")


_UNKNOWN_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")


def _hidden_if_unknown(digit: "regex.Match[str]") -> str:
    """A digit of a newer Unicode than Python's own tables has no value to read: it stands aside while we look."""
    return digit.group() if unicodedata.decimal(digit.group(), None) is not None else "\ufffd"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text (NFC) and, when it is read otherwise than written, its words."""

    text: str
    spoken: str | None = None


def pieces(text: str) -> list[Piece]:
    """``text`` in NFC cut into stretches; joining their ``text`` gives it back exactly."""
    text = normalize("NFC", text)
    found: list[Piece] = []
    at = 0
    for match in PATTERN.finditer(_UNKNOWN_DIGIT.sub(_hidden_if_unknown, text)):
        words = read_match(match)
        if words is None:
            continue
        between = text[at : match.start()]
        if between:
            follows = bool(found) and found[-1].spoken is not None and _HAS_DIGIT.search(found[-1].text) is not None
            dash = follows and is_range(between) and _HAS_DIGIT.search(match.group()) is not None
            found.append(Piece(between, TO if dash else None))
        found.append(Piece(match.group(), words))
        at = match.end()
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def spoken(text: str) -> str:
    """``text`` as it is read aloud in Vietnamese; lines stay lines, runs of spaces become one.

    Words are separated from what stood beside them: "5km" gives "năm ki-lô-mét". Reading twice changes nothing.
    """
    out: list[str] = []
    for piece in pieces(text):
        if piece.spoken is None:
            out.append(piece.text)
            continue
        before = out[-1][-1:] if out and out[-1] else ""
        out.append((" " if _COUNTS.match(before) else "") + piece.spoken + "\ue000")
    joined = regex.sub(r"\ue000(?=[\p{L}\p{N}])", " ", "".join(out)).replace("\ue000", "")
    return "\n".join(regex.sub(r"[^\S\n]+", " ", line).strip() for line in joined.split("\n"))


def annotations(text: str) -> list[tuple[str, str]]:
    """(as written, as read) for everything in ``text`` that is read otherwise than written, in order."""
    return [
        (piece.text, piece.spoken)
        for piece in pieces(text)
        if piece.spoken is not None and piece.spoken.strip() != "đến"
    ]


def syllable_count(text: str, language: str) -> int:
    """How many reading units ``text`` has: syllables, or clusters for Khmer, Tai Viet and Cham letters.

    ``language`` is the code of a language or of an orthography; KeyError for an unknown one. Numbers count as long as
    they are in Vietnamese, in every language.
    """
    row = _language(language)
    if row.code == "vi":
        return _words(spoken(text))
    text = normalize("NFC", text)
    numbers = sum(_words(spoken(_ascii(found))) for found in _DIGITS.findall(text))
    rest = _DIGITS.sub(" ", text)
    if row.reading_unit == "cluster":
        return len(clusters(rest)) + round(numbers * CLUSTERS_PER_SYLLABLE)
    orthography = language if language in ORTHOGRAPHIES else orthographies_of(row.code)[0].code
    return len(tokens(rest, orthography)) + numbers


def reading_seconds(text: str, language: str) -> float:
    """Seconds an announcer needs to read ``text`` aloud in ``language`` (rates: the language table)."""
    return syllable_count(text, language) * 60.0 / _language(language).reading_rate


def _language(code: str) -> Language:
    return LANGUAGES[ORTHOGRAPHIES[code].language] if code in ORTHOGRAPHIES else LANGUAGES[code]


def _words(text: str) -> int:
    return sum(1 for word in regex.split(r"[\s\-–—/]+", text) if _COUNTS.search(word))


def _ascii(digits: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else char for char in digits)
