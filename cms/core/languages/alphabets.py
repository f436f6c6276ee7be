"""Letters of each orthography and the look-alikes found in real texts.

Sources: VOV4 pages in these languages, keyboard layouts in use, Unicode charts. Alphabets of languages without one
published standard (``sed``, ``ium``, ``bdq``) are wide on purpose: they warn, they never refuse, and the language board
of the province has the last word.
"""

from __future__ import annotations

from types import MappingProxyType
from unicodedata import normalize

BREVE, CARON, CIRCUMFLEX, HORN = "\u0306", "\u030c", "\u0302", "\u031b"
VIETNAMESE_TONES = "\u0300\u0301\u0303\u0309\u0323"


def letters(text: str) -> tuple[str, ...]:
    """Gives the space-separated letters of ``text`` in NFC."""
    return tuple(normalize("NFC", text).split())


def toned(text: str) -> str:
    """Gives every vowel of ``text`` with each Vietnamese tone mark, as one string in NFC."""
    return "".join(normalize("NFC", vowel + tone) for vowel in text for tone in VIETNAMESE_TONES)


def span(first: int, last: int) -> tuple[str, ...]:
    """Gives the characters from ``first`` to ``last``, both included."""
    return tuple(chr(point) for point in range(first, last + 1))


VIETNAMESE = letters("a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y")
VIETNAMESE_EXTRA = toned("aăâeêioôơuưy") + "fjwz"

HIGHLANDS = letters("a ă â b ƀ č d đ e ĕ ê ê̆ g h i ĭ j k l m n ñ o ŏ ô ô̆ ơ ơ̆ p r s t u ŭ ư ư̆ w y")
"""Jrai and Ê Đê letters; Bahnar adds c and â̆."""
BAHNAR = letters("a ă â â̆ b ƀ c č d đ e ĕ ê ê̆ g h i ĭ j k l m n ñ o ŏ ô ô̆ ơ ơ̆ p r s t u ŭ ư ư̆ v w x y")
SEDANG = letters("a ă â b ƀ c č d đ e ĕ ê ê̆ g h i ĭ j k l m n ñ o ŏ ô ô̆ ơ ơ̆ p r s t u ŭ ư ư̆ v w x y z")
TAY_NUNG = letters("a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z")
HMONG_VIET = letters("a b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z")
DAO = letters("a b c d e f g h i j k l m n o p q r s t u v w x y z")

TAI_VIET = span(0xAA80, 0xAAC2) + span(0xAADB, 0xAADF)
KHMER = span(0x1780, 0x17A2) + span(0x17A5, 0x17A7) + span(0x17A9, 0x17B3) + span(0x17B6, 0x17D3) + ("៕", "។", "ៗ", "៛")
KHMER_DIGITS = "".join(span(0x17E0, 0x17E9))
CHAM = span(0xAA00, 0xAA36) + span(0xAA40, 0xAA4D) + span(0xAA5C, 0xAA5F)
CHAM_DIGITS = "".join(span(0xAA50, 0xAA59))


def _highland_canonical() -> dict[str, str]:
    """Look-alikes of the Central Highlands alphabets.

    Keyboards in use type a caron where the alphabet has a breve (``ě`` for ``ĕ``; ``č`` is a true caron); the breve
    typed before the circumflex looks the same and compares differently; ``Ɓ`` U+0181 stands for ``Ƀ`` U+0243.
    """
    found: dict[str, str] = {"Ɓ": "Ƀ", "ɓ": "ƀ"}
    for vowel in "aeiouAEIOU":
        found[normalize("NFC", vowel + CARON)] = normalize("NFC", vowel + BREVE)
    for base, mark in (("o", HORN), ("u", HORN), ("a", CIRCUMFLEX), ("e", CIRCUMFLEX), ("o", CIRCUMFLEX)):
        for letter in (base, base.upper()):
            right = normalize("NFC", letter + mark) + BREVE
            found[normalize("NFC", letter + mark) + CARON] = right
            found[normalize("NFC", letter + CARON) + mark] = right
            found[normalize("NFC", letter + BREVE) + mark] = right
    return {wrong: right for wrong, right in found.items() if wrong != right}


HIGHLAND_CANONICAL = MappingProxyType(_highland_canonical())
APOSTROPHES = "'’‘ʼ`"
APOSTROPHE_CANONICAL = MappingProxyType({"‘": "'", "’": "'", "ʼ": "'", "`": "'"})
"""Word processors turn a leading glottal apostrophe into an opening quotation mark."""
GLOTTAL_CANONICAL = MappingProxyType({**HIGHLAND_CANONICAL, **APOSTROPHE_CANONICAL})

WORD = r"[\p{L}\p{M}\p{N}]+"
GLOTTAL_WORD = r"['’‘ʼ]?[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’‘ʼ][\p{L}\p{M}\p{N}]+)*"
"""``\\w`` breaks inside ơ̆ (no precomposed form): tokens are letters *and marks*, glottal apostrophes included."""
