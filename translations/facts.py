"""Facts that must survive translation: phone numbers, dates, times, numbers, addresses of the web, document numbers.

Facts are typed and compared by value: ``0692 869 999`` = ``0692.869.999`` = ``+84 692 869 999``; ``1.000.000`` =
``1,000,000``; ``30/7`` is not ``7/30``; Khmer and Cham digits count as digits. First the multiset, then the order of
telephone numbers and dates (113 and 114 exchanged is a mistake nobody reads past).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

import regex

SHORT_NUMBERS = frozenset({"111", "112", "113", "114", "115"})
ORDERED_KINDS = ("phone", "date")

_FACT = regex.compile(
    r"""
      (?P<url>(?:https?://|www\.)[^\s<>"“”]+[\w/] | [\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<document>(?<![\w/])[0-9]+(?:/[0-9]{4})?[/-](?:[A-ZĐ][A-ZĐa-z0-9&]*)(?:[-/][A-ZĐ][A-ZĐa-z0-9&]*)*)
    | (?P<phone>(?<![0-9.,/])(?:\+84|0)(?:[ .-]?[0-9]){8,10}(?![0-9/]) | (?<![0-9.,/])1[89]00(?:[ .-]?[0-9]){4,6}(?![0-9/]))
    | (?P<time>(?<![0-9:,.])(?P<hour>[01]?[0-9]|2[0-4])
        (?:[ ]?[hg][ ]?(?P<min>[0-5][0-9])?(?!\p{L})|:(?P<min2>[0-5][0-9])(?![0-9:])))
    | (?P<date>(?<![0-9/.,])(?P<day>[0-3]?[0-9])(?P<sep>[/.-])(?P<month>[01]?[0-9])(?P=sep)(?P<year>[0-9]{4})(?![0-9/]))
    | (?P<words>(?:ngày|mùng|mồng)[ ](?P<wday>[0-9]{1,2})[ ]tháng[ ](?P<wmonth>[0-9]{1,2})(?:[ ]năm[ ](?P<wyear>[0-9]{4}))?)
    | (?P<monthyear>(?<![0-9/.,])(?P<omonth>0?[1-9]|1[0-2])/(?P<oyear>[12][0-9]{3})(?![0-9/]))
    | (?P<daymonth>(?<![0-9/.,])(?P<day2>[0-9]{1,2})/(?P<month2>[0-9]{1,2})(?![0-9/]))
    | (?P<number>[0-9]+(?:[.,][0-9]+)*)
    """,
    regex.VERBOSE | regex.IGNORECASE,
)

_FOREIGN_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed fact: its kind, the value it is compared by, and how it stands in the text."""

    kind: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a target does to the facts of its source: lost, added, or told in another order."""

    missing: tuple[Fact, ...] = ()
    added: tuple[Fact, ...] = ()
    swapped: tuple[Fact, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.added or self.swapped)


def facts_of(text: str) -> list[Fact]:
    """The typed facts of ``text`` in their order."""
    return list(_facts(text))


@lru_cache(maxsize=4096)  # a page asks for each source twice, and again with every save
def _facts(text: str) -> tuple[Fact, ...]:
    text = _ascii_digits(normalize("NFC", text))
    return tuple(Fact(*_typed(match), match.group()) for match in _FACT.finditer(text))


def compare(source: str, target: str) -> Difference:
    """How the facts of ``target`` differ from those of ``source``; false when they all survived."""
    wanted, given = facts_of(source), facts_of(target)
    missing, added = _unmatched(wanted, given)
    missing, added = _reconcile(missing, added)
    if missing or added:
        return Difference(tuple(missing), tuple(added))
    return Difference(swapped=tuple(_swapped(wanted, given)))


def _typed(match: regex.Match[str]) -> tuple[str, str]:
    """The kind and the comparable value of one match."""
    group = match.groupdict()
    if group["url"]:
        return "url", group["url"].rstrip(".,;:!?)").casefold()
    if group["document"]:
        return "document", group["document"].casefold()
    if group["phone"]:
        return "phone", regex.sub(r"^\+?84", "0", regex.sub(r"[ .-]", "", group["phone"]))
    if group["time"]:
        return "time", f"{int(group['hour']):02d}:{group['min'] or group['min2'] or '00'}"
    if group["date"]:
        return "date", f"{int(group['day'])}/{int(group['month'])}/{group['year']}"
    if group["words"]:
        year = f"/{group['wyear']}" if group["wyear"] else ""
        return "date", f"{int(group['wday'])}/{int(group['wmonth'])}{year}"
    if group["monthyear"]:
        return "date", f"{int(group['omonth'])}/{group['oyear']}"
    if group["daymonth"]:
        return "date", f"{int(group['day2'])}/{int(group['month2'])}"
    if group["number"] in SHORT_NUMBERS:
        return "phone", group["number"]
    return "number", _vietnamese_value(group["number"])


def _vietnamese_value(written: str) -> str:
    """Thousands by points, decimals by a comma: "1.000.000,50" → "1000000.5"."""
    if regex.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", written):
        return _plain(written.replace(".", "").replace(",", "."))
    if regex.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?", written):
        return _plain(written.replace(",", ""))
    if written.count(",") == 1 and "." not in written:
        return _plain(written.replace(",", "."))
    return _plain(written) if written.count(".") <= 1 and "," not in written else written


def _english_value(written: str) -> str:
    return _plain(written.replace(",", "")) if written.replace(",", "").count(".") <= 1 else written


def _plain(number: str) -> str:
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _unmatched(wanted: list[Fact], given: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Multiset difference; a number of the target also counts in its English reading ("1,500" for "1.500")."""
    left = Counter((fact.kind, fact.value) for fact in wanted)
    added: list[Fact] = []
    for fact in given:
        readings = [(fact.kind, fact.value)]
        if fact.kind == "number":
            readings.append((fact.kind, _english_value(fact.text)))
        match = next((reading for reading in readings if left[reading] > 0), None)
        if match:
            left[match] -= 1
        else:
            added.append(fact)
    missing: list[Fact] = []
    for fact in wanted:
        if left[(fact.kind, fact.value)] > 0:
            left[(fact.kind, fact.value)] -= 1
            missing.append(fact)
    return missing, added


def _reconcile(missing: list[Fact], added: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """A date or hour told in the target's own words keeps its numbers in order: "26/6" ↔ "26 … 6", "17h00" ↔ "17 …".

    Adjacent numbers of the side that has them pay for the date of the other side.
    """
    missing, added = list(missing), list(added)
    for side, other in ((missing, added), (added, missing)):
        for fact in [each for each in side if each.kind in {"date", "time"}]:
            parts = [str(int(part)) for part in regex.split(r"[/:]", fact.value)]
            if fact.kind == "time" and parts[-1] == "0":
                parts = parts[:-1]
            at = _run_of(other, parts)
            if at is not None:
                del other[at : at + len(parts)]
                side.remove(fact)
    return missing, added


def _run_of(facts: list[Fact], parts: list[str]) -> int | None:
    for at in range(len(facts) - len(parts) + 1):
        run = facts[at : at + len(parts)]
        if [fact.value for fact in run] == parts and all(fact.kind == "number" for fact in run):
            return at
    return None


def _swapped(wanted: list[Fact], given: list[Fact]) -> list[Fact]:
    """Facts of the ordered kinds that stand in another order than in the source."""
    found: list[Fact] = []
    for kind in ORDERED_KINDS:
        before = [fact for fact in wanted if fact.kind == kind]
        after = [fact for fact in given if fact.kind == kind]
        if len(before) == len(after):
            found += [fact for fact, other in zip(before, after, strict=True) if fact.value != other.value]
    return found


def _ascii_digits(text: str) -> str:
    """Every decimal digit of any script as 0–9 (category Nd), other characters untouched.

    `regex` knows digits of newer Unicode than Python's own tables; those stay as they are and count as no digit.
    """
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group(), digit.group())), text)
