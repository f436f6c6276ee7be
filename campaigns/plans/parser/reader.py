"""From the text of a plan to its fields, by rules alone: the same text always gives the same reading."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from campaigns.plans.parser import coverage, themes
from campaigns.plans.parser.blocks import NOTE, ROW, Block, split_blocks
from campaigns.plans.parser.closing import Closing, read_closing
from campaigns.plans.parser.documents import Citation, citations, drop_twins
from campaigns.plans.parser.flat import Leaf, flatten
from campaigns.plans.parser.header import Header, is_boilerplate, read_header
from campaigns.plans.parser.outline import (
    AUDIENCE,
    BASIS,
    CONTENT,
    FORM,
    ORGANISE,
    PREAMBLE,
    PURPOSE,
    SITUATION,
    Entry,
    Item,
    build,
    items_of,
)
from campaigns.plans.parser.repeats import mark_repeated
from campaigns.plans.parser.roles import label_heading, labelled, labelled_time, subject_of
from campaigns.plans.parser.targets import same_target, targets_in
from campaigns.plans.parser.tasks import TaskReader, TaskReading, item_leaf

_RESTS_ON = re.compile(
    r"\W*(?:quan triet|tiep tuc quan triet|thuc hien|trien khai|tuyen truyen|can cu|tiep tuc|to chuc)"
)
_AIM = re.compile(r"nham|muc dich|muc tieu")
# What was reached last year is told before the plan begins; it is no target.
_PAST = re.compile(r"thoi gian qua|cung ky|nam qua|da (?:dat|giam|tang)|nam truoc|dien bien phuc tap")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\u200c\u200d\u2060\u00ad]")


@dataclass(slots=True)
class PlanReading:
    """A read plan: the object of the command's --json, and what the screen needs beside it.

    `remainder` says of each stretch in `not_understood` what it is; `title` and the codes have no key in the object.
    """

    data: dict[str, Any]
    title: Leaf | None
    remainder: list[coverage.Remainder]
    observance_codes: dict[str, Leaf]
    audience_codes: dict[str, Leaf]
    year: int | None
    superior: str = ""


@dataclass(slots=True)
class _Work:
    source: str
    blocks: list[Block]
    header: Header
    closing: Closing
    entries: list[Entry]
    sequence: list[Item | Entry] = field(default_factory=list)
    cited: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)


def clean_source(text: str) -> str:
    """The text as it is kept and as spans count it: NFC, line ends as \\n, without invisible characters."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    plain = plain.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n").replace("\x0b", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", plain))


def parse_plan(text: str) -> dict[str, Any]:
    """The fields of a plan: `source_text`, and leaves `{"value", "span"}` with half-open offsets over it.

    A field that was not found is None, a list that was not found is empty; nothing is guessed. `not_understood` holds
    every stretch that no field claims. Any text is accepted; the worst reading is all of it in `not_understood`.
    """
    return read_plan(text).data


def read_plan(text: str) -> PlanReading:
    """`parse_plan` with what the import screen shows beside it."""
    work = _prepare(clean_source(text))
    reading = TaskReader(work.source, work.header.year).read(work.sequence)
    basis = _basis(work)
    points = _points(work, reading)
    targets = _targets(work)
    passages = _passages(work)
    topics = themes.topics_in(passages)
    observances = themes.observances_in(passages)
    audiences = themes.audiences_in(passages) or themes.audiences_in(passages, everywhere=True)
    header = work.header
    data: dict[str, Any] = {
        "source_text": work.source,
        "number": header.number,
        "kind": header.kind,
        "issuer": header.issuer,
        "place": header.place,
        "signed_on": header.signed_on,
        "basis": [citation.as_basis() for citation in basis],
        "purposes": points[PURPOSE],
        "contents": points[CONTENT],
        "forms": points[FORM],
        "tasks": reading.tasks,
        "recipients": work.closing.recipients,
        "observances": [found for _, found in observances],
        "topics": topics,
        "audiences": [found for _, found in audiences],
        "targets": targets,
        "signatory": work.closing.signatory,
    }
    title = dict(header.title, span=list(header.title["span"])) if header.title else None
    rest = _cover(work, data, reading)
    data["not_understood"] = [part.leaf for part in rest]
    return PlanReading(data, title, rest, dict(observances), dict(audiences), header.year, header.superior)


def _prepare(source: str) -> _Work:
    blocks = split_blocks(source)
    header = read_header(source, blocks)
    closing = read_closing(source)
    kept = [b for b in blocks if not any(a <= b.start < z for a, z in closing.zones)]
    first_body = next((i for i, b in enumerate(kept) if b.start >= header.title_end), len(kept))
    entries = build(kept, first_body)
    for index in mark_repeated(kept):
        entries[index].repeated = True
    work = _Work(source, kept, header, closing, entries)
    work.sequence = items_of(entries)
    for entry in entries:
        spans = tuple((c.start, c.end) for c in citations(entry.block.flat))
        work.cited[entry.block.start] = tuple(_with_title(entry.block, a, b) for a, b in spans)
    return work


def _with_title(block: Block, start: int, end: int) -> tuple[int, int]:
    """A citation with the title of the document after it ("… về tăng cường …"), up to the next semicolon."""
    match = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:về|quy định|phê duyệt|ban hành|\")").match(block.flat.norm, end)
    if not match:
        return start, end
    stop = re.compile(r";|\.\s|\.$|,\s*gắn với|\s+(?=nhằm\b)").search(block.flat.norm, end)
    return start, stop.start() if stop else len(block.flat.text)


def _basis(work: _Work) -> list[Citation]:
    """The documents that the plan stands on: those of its opening; a plan without an opening that cites any names them
    in the points that call for them to be carried out."""
    own = str(work.header.number["value"]) if work.header.number else None
    opening: list[Citation] = []
    elsewhere: list[Citation] = []
    for entry in work.entries:
        if entry.repeated or entry.block.start < work.header.title_end:
            continue
        if re.match(r"\W*\(?(?:ban hanh )?kem theo", entry.block.flat.fold):
            continue
        found = [c for c in citations(entry.block.flat) if not c.number or c.number["value"] != own]
        if entry.preamble or entry.section in (BASIS, PREAMBLE):
            opening.extend(found)
        elif _RESTS_ON.match(entry.block.folded):
            elsewhere.extend(found)
    return drop_twins(opening or elsewhere)


def _points(work: _Work, reading: TaskReading) -> dict[str, list[Leaf]]:
    """Purposes, contents and forms, each point whole."""
    points: dict[str, list[Leaf]] = {PURPOSE: [], CONTENT: [], FORM: []}
    structured = any(isinstance(e, Entry) and e.heading for e in work.sequence)
    assigned = {tuple(t["text"]["span"]) for t in reading.tasks if t["text"]}
    for element in work.sequence:
        if not isinstance(element, Item):
            continue
        first = element.blocks[0]
        if element.preamble or not structured:
            section = _unstructured(first, structured, element, points)
        else:
            section = element.section
        if section == ORGANISE or section not in points or _is_label(first) or _NO_POINT.match(first.folded):
            continue
        if element.path and label_heading(element.path[-1].flat, element.path[-1].body) is not None:
            continue
        words = [block for block in element.blocks if not _is_label(block)]
        found = item_leaf(Item(element.section, words, element.path))
        if section == CONTENT and tuple(found["span"]) in assigned and element.path and _is_body(element):
            continue
        if str(found["value"]):
            points[section].append(found)
    points[CONTENT].extend(reading.table_contents)
    return points


def _is_body(item: Item) -> bool:
    return subject_of(item.path[-1].flat, item.path[-1].body) is not None


def _is_label(block: Block) -> bool:
    return labelled(block.flat, block.body) is not None or labelled_time(block.flat, block.body) is not None


_NO_POINT = re.compile(r"\W*(?:can cu|xet de nghi|theo de nghi|kinh gui|\(?ban hanh kem)")


def _unstructured(block: Block, structured: bool, item: Item, points: dict[str, list[Leaf]]) -> str:
    """Paragraphs before any heading: the one that says what for is a purpose; without headings the others are contents."""
    if is_boilerplate(block.flat.text) or len(block.flat.text) < 40:
        return PREAMBLE
    if (
        not points[PURPOSE]
        and not points[CONTENT]
        and len(block.flat.text) < 130
        and block.flat.text[-1:] not in ".;:…"
    ):
        return PREAMBLE  # the headline of an article
    if re.match(r"\W*muc (?:dich|tieu)\b", block.folded):
        return PURPOSE
    aim = _AIM.search(block.folded)
    cites = re.match(r"\W*(?:can cu|thuc hien|xet|theo de nghi|kinh gui)", block.folded)
    if aim and not cites and not points[PURPOSE] and not points[CONTENT] and block.flat.text.rstrip()[-1:] != ":":
        return PURPOSE
    if structured or item.preamble and item.section == PREAMBLE and cites:
        return PREAMBLE if item.preamble else item.section
    return CONTENT if block.flat.text.rstrip()[-1:] != ":" else PREAMBLE


def _targets(work: _Work) -> list[dict[str, Leaf]]:
    found = []
    seen = set()
    structured = any(entry.heading for entry in work.entries)
    for entry in work.entries:
        if structured and entry.preamble and _PAST.search(entry.block.flat.fold):
            continue
        if entry.repeated or entry.section == SITUATION or entry.block.start < work.header.title_end:
            continue
        if entry.block.mark == NOTE:
            continue
        for target in targets_in(entry.block.flat, entry.block.body):
            key = same_target(target)
            if key not in seen:
                seen.add(key)
                found.append(target)
    return found


def _passages(work: _Work) -> list[themes.Passage]:
    """Where topics, days and audiences are looked for, and how much a mention weighs there."""
    passages = []
    title = work.header.title
    if title:
        flat = flatten(work.source, *title["span"])
        passages.append(themes.Passage(flat, 0, len(flat.text), themes.TITLE, for_audience=False))
    structured = any(entry.heading for entry in work.entries)
    opening = themes.PASSING if structured else themes.POINT
    weights = {PURPOSE: themes.PURPOSE, CONTENT: themes.POINT, SITUATION: themes.PASSING, PREAMBLE: opening}
    for entry in work.entries:
        flat = entry.block.flat
        if entry.repeated or entry.block.mark == NOTE or entry.block.start < work.header.title_end:
            continue
        weight = weights.get(entry.section, 0.5)
        aimed = entry.section in (PURPOSE, CONTENT, FORM, AUDIENCE, PREAMBLE) or entry.block.mark == ROW
        passages.append(
            themes.Passage(
                flat,
                entry.block.body,
                len(flat.text),
                weight,
                work.cited[entry.block.start],
                aimed,
                entry.section == AUDIENCE and not entry.heading,
            )
        )
    return passages


def _cover(work: _Work, data: dict[str, Any], reading: TaskReading) -> list[coverage.Remainder]:
    """Stretch fields over joining words and the kind over its title; list what is left, each stretch with its nature."""
    if data["kind"] and work.header.title:
        a, b = data["kind"]["span"]
        start, end = work.header.title["span"]
        data["kind"]["span"] = [min(a, start), max(b, end)] if not 0 > start - b > 400 else [a, b]
    leaves = coverage.leaves_of({key: value for key, value in data.items() if key != "source_text"})
    unique = list({id(one): one for one in leaves}.values())
    cuts: list[tuple[int, int, str]] = [(*one["span"], coverage.HEADING) for one in reading.claimed]
    cuts += [(*label, coverage.FORMULA) for label in work.closing.labels]
    header_end = data["issuer"]["span"][1] if data["issuer"] else 0
    for entry in work.entries:
        block = entry.block
        if entry.repeated:
            cuts.append((block.start, block.end, coverage.REPEATED))
        elif entry.heading:
            cuts.append((block.start, block.end, coverage.HEADING))
        elif is_boilerplate(block.flat.text):
            cuts.append((block.start, block.end, coverage.FORMULA))
        elif entry.section == SITUATION:
            cuts.append((block.start, block.end, coverage.SITUATION))
        elif entry.block.end <= work.header.title_end or re.match(r"\W*(?:xet|theo) de nghi", block.flat.fold):
            cuts.append((block.start, block.end, coverage.FORMULA))
        elif entry.preamble:
            for a, b in work.cited[block.start]:
                cuts.append((*block.flat.span(a, b), coverage.CITED))
            if block.start < header_end < block.end:
                cuts.append((header_end, block.end, coverage.FORMULA))
            elif block.flat.norm.rstrip("* ").endswith("sau:"):
                last = max((b for _, b in work.cited[block.start]), default=0)
                cuts.append(
                    (
                        block.flat.span(min(last, len(block.flat.text) - 1), len(block.flat.text))[0],
                        block.end,
                        coverage.FORMULA,
                    )
                )
    coverage.absorb_glue(work.source, unique, cuts)
    return coverage.remainder(work.source, unique, cuts)
