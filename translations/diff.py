"""What changed between two versions of a text, by words, for people to see."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

_PIECE = regex.compile(r"\s+|[\p{L}\p{M}\p{N}]+|.", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: "same", "gone" (only in the old version) or "new" (only in the new one)."""

    kind: str
    text: str


def word_changes(old: str, new: str) -> list[Change]:
    """``old`` → ``new`` as stretches in reading order; joining same + new gives ``new``, same + gone gives ``old``."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    found: list[Change] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Change("same", "".join(before[a1:a2])))
            continue
        if a2 > a1:
            found.append(Change("gone", "".join(before[a1:a2])))
        if b2 > b1:
            found.append(Change("new", "".join(after[b1:b2])))
    return found
