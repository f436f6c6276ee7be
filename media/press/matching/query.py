"""The query model: what a monitor writes, checked and taken apart.

A term is a phrase ("mua bán người"), a choice ("(trộm|cắp) chó") or an ordered sequence with room between its parts:
"lừa ~6 (sang Campuchia|sang Lào)" finds both parts in this order with at most six syllables between, in one sentence.
Choices stand alone between gaps or at the ends of a phrase; they are written out before searching.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from cms.core.errors import BadInput
from cms.core.text import clean_line, phrase_key

MAX_TERMS = 1000
MAX_TERM_LENGTH = 2000
MAX_CHOICES = 200
MAX_GAP = 50
_GAP = re.compile(r"\s*~\s*(\d{1,3})\s+")
_CHOICE = re.compile(r"\(([^()]*)\)")


class BadQuery(BadInput):
    """The query cannot be used; the message names the term and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: `parts` are alternatives as phrase keys, `gaps[i]` the room after part i in syllables."""

    text: str
    parts: tuple[tuple[str, ...], ...]
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What a campaign looks for in the press.

    An item is found when a term of `any`, of `title` (in the title only), of `unaccented` (only in items written
    without accents), or `some_at_least` different terms of `some` occur; and every group of `all` has a term in it; and
    no term of `none` occurs. What is a part of a term of `mask` is not seen by the others: "Phòng Cảnh sát điều tra
    tội phạm về ma túy" is the name of a unit, not news about drugs.
    """

    any: tuple[Term, ...] = ()
    title: tuple[Term, ...] = ()
    unaccented: tuple[Term, ...] = ()
    some: tuple[Term, ...] = ()
    some_at_least: int = 2
    all: tuple[tuple[Term, ...], ...] = ()
    none: tuple[Term, ...] = ()
    mask: tuple[Term, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Query":
        """The query written in a JSON object with the keys of this class (lists of strings; `all` a list of lists).

        Raises BadQuery with a sentence for the monitor: unknown keys, nothing to look for, terms that cannot be read.
        """
        unknown = set(data) - {"any", "title", "unaccented", "some", "some_at_least", "all", "none", "mask"}
        if unknown:
            raise BadQuery(_("The query has an unknown part: %(names)s.") % {"names": ", ".join(sorted(unknown))})
        groups = data.get("all", [])
        if not isinstance(groups, Sequence) or isinstance(groups, str):
            raise BadQuery(_("The part “all” must be a list of groups."))
        query = cls(
            any=_terms(data.get("any", [])),
            title=_terms(data.get("title", [])),
            unaccented=_terms(data.get("unaccented", []), unaccented=True),
            some=_terms(data.get("some", [])),
            some_at_least=_count(data.get("some_at_least", 2)),
            all=tuple(_terms(group) for group in groups),
            none=_terms(data.get("none", [])),
            mask=_terms(data.get("mask", [])),
        )
        if not (query.any or query.title or query.some or query.unaccented):
            raise BadQuery(_("The query has no phrase to look for."))
        if query.size > MAX_TERMS:
            raise BadQuery(_("The query has more than %(count)s phrases.") % {"count": MAX_TERMS})
        return query

    @property
    def size(self) -> int:
        """How many terms the query has."""
        flat = (self.any, self.title, self.unaccented, self.some, self.none, self.mask, *self.all)
        return sum(len(terms) for terms in flat)


def parse_term(text: str, *, unaccented: bool = False) -> Term:
    """The term written in `text` (see the module's head). Raises BadQuery."""
    plain = clean_line(text)
    if not plain or len(plain) > MAX_TERM_LENGTH:
        raise BadQuery(_("A phrase is empty or too long: “%(phrase)s”.") % {"phrase": plain[:60]})
    pieces = _GAP.split(plain)
    parts, gaps = pieces[0::2], tuple(int(gap) for gap in pieces[1::2])
    if any(gap > MAX_GAP for gap in gaps):
        raise BadQuery(
            _("At most %(count)s syllables may stand between: “%(phrase)s”.") % {"count": MAX_GAP, "phrase": plain}
        )
    return Term(plain, tuple(_alternatives(part, plain, unaccented) for part in parts), gaps)


def _alternatives(part: str, whole: str, unaccented: bool) -> tuple[str, ...]:
    """Every way to say one part, as phrase keys."""
    pieces = _CHOICE.split(part)
    if any(sign in piece for piece in pieces for sign in "()~"):
        raise BadQuery(_("Brackets or ~ are misplaced in “%(phrase)s”.") % {"phrase": whole})
    choices = [piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MAX_CHOICES:
        raise BadQuery(_("Too many choices in “%(phrase)s”.") % {"phrase": whole})
    keys = dict.fromkeys(phrase_key(" ".join(words), unaccented=unaccented) for words in product(*choices))
    if " " in keys:
        raise BadQuery(_("A part of “%(phrase)s” has no word.") % {"phrase": whole})
    return tuple(keys)


def _terms(texts: Any, *, unaccented: bool = False) -> tuple[Term, ...]:
    if not isinstance(texts, Sequence) or isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise BadQuery(_("Each part of a query must be a list of phrases."))
    return tuple(parse_term(text, unaccented=unaccented) for text in texts)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 20:
        raise BadQuery(_("“some_at_least” must be a number from 1 to 20."))
    return value
