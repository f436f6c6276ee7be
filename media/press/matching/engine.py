"""All phrases of all queries against one item in one pass, and the reasons for each match.

Aho–Corasick over syllable keys with spaces at both ends: whole words only, overlaps included, any spelling of a word
(press_translation.md I.5). Nothing is found across the end of a sentence.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from cms.core.text import KeyText, is_unaccented, key_text
from media.press.matching.query import Query, Term

FIELDS = ("title", "summary")
# A full stop ends a sentence when a capital follows; not after an abbreviation such as "TP." or "P.".
_SENTENCE_END = regex.compile(
    r"(?<!\b(?:\p{Lu}{1,3}|Tp|Tx|Th[sS]|Mr|Ths))(?:[.…]+|[!?]+)[\p{Pf}\"')\]]*\s+(?=[\p{Pi}\"'(\[]*[\p{Lu}\p{N}])"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One place that spoke for a match: the term as written, the field, and where in the original text (half-open)."""

    term: str
    group: str
    field: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        """What is stored with a mention."""
        return {"term": self.term, "group": self.group, "field": self.field, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Match:
    """A query that an item answers, with every reason in reading order."""

    query: Hashable
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where a phrase or term stands: keys first..last (half-open) of a field."""

    field: int
    first: int
    last: int


class _Field:
    """One text of an item with its keys and the ends of its sentences."""

    def __init__(self, text: str, unaccented: bool) -> None:
        self.keys: KeyText = key_text(text, unaccented=unaccented)

    @cached_property
    def breaks(self) -> list[int]:
        """The first key after each end of a sentence."""
        ends = [match.start() for match in _SENTENCE_END.finditer(self.keys.original)]
        starts = [start for start, _end in self.keys.spans] if ends else []
        return [bisect_right(starts, end) for end in ends]

    def one_sentence(self, first: int, last: int) -> bool:
        """Whether keys first..last stand in one sentence."""
        index = bisect_right(self.breaks, first)
        return index >= len(self.breaks) or self.breaks[index] >= last


class Matcher:
    """Compiled queries; building is for a set of queries, `match` is for one item and changes nothing."""

    def __init__(self, queries: Mapping[Hashable, Query]) -> None:
        self._queries = dict(queries)
        self._accented = _Automaton(
            term
            for query in self._queries.values()
            for terms in (query.any, query.title, query.some, query.none, query.mask, *query.all)
            for term in terms
        )
        self._unaccented = _Automaton(term for query in self._queries.values() for term in query.unaccented)
        self._order = {name: number for number, name in enumerate(self._queries)}
        self._woken_by = _triggers(self._queries, lambda query: (query.any, query.title, query.some))
        self._woken_plain = _triggers(self._queries, lambda query: (query.unaccented,))

    def match(self, title: str, summary: str = "") -> list[Match]:
        """The queries this item answers, in the order they were given, each with its reasons."""
        texts = (title, summary)
        fields = [_Field(text, False) for text in texts]
        found = self._accented.find(fields)
        plain_fields: list[_Field] = []
        plain: dict[str, list[_Hit]] = {}
        if self._unaccented and is_unaccented(title + summary):
            plain_fields = [_Field(text, True) for text in texts]
            plain = self._unaccented.find(plain_fields)
        if not found and not plain:
            return []
        matches = []
        woken = {name for key in found for name in self._woken_by.get(key, ())}
        woken.update(name for key in plain for name in self._woken_plain.get(key, ()))
        for name in sorted(woken, key=self._order.__getitem__):
            reasons = _Judge(self._queries[name], fields, found, plain_fields, plain).reasons()
            if reasons:
                matches.append(Match(name, tuple(reasons)))
        return matches


def _triggers(
    queries: Mapping[Hashable, Query], groups: Callable[[Query], tuple[tuple[Term, ...], ...]]
) -> dict[str, list[Hashable]]:
    """phrase → the queries that are worth judging when it was found: those with a term that begins with it."""
    triggers: dict[str, dict[Hashable, None]] = defaultdict(dict)
    for name, query in queries.items():
        for terms in groups(query):
            for term in terms:
                for key in term.parts[0]:
                    triggers[key][name] = None
    return {key: list(names) for key, names in triggers.items()}


class _Automaton:
    """The phrases of many terms in one Aho–Corasick automaton."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._phrases = list(dict.fromkeys(key for term in terms for part in term.parts for key in part))
        self._automaton = (
            AhoCorasick(self._phrases, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
            if self._phrases
            else None
        )

    def __bool__(self) -> bool:
        return self._automaton is not None

    def find(self, fields: list[_Field]) -> dict[str, list[_Hit]]:
        """Where each phrase stands in the fields, phrases that cross a sentence left out."""
        found: dict[str, list[_Hit]] = defaultdict(list)
        if self._automaton is None:
            return found
        for number, field in enumerate(fields):
            for phrase, start, end in self._automaton.find_matches_as_indexes(field.keys.text, overlapping=True):
                first, last = field.keys.words(start, end)
                if not field.breaks or field.one_sentence(first, last):
                    found[self._phrases[phrase]].append(_Hit(number, first, last))
        return found


class _Judge:
    """One query against the phrases found in one item."""

    def __init__(
        self,
        query: Query,
        fields: list[_Field],
        found: dict[str, list[_Hit]],
        plain_fields: list[_Field],
        plain: dict[str, list[_Hit]],
    ) -> None:
        self.query, self.fields, self.found = query, fields, found
        self.plain_fields, self.plain = plain_fields, plain

    def reasons(self) -> list[Reason]:
        """Why the item answers the query; empty when it does not."""
        query = self.query
        deciding = [("any", term) for term in query.any] + [("title", term) for term in query.title]
        self._hide([hit for term in query.mask for hit in self._hits(term, self.found, self.fields)])
        reasons = [reason for group, term in deciding for reason in self._show(group, term)]
        some = {term: self._show("some", term) for term in query.some}
        if sum(1 for shown in some.values() if shown) >= query.some_at_least:
            reasons += [reason for shown in some.values() for reason in shown]
        for term in query.unaccented if self.plain else ():
            hits = self._hits(term, self.plain, self.plain_fields)
            reasons += [self._reason("unaccented", term, hit, self.plain_fields) for hit in hits]
        if not reasons or any(self._show("none", term) for term in query.none):
            return []
        for group in query.all:
            shown = [reason for term in group for reason in self._show("all", term)]
            if not shown:
                return []
            reasons += shown
        unique = dict.fromkeys(reasons)
        return sorted(unique, key=lambda reason: (FIELDS.index(reason.field), reason.start, reason.end, reason.term))

    def _show(self, group: str, term: Term) -> list[Reason]:
        hits = self._hits(term, self.found, self.fields)
        if group == "title":
            hits = [hit for hit in hits if hit.field == 0]
        return [self._reason(group, term, hit, self.fields) for hit in hits]

    def _hide(self, masks: list[_Hit]) -> None:
        """Takes what stands inside a mask out of sight, so that it cannot be part of a longer term either."""
        if masks:
            self.found = {
                key: [hit for hit in hits if not any(_inside(hit, mask) for mask in masks)]
                for key, hits in self.found.items()
            }

    def _reason(self, group: str, term: Term, hit: _Hit, fields: list[_Field]) -> Reason:
        start, end = fields[hit.field].keys.origin(hit.first, hit.last)
        return Reason(term.text, group, FIELDS[hit.field], start, end)

    def _hits(self, term: Term, found: dict[str, list[_Hit]], fields: list[_Field]) -> list[_Hit]:
        """Where the whole term stands: each first part with the nearest next parts that have room for it."""
        hits = [hit for key in term.parts[0] if key in found for hit in found[key]]
        for part, gap in zip(term.parts[1:], term.gaps, strict=True):
            if not hits:
                return []
            nexts = [hit for key in part if key in found for hit in found[key]]
            hits = [joined for hit in hits if (joined := _joined(hit, nexts, gap, fields)) is not None]
        return hits


def _joined(hit: _Hit, nexts: list[_Hit], gap: int, fields: list[_Field]) -> _Hit | None:
    """The hit extended by the nearest of `nexts` behind it in the same sentence with at most `gap` keys between."""
    after = [
        following
        for following in nexts
        if following.field == hit.field
        and 0 <= following.first - hit.last <= gap
        and fields[hit.field].one_sentence(hit.first, following.last)
    ]
    if not after:
        return None
    nearest = min(after, key=lambda following: (following.first, following.last))
    return _Hit(hit.field, hit.first, nearest.last)


def _inside(hit: _Hit, mask: _Hit) -> bool:
    """Whether a hit is a part of a mask; the whole of it is not: mask "lừa đảo" hides "lừa" and leaves "lừa đảo"."""
    whole = (hit.first, hit.last) == (mask.first, mask.last)
    return hit.field == mask.field and mask.first <= hit.first and hit.last <= mask.last and not whole
