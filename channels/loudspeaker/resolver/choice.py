"""Which file speaks for an item at a station, and what order bulletins come in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from .rules import Answer, BulletinClass, Candidate, Entry, Reason, Rendition, Standing

SHA256 = re.compile(r"[0-9a-f]{64}")
RANK = {BulletinClass.EMERGENCY: 0, BulletinClass.PRIORITY: 1, BulletinClass.NORMAL: 2}
LAST = 1 << 31


def precedence(candidate: Candidate) -> tuple[int, int, int, int, int]:
    """The total order of DESIGN.md: class, then the commune's own order, closeness of the target, later start, id.

    Nothing else decides: not who saved last and not the order in which rows were read.
    """
    position = LAST if candidate.position is None else candidate.position
    return RANK[candidate.cls], position, int(candidate.reach), -candidate.starts_on.toordinal(), candidate.id


def bulletin_problem(candidate: Candidate, standing: Standing) -> Reason | None:
    """Why the bulletin is out at this station on every day; None when it may compete."""
    if candidate.problem is not None:
        return candidate.problem
    if candidate.cls is BulletinClass.EMERGENCY:
        return Reason.EMERGENCY_RESERVED
    if candidate.cls is BulletinClass.PRIORITY:
        return None
    if candidate.answer is Answer.DECLINED:
        return Reason.DECLINED
    if candidate.answer is Answer.OFFERED and standing is Standing.WAIT:
        return Reason.AWAITING_ANSWER
    return None


def is_playable(rendition: Rendition) -> bool:
    """True for a file with a proper hash, a size and a length."""
    return bool(SHA256.fullmatch(rendition.sha256)) and rendition.duration_ms > 0 and rendition.bytes > 0


def rendition_for(entry: Entry, languages: tuple[str, ...]) -> Rendition | Reason:
    """The file in the first of the station's languages that has one, or the reason why there is none."""
    if entry.problem is not None:
        return entry.problem
    broken = False
    for language in languages:
        found = sorted((r for r in entry.renditions if r.language == language), key=lambda r: (r.rank, r.sha256))
        for rendition in found:
            if is_playable(rendition):
                return rendition
            broken = True
    if broken:
        return Reason.BAD_SOUND
    refused = {refusal.language: refusal.reason for refusal in sorted(entry.refusals, reverse=True)}
    for language in languages:
        if language in refused:
            return refused[language]
    return Reason.NO_LANGUAGE


def item_at(entry: Entry, languages: tuple[str, ...], ends_at: datetime) -> Rendition | Reason:
    """As `rendition_for`, for a place that ends at `ends_at`: what expires before then is not aired."""
    if entry.valid_until is not None and entry.valid_until < ends_at:
        return Reason.EXPIRED
    return rendition_for(entry, languages)


def running_order(
    candidate: Candidate, languages: tuple[str, ...], until: datetime
) -> tuple[list[tuple[Entry, Rendition]], list[tuple[Entry, Reason]]]:
    """What can be played of a bulletin, in its order, and what cannot with its reason."""
    good: list[tuple[Entry, Rendition]] = []
    bad: list[tuple[Entry, Reason]] = []
    for entry in _in_order(candidate):
        answer = item_at(entry, languages, until)
        if isinstance(answer, Reason):
            bad.append((entry, answer))
        else:
            good.append((entry, answer))
    return good, bad


def _in_order(candidate: Candidate) -> Iterator[Entry]:
    yield from sorted(candidate.entries, key=lambda entry: (entry.order, entry.item_id))
