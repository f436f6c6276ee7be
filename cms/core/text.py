"""Text keys: what two pieces of text must share to be called the same word.

Three keys with three uses. `nfc` is what is stored. `fold` is the search key of every language (no marks, no case, no
punctuation). `key_text` / `syllable_keys` is the Vietnamese matching key, which keeps the tone and the quality of the
vowel but not how they were typed. Rules: reference/press_translation.md I.5.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, islice

import regex

# Letters that Unicode does not decompose, so stripping marks leaves them alone.
_STROKES = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "ɖ": "d",
        "Ɖ": "D",
        "ƀ": "b",
        "Ƀ": "B",
        "ɓ": "b",
        "Ɓ": "B",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "ı": "i",
    }
)
# Three capital letters look like Đ; only U+0110 is the Vietnamese one. Old converters write the others.
_LOOKALIKE_D = str.maketrans({"Ð": "đ", "ð": "đ", "Ɖ": "đ", "ɖ": "đ"})
# VNI numbering: 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng; no digit is ngang.
_TONE_DIGITS = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
# Marks of Latin letters only: vowels of Khmer, Chăm and Tai Viet are marks to Unicode and letters to a reader.
_LATIN_MARKS = regex.compile(r"[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF]+")
_INVISIBLE = regex.compile(r"[\p{Cf}\u034F\uFE00-\uFE0F]+")
_BETWEEN_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\p{Cf}]*(?<!\p{Cf})")
_OPEN_Y = regex.compile(r"(h|k|l|m|s|t|v|qu)y")
_GRAPHEME = regex.compile(r"\X")
_CONTROLS = regex.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\uFFFE\uFFFF\p{Cs}]+")
_SPACES = regex.compile(r"\s+")


def nfc(text: str) -> str:
    """The text in Unicode normal form C, the only form that is stored.

    U+0340 and U+0341 (the deprecated tone marks) become the ordinary ones, because NFC replaces them.
    """
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """The text in NFC without characters that databases, XML or HTML refuse: NUL, other controls, lone surrogates.

    Line ends, tabs, joiners and soft hyphens stay: they may carry meaning in some scripts.
    """
    return nfc(_CONTROLS.sub("", text))


def clean_line(text: str) -> str:
    """`clean` on one line: every run of white space (NBSP included) is one space, none at the ends."""
    return _SPACES.sub(" ", clean(text)).strip()


def fold(text: str) -> str:
    """The accent-free key of a text: "Phòng, chống  MA TÚY" → "phong chong ma tuy".

    đ, Ð, ƀ, Ɓ become d and b; punctuation and spaces collapse into one space; invisible characters go. Marks of Latin
    letters are dropped, those of Khmer, Chăm and Tai Viet stay. For searching and sorting only: it makes "mua bán
    người" equal to "mùa bận người", so it never decides what a press item is about.
    """
    plain = unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).translate(_STROKES)
    plain = _LATIN_MARKS.sub("", plain).casefold()
    return unicodedata.normalize("NFC", _BETWEEN_WORDS.sub(" ", plain)).strip()


@lru_cache(maxsize=65536)
def syllable_key(syllable: str) -> str:
    """The matching key of one Vietnamese syllable: hòa = hoà = HOÀ = "hoa2"; lý = lí = "li1"; Ðắk = Đắk = "đăk1".

    The tone moves out as a VNI digit, so where it was typed does not matter. i and y are one letter only in open
    syllables after h, k, l, m, s, t, v, qu (công ty = công ti), never elsewhere (tuy ≠ tui, ngày ≠ ngài).
    Only for Vietnamese: the tone of ñ in a minority language is not a tone.
    """
    plain = _INVISIBLE.sub("", syllable).translate(_LOOKALIKE_D).casefold()
    letters = unicodedata.normalize("NFD", plain)
    tones = "".join(_TONE_DIGITS.get(mark, "") for mark in letters)
    if tones:
        letters = "".join(letter for letter in letters if letter not in _TONE_DIGITS)
    base = unicodedata.normalize("NFC", letters)
    if base.endswith("y") and _OPEN_Y.fullmatch(base):
        base = base[:-1] + "i"
    return base + tones


def syllable_keys(text: str) -> list[str]:
    """The keys of the syllables of a text, in order; punctuation, spaces and line ends only separate them."""
    return [syllable_key(word) for word in _WORD.findall(text)]


class KeyText:
    """A text as matching sees it, and the way back to the place in the original.

    `text` is " key key key " with a space at both ends, so that a phrase in the same form is found only as whole words.
    `positions[i]` is where key i begins in `text`; `spans[i]` is where its syllable stands in the original string. Both
    are worked out when first asked for: most texts match nothing.
    """

    def __init__(self, original: str, keys: Sequence[str]) -> None:
        self.original = original
        self.keys = keys
        self.text = f" {' '.join(keys)} "

    @cached_property
    def positions(self) -> list[int]:
        """Where each key begins in `text`."""
        return [1 + before for before in accumulate((len(key) + 1 for key in self.keys[:-1]), initial=0)][
            : len(self.keys)
        ]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each key's syllable stands in the original, half-open."""
        return [match.span() for match in _WORD.finditer(self.original)]

    def word_at(self, position: int) -> int:
        """The index of the key that covers a position of `text`; the space before a key counts as the key's."""
        return max(0, bisect_right(self.positions, position + 1) - 1)

    def words(self, start: int, end: int) -> tuple[int, int]:
        """First key and one past the last key of a match `text[start:end]` that has its outer spaces."""
        return self.word_at(start), self.word_at(end - 2) + 1

    def origin(self, first: int, last: int) -> tuple[int, int]:
        """Offsets in the original string from key `first` to before key `last` (half-open on both sides)."""
        return self.spans[first][0], self.spans[last - 1][1]


def key_text(text: str, *, unaccented: bool = False) -> KeyText:
    """The keys of a text with a map of offsets back to it; the text may be in any normal form.

    With `unaccented` the keys are folded ("ma tuy"): only for phrases flagged for it, and only on texts for which
    `is_unaccented` is true.
    """
    key_of = _folded_word if unaccented else syllable_key
    return KeyText(text, [key_of(word) for word in _WORD.findall(text)])


def phrase_key(phrase: str, *, unaccented: bool = False) -> str:
    """A phrase in the form that is searched for in `KeyText.text`, spaces at both ends; " " when it has no word."""
    keys = [_folded_word(w) for w in _WORD.findall(phrase)] if unaccented else syllable_keys(phrase)
    return f" {' '.join(keys)} " if keys else " "


def is_unaccented(text: str) -> bool:
    """Whether the text is written without any Vietnamese mark or đ, as on old phones: at least one letter, no mark."""
    letters = unicodedata.normalize("NFD", _INVISIBLE.sub("", text))
    if _LATIN_MARKS.search(letters) or letters.translate(_STROKES) != letters:
        return False
    return any(letter.isalpha() for letter in letters)


@lru_cache(maxsize=65536)
def _folded_word(word: str) -> str:
    return fold(word).replace(" ", "")


def graphemes(text: str) -> list[str]:
    """What a reader calls letters: "ơ̆" is one, although it has no single code point."""
    return _GRAPHEME.findall(text)


def grapheme_length(text: str) -> int:
    """How many letters a reader sees."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def truncate(text: str, limit: int, *, ending: str = "…") -> str:
    """The text, or its beginning cut so that it has at most `limit` graphemes with the ending; no mark is torn off.

    The cut goes back to the last space when that loses less than a fifth of the room. `limit` must be positive.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    first = list(islice(_GRAPHEME.finditer(text), limit + 1))
    if len(first) <= limit:
        return text
    room = limit - grapheme_length(ending)
    if room < 1:
        return "".join(match.group() for match in first[:limit])
    head = text[: first[room - 1].end()]
    if not first[room].group().isspace():
        space = head.rfind(" ")
        if space >= 0 and grapheme_length(head[space:]) <= max(1, room // 5):
            head = head[:space]
    return head.rstrip() + ending
