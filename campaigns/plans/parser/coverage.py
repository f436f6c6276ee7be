"""What no field claims: every such stretch is kept, and said to be what it is.

Small joining words between two fields ("Số:", "ngày", "của", a bracket) are taken into the field beside them, so that
what is left over is what a person should look at.
"""

import re
from dataclasses import dataclass
from typing import Any

from campaigns.plans.parser.flat import Leaf, fold_same_length, leaf, tidy

HEADING, TITLE, REPEATED, FORMULA, CITED, SITUATION, REST = (
    "heading",
    "title",
    "repeated",
    "formula",
    "cited",
    "situation",
    "rest",
)
_GLUE = re.compile(
    r"(?:so|ngay|cua|ve|viec|va|cac|can cu|thuc hien|theo|chuc nang|nhiem vu|noi dung|phan cong|phan cap|duoc giao|lien quan|tai|tu|"
    r"noi nhan|kinh gui|bao cao|de nghi|giao|cho|voi|cung|dong|trong|khoa|[ivx]+|dieu|\d{1,2}(?:\.\d{1,2}){0,3}|[a-d]|"
    r"chu tri|phoi hop|chu dong|huong dan|huu quan|to chuc|trien khai|dao tao)"
)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Remainder:
    """A stretch that no field claims and why it is left."""

    leaf: Leaf
    why: str


def is_glue(text: str) -> bool:
    """Whether a stretch only joins: list marks, brackets, and few words such as "số", "ngày", "của"."""
    words = _WORDS.findall(fold_same_length(text))
    if len(words) > 12 or len(text) > 70 or re.search(r"[-–—_=*.]{4}", text):
        return False
    rest = " ".join(words)
    rest = re.sub(rf"(?<!\w){_GLUE.pattern}(?!\w)", "", rest)
    return not rest.strip()


def leaves_of(value: Any) -> list[Leaf]:
    """Every leaf inside a read plan."""
    if isinstance(value, dict):
        if set(value) == {"value", "span"}:
            return [value]
        return [found for part in value.values() for found in leaves_of(part)]
    if isinstance(value, list):
        return [found for part in value for found in leaves_of(part)]
    return []


def _claimed(length: int, spans: list[list[int]]) -> bytearray:
    mask = bytearray(length)
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)
    return mask


def gaps(source: str, spans: list[list[int]]) -> list[tuple[int, int]]:
    """The stretches outside the spans that are not blank, without white space at their ends."""
    mask = _claimed(len(source), spans)
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(source):
        if mask[at]:
            after = mask.find(0, at)
            at = len(source) if after < 0 else after
            continue
        stop = mask.find(1, at)
        stop = len(source) if stop < 0 else stop
        text = source[at:stop]
        if text.strip():
            lead = len(text) - len(text.lstrip())
            found.append((at + lead, at + len(text.rstrip())))
        at = stop
    return found


def _parts(source: str, leaves: list[Leaf], cuts: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    ordered = sorted(cuts)
    found: list[tuple[int, int, str]] = []
    for start, end in gaps(source, [one["span"] for one in leaves]):
        found.extend(split_gap(source, start, end, ordered))
    return found


def absorb_glue(source: str, leaves: list[Leaf], cuts: list[tuple[int, int, str]]) -> None:
    """Stretch fields over the joining words beside them: forward to the field that follows on the line, else backward."""
    starts: dict[int, list[Leaf]] = {}
    ends: dict[int, list[Leaf]] = {}
    for one in leaves:
        if isinstance(one["value"], int | float):
            continue  # a list mark beside a figure must not look like part of it
        starts.setdefault(one["span"][0], []).append(one)
        ends.setdefault(one["span"][1], []).append(one)
    for start, end, why in _parts(source, leaves, cuts):
        if why == REPEATED or not is_glue(source[start:end]):
            continue
        ahead = re.compile(r"[^\S\n]*").match(source, end)
        behind = start
        line_of_its_own = why != REST and "\n" in source[max(0, start - 1) : start]
        while behind > 0 and source[behind - 1].isspace():
            behind -= 1
        following = starts.get(ahead.end() if ahead else end)
        before = None if line_of_its_own else ends.get(behind)
        closing = not _WORDS.search(source[start:end]) and source[start] not in '("“-+*–•['
        if before and (closing or not following):
            for one in before:
                one["span"][1] = end
        elif following:
            for one in following:
                one["span"][0] = start


def split_gap(source: str, start: int, end: int, cuts: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """A gap cut at the stretches whose nature is known (headings, repeated pages …); the rest is REST."""
    parts: list[tuple[int, int, str]] = []
    at = start
    for cut_start, cut_end, why in cuts:
        if cut_end <= at or cut_start >= end:
            continue
        a, b = max(at, cut_start), min(end, cut_end)
        if a > at:
            parts.append((at, a, REST))
        parts.append((a, b, why))
        at = b
    if at < end:
        parts.append((at, end, REST))
    trimmed = []
    for a, b, why in parts:
        text = source[a:b]
        if text.strip():
            lead = len(text) - len(text.lstrip())
            trimmed.append((a + lead, a + len(text.rstrip()), why))
    return trimmed


def remainder(source: str, leaves: list[Leaf], cuts: list[tuple[int, int, str]]) -> list[Remainder]:
    """Everything that is left over, in order; joining words between known stretches go with the stretch beside them."""
    merged: list[tuple[int, int, str]] = []
    for start, end, why in _parts(source, leaves, cuts):
        between = source[merged[-1][1] : start] if merged else "\n"
        beside = not between.strip()
        glued = why == REST and "\n" not in between and is_glue(source[start:end])
        if merged and beside and (why == merged[-1][2] == REPEATED or glued):
            merged[-1] = (merged[-1][0], end, merged[-1][2])
        else:
            says_nothing = why == REST and not _WORDS.search(source[start:end])
            merged.append((start, end, FORMULA if says_nothing else why))
    return [Remainder(leaf(tidy(source[a:b]) or source[a:b].strip(), (a, b)), why) for a, b, why in merged]
