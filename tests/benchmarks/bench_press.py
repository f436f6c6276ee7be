"""Phrases × items matched per second, beside one compiled regular expression with the same phrases in the same run."""

import itertools
import random
import re
import time

from cms.core.text import key_text, phrase_key
from media.press.matching import Matcher, Query

PHRASES = 2000
ITEMS = 10_000
# What the baseline is timed on; it is linear, and the whole would take minutes.
BASELINE_ITEMS = 500
_ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu s t th tr v x".split()
_RIMES = "a an ang ao anh ay ân ăm e em ên i iên in o oi ong ô ông ơ ơn u ung uy ư ương yêu".split()
_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")


def run() -> list[tuple[str, str]]:
    """Printable rows (label, figure); the texts are synthetic, made from one seed, so that runs can be compared."""
    chance = random.Random(7)
    syllables = ["".join(parts) for parts in itertools.product(_ONSETS, _RIMES)]
    words = [word + tone for word in chance.sample(syllables, 420) for tone in chance.sample(_TONES, 2)]
    phrases = [" ".join(chance.choices(words, k=chance.choice((2, 3, 4)))) for _number in range(PHRASES)]
    items = [_item(chance, words, phrases) for _number in range(ITEMS)]

    began = time.perf_counter()
    matcher = Matcher({number: Query.from_json({"any": [phrase]}) for number, phrase in enumerate(phrases)})
    built = time.perf_counter() - began
    began = time.perf_counter()
    found = sum(len(matcher.match(title, summary)) for title, summary in items)
    ours = time.perf_counter() - began

    pattern = re.compile("|".join(sorted(map(re.escape, map(phrase_key, phrases)), key=len, reverse=True)))
    began = time.perf_counter()
    seen = 0
    for title, summary in items[:BASELINE_ITEMS]:
        seen += sum(1 for text in (title, summary) for _match in pattern.finditer(key_text(text).text))
    baseline = (time.perf_counter() - began) * ITEMS / BASELINE_ITEMS
    return [
        ("press: phrases × items", f"{PHRASES} × {ITEMS} (one query per phrase)"),
        ("press: building the automaton", f"{built:.2f} s"),
        ("press: matching with keys and reasons", f"{ours:.2f} s, {ITEMS / ours:,.0f} items/s, {found} matches"),
        (
            "press: one compiled regex alternation over the same keys",
            f"{baseline:.2f} s (from {seen} matches in a sample)",
        ),
        ("press: ratio, times faster than the regex", f"{baseline / ours:.1f}"),
        ("press: phrases × items per second", f"{PHRASES * ITEMS / ours:,.0f}"),
    ]


def _item(chance: random.Random, words: list[str], phrases: list[str]) -> tuple[str, str]:
    """A title of a dozen syllables and a summary of forty, with a phrase in two thirds of them."""
    title = " ".join(chance.choices(words, k=12))
    summary = " ".join(chance.choices(words, k=40))
    if chance.random() < 0.66:
        summary = f"{summary} {chance.choice(phrases)} {' '.join(chance.choices(words, k=5))}"
    return title, summary
