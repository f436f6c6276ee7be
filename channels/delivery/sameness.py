"""When two texts are the same to a reader: pure, no database.

The same words with other numbers, punctuation, hashtags or links are the same text; accents are folded away, so that a text
typed without them is found too. This only ever leads to a warning, never to a decision.
"""

import hashlib

import regex

from cms.core.text import fold

# What may differ between two posts that say the same.
_LOOSE = regex.compile(r"#[\p{L}\p{M}\p{N}_]+|(?:https?://|www\.)\S+|\p{Nd}+")
_WIDTH_WORDS, _WIDTH_LETTERS = 3, 5
# Scripts without spaces (Khmer, Tai Viet) have sentences for words: their letters are compared instead.
_LETTERS_PER_WORD = 12


def same_words(text: str) -> str:
    """The text reduced to the words that make it this text: folded, without hashtags, links and numbers."""
    return fold(_LOOSE.sub(" ", text))


def text_key(text: str) -> str:
    """SHA-256 (hex) of the reduced words; empty for a text without any."""
    words = same_words(text)
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


def shingles(text: str) -> frozenset[str]:
    """The text's runs of three words, or of five letters where words are not parted by spaces."""
    words = same_words(text).split()
    letters = "".join(words)
    if words and len(letters) > _LETTERS_PER_WORD * len(words):
        return _runs(letters, _WIDTH_LETTERS)
    return _runs(words, _WIDTH_WORDS)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of two sets of shingles is shared: 0 (nothing) to 1 (all)."""
    if not one or not other:
        return 0.0
    return len(one & other) / len(one | other)


def _runs(parts: "str | list[str]", width: int) -> frozenset[str]:
    if not parts:
        return frozenset()
    return frozenset(" ".join(parts[at : at + width]) for at in range(max(1, len(parts) - width + 1)))
