"""Pages that a scanner put in twice: stretches whose words were all said before, in the same order."""

import re

from campaigns.plans.parser.blocks import NOTE, ROW, Block

_GRAM = 5
_ALONE = 200  # letters: one paragraph of this length is not said twice by chance
_TOGETHER = 150  # letters of neighbouring blocks that are repeated one after the other
_SAME = 0.94
_WORD = re.compile(r"\w+")


def _grams(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)]


def _said_before(words: list[str], grams: list[tuple[str, ...]], seen: set, exact: set[str]) -> bool:
    if not grams:
        return " ".join(words) in exact and len(words) >= 2
    known = sum(1 for gram in grams if gram in seen)
    return known >= _SAME * len(grams)


def mark_repeated(blocks: list[Block]) -> set[int]:
    """The indexes of blocks that repeat what stood before: a long paragraph, or a run of blocks.

    Notes of responsibility and table rows say the same words many times by right and are left alone.
    """
    seen: set[tuple[str, ...]] = set()
    exact: set[str] = set()
    likely: list[bool] = []
    for block in blocks:
        words = _WORD.findall(block.flat.fold[block.body :])
        grams = _grams(words)
        may = block.mark not in (NOTE, ROW)
        likely.append(may and _said_before(words, grams, seen, exact))
        seen.update(grams)
        exact.add(" ".join(words))
    repeated: set[int] = set()
    index = 0
    while index < len(blocks):
        stop = index
        while stop < len(blocks) and likely[stop]:
            stop += 1
        run = range(index, stop)
        letters = sum(len(blocks[i].flat.text) for i in run)
        if len(run) >= 2 and letters >= _TOGETHER and any(len(blocks[i].flat.text) >= 100 for i in run):
            repeated.update(run)
        else:
            repeated.update(i for i in run if len(blocks[i].flat.text) >= _ALONE)
        index = max(stop, index + 1)
    return repeated
