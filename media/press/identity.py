"""Which item of a feed is which: a ladder of identities, because many feeds break the first rung (rule 7)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cms.core.text import fold
from media.press.urls import canonical_url

# The rungs, best first. A feed stands on one of them and only ever steps down by itself; a person may set it back.
RUNGS = ("guid", "url", "url_date", "url_date_title")
# A rung that gives one identity to more than this share of a feed's items cannot tell them apart.
REPEATS_ALLOWED = 0.05


@dataclass(frozen=True, slots=True)
class Marks:
    """What an item offers to be known by; any of them may be empty. `url_key` comes from `canonical_url`."""

    guid: str
    url_key: str
    raw_date: str
    title: str


def choose_rung(items: Sequence[Marks], current: str) -> str:
    """The rung a feed should stand on after this body: `current`, or the first below it whose identities repeat ≤ 5 %.

    The last rung is returned even if its identities repeat: such items really cannot be told apart.
    """
    rungs = RUNGS[RUNGS.index(current) :]
    for rung in rungs[:-1]:
        if repeats(items, rung) <= REPEATS_ALLOWED:
            return rung
    return rungs[-1]


def repeats(items: Sequence[Marks], rung: str) -> float:
    """The share of items whose identity on this rung was already taken by another item of the same body (0 to 1).

    Items that are word for word the same on every rung are one item listed twice and do not count.
    """
    distinct = {identity(item, RUNGS[-1]): item for item in items}.values()
    counts = Counter(identity(item, rung) for item in distinct)
    return (sum(counts.values()) - len(counts)) / len(distinct) if distinct else 0.0


def identity(item: Marks, rung: str) -> str:
    """SHA-256 (hex) of what the item is known by on a rung; lower marks stand in for those it lacks."""
    guid = canonical_url(item.guid) or item.guid.strip()
    if rung == "guid":
        known = guid or item.url_key or _dated(item)
    elif rung == "url":
        known = item.url_key or guid or _dated(item)
    elif rung == "url_date":
        known = "\n".join((item.url_key or guid, item.raw_date.strip()))
    elif rung == "url_date_title":
        known = "\n".join((item.url_key or guid, _dated(item)))
    else:
        raise ValueError(f"no such rung: {rung}")
    return hashlib.sha256(f"{rung}\n{known}".encode()).hexdigest()


def _dated(item: Marks) -> str:
    return "\n".join((item.raw_date.strip(), fold(item.title)))
