"""Reading a text by the rules of its orthography: tokens, letters as a reader counts them, look-alikes, strangers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

import regex

from .table import ORTHOGRAPHIES

_CLUSTER = regex.compile(r"\X")
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_PLAIN = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Unusual:
    """A cluster the orthography does not know, its place (code points of the NFC text), a suggestion or ''."""

    text: str
    start: int
    suggestion: str


@lru_cache
def _token_regex(orthography: str) -> regex.Pattern[str]:
    return regex.compile(ORTHOGRAPHIES[orthography].token_pattern)


@lru_cache
def _canonical_regex(orthography: str) -> regex.Pattern[str] | None:
    table = ORTHOGRAPHIES[orthography].canonical
    if not table:
        return None
    longest_first = sorted(table, key=len, reverse=True)
    return regex.compile("|".join(regex.escape(wrong) for wrong in longest_first))


@lru_cache
def _known_clusters(orthography: str) -> frozenset[str]:
    row = ORTHOGRAPHIES[orthography]
    known = {normalize("NFC", letter) for letter in row.alphabet} | set(row.extra_characters) | set(row.digits) | _PLAIN
    return frozenset(known | {letter.upper() for letter in known})


def tokens(text: str, orthography: str) -> list[str]:
    """The words (Vietnamese: syllables) of ``text`` in NFC; letters keep marks and glottal apostrophes."""
    return _token_regex(orthography).findall(normalize("NFC", text))


def clusters(text: str) -> list[str]:
    """The letters of ``text`` as a reader counts them (grapheme clusters that hold a letter or a digit), in NFC."""
    return [found for found in _CLUSTER.findall(normalize("NFC", text)) if _LETTER.search(found)]


def canonical(text: str, orthography: str) -> str:
    """``text`` in NFC with look-alikes (caron for breve, Ɓ for Ƀ, curly apostrophes) written as the alphabet has them.

    A suggestion for a person to accept: converting a language's letters needs the consent of those who write it.
    """
    text = normalize("NFC", text)
    pattern = _canonical_regex(orthography)
    if pattern is None:
        return text
    table = ORTHOGRAPHIES[orthography].canonical
    return normalize("NFC", pattern.sub(lambda found: table[found.group()], text))


def outside_alphabet(text: str, orthography: str) -> list[Unusual]:
    """Clusters of letters in ``text`` that the orthography does not know, in order; never punctuation or digits.

    Scripts that stack freely (Khmer, Tai Viet, Cham) are judged by code point, Latin ones by whole letter.
    """
    row = ORTHOGRAPHIES[orthography]
    known = _known_clusters(orthography)
    found: list[Unusual] = []
    for match in _CLUSTER.finditer(normalize("NFC", text)):
        piece = match.group()
        if row.script == "Latn":
            bad = category(piece[0])[0] == "L" and piece not in known
        else:
            bad = any(category(char)[0] in "LM" and char not in known for char in piece)
        if bad:
            better = canonical(piece, orthography)
            found.append(Unusual(piece, match.start(), better if better in known else ""))
    return found
