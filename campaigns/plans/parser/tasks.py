"""The tasks of a plan: which body must do what by when."""

import re
from dataclasses import dataclass, field

from campaigns.plans.parser.blocks import NOTE, PLAIN, ROW, Block
from campaigns.plans.parser.bodies import split_bodies
from campaigns.plans.parser.dates import deadline
from campaigns.plans.parser.flat import Flat, Leaf, flatten, fold_same_length, join, leaf
from campaigns.plans.parser.outline import CONTENT, FORM, ORGANISE, OTHER, PURPOSE, SITUATION, Entry, Item, section_kind
from campaigns.plans.parser.roles import (
    COORDINATE,
    LEAD,
    Role,
    label_heading,
    labelled,
    labelled_time,
    partners_of,
    roles_in_list,
    roles_in_note,
    subject_of,
)

Task = dict[str, Leaf | None]
_INLINE_NOTE = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*[.;]?\s*$")
_NOTE_WORDS = re.compile(r"chu tri|phoi hop|chiu trach nhiem|thuc hien\W*$")
_ORDER = re.compile(r"(?:(?<=[.;]\s)|^)(?=(?:Giao|Phân công|Đề nghị|Yêu cầu)\s)")
_STRONG = re.compile(
    r"(?:là cơ quan |có trách nhiệm )?(?:chủ\s*trì|phối\s*hợp|chịu trách nhiệm|có trách nhiệm|là đầu mối|tham mưu)"
)
_COLUMNS = {
    "text": r"noi dung|nhiem vu|cong viec|hoat dong|ten viec|hang muc",
    "lead": r"chu tri|don vi thuc hien|co quan thuc hien|phu trach|chiu trach nhiem|dau moi",
    "coordinate": r"phoi hop",
    "due": r"thoi gian|thoi han|tien do|hoan thanh|ngay",
}


@dataclass(slots=True)
class TaskReading:
    """Tasks in order, content points found in tables, and the blocks that are headings of a body's own tasks."""

    tasks: list[Task] = field(default_factory=list)
    table_contents: list[Leaf] = field(default_factory=list)
    claimed: list[Leaf] = field(default_factory=list)


@dataclass(slots=True)
class _Context:
    """The bodies that a heading gives the following points to."""

    flat: Flat
    roles: list[Role]
    level: int
    only_plain: bool = True


def item_flat(item: Item) -> Flat:
    """The whole item on one line."""
    return join([block.flat for block in item.blocks])


def item_leaf(item: Item, end: int | None = None) -> Leaf:
    """The item as a leaf: its span takes in the list mark, its value does not."""
    flat = item_flat(item)
    stop = len(flat.text) if end is None else end
    value_leaf = flat.leaf(item.blocks[0].body, stop)
    return leaf(value_leaf["value"], flat.span(0, stop))


class TaskReader:
    """Walks through the plan and remembers which points still wait for the body that must do them."""

    def __init__(self, source: str, year: int | None) -> None:
        self.source = source
        self.year = year
        self.out = TaskReading()
        self.pending: list[Item] = []
        self.last: list[Task] = []
        self.context: _Context | None = None
        self.columns: dict[str, tuple[int, Leaf]] = {}
        self.over_bodies: tuple[Block, str] | None = None

    def read(self, sequence: list[Item | Entry]) -> TaskReading:
        """The tasks of the whole plan."""
        for element in sequence:
            if isinstance(element, Item):
                self._item(element)
            elif element.repeated or element.formula:
                continue
            elif element.heading:
                self._heading(element)
            elif element.block.mark == NOTE:
                self._note(element.block)
            elif element.block.mark == ROW:
                self._row(element)
        return self.out

    def _heading(self, entry: Entry) -> None:
        role = label_heading(entry.block.flat, entry.block.body)
        self.over_bodies = (entry.block, role) if role else None
        if role is not None:
            return
        self.pending = []
        self.last = []
        self.columns = {}
        block = entry.block
        if self.context and block.level <= self.context.level:
            self.context = None
        if entry.section in (PURPOSE, FORM, SITUATION) or section_kind(block.folded):
            return
        subject = subject_of(block.flat, block.body)
        if subject is None:
            return
        whole = subject.colon and not block.flat.text[subject.rest :].strip(" .*")
        sentence = entry.section == ORGANISE and block.flat.text.rstrip("* ").endswith(":")
        if whole or sentence:
            said = block.flat.span(subject.bodies[0].start, subject.bodies[-1].end)
            roles = [Role(body, LEAD, (body.start, body.end)) for body in subject.bodies]
            self.context = _Context(block.flat, roles, block.level)
            self.out.claimed.append(leaf("", (block.start, block.end) if whole else said))

    def _note(self, block: Block) -> None:
        roles = roles_in_note(block.flat, 0, len(block.flat.text))
        self._give(self.pending, block.flat, roles)
        self.pending = []

    def _give(self, items: list[Item], flat: Flat, roles: list[Role]) -> None:
        made: list[Task] = []
        noted = deadline(flat, 0, len(flat.text), self.year)
        for item in items:
            text = item_leaf(item)
            whole = item_flat(item)
            due = deadline(whole, 0, len(whole.text), self.year) or noted
            made.extend(self._tasks(flat, roles, text, due))
        self.last = made

    def _tasks(self, flat: Flat, roles: list[Role], text: Leaf, due: Leaf | None) -> list[Task]:
        made: list[Task] = []
        for role in roles:
            said = leaf(role.role, flat.span(*role.words))
            made.append({"body": role.body.leaf, "role": said, "text": text, "due": due})
        self.out.tasks.extend(made)
        return made

    def _item(self, item: Item) -> None:
        if item.section in (PURPOSE, SITUATION) or item.preamble:
            return
        plain = [block for block in item.blocks if not self._label(block, item)]
        if not plain:
            return
        if len(plain) < len(item.blocks):
            self._labelled_item(item, plain)
            return
        if item.section == FORM:
            return
        if self.over_bodies and item.path and item.path[-1] is self.over_bodies[0]:
            self._bodies_item(item, self.over_bodies[1])
            return
        self._plain_item(item)

    def _bodies_item(self, item: Item, role: str) -> None:
        """A bullet under "Cơ quan chủ trì": the bodies of the points above."""
        flat = item_flat(item)
        before = self.last
        self._give(
            self.pending, flat, roles_in_list(flat, item.blocks[0].body, len(flat.text), role, (0, len(flat.text)))
        )
        self.last = before + self.last

    def _label(self, block: Block, item: Item) -> bool:
        """Whether the block is a line "Đơn vị chủ trì: …"; alone, it belongs to the points before it."""
        if labelled(block.flat, block.body) is None and labelled_time(block.flat, block.body) is None:
            return False
        if len(item.blocks) == 1:
            self._apply_label(block, self.pending)
        return True

    def _apply_label(self, block: Block, items: list[Item]) -> None:
        flat = block.flat
        at = labelled_time(flat, block.body)
        if at is not None:
            due = deadline(flat, at, len(flat.text), self.year, bare=True)
            if due and due["span"][1] - block.start <= 120:
                due["span"][0] = block.start
            for task in self.last:
                task["due"] = task["due"] or due
            return
        said = labelled(flat, block.body)
        if said is None:
            return
        role, _, start = said
        word_start = 0
        end = len(flat.text)
        nested = re.compile(r"[;.]\s*(?=(?:(?:cơ quan|đơn vị)\s*)?(?:phối hợp|chủ trì)\s*:)", re.I).search(
            flat.norm, start
        )
        stop = nested.start() if nested else end
        before = list(self.last)
        first = len(self.out.tasks)
        self._give(items, flat, roles_in_list(flat, start, stop, role, (word_start, start)))
        if nested:
            self._nested_label(flat, nested.start(), nested.end(), items)
        self.last = before + self.out.tasks[first:]

    def _nested_label(self, flat: Flat, begin: int, at: int, items: list[Item]) -> None:
        said = labelled(flat, at)
        if said:
            self._give(items, flat, roles_in_list(flat, said[2], len(flat.text), said[0], (begin, said[2])))

    def _labelled_item(self, item: Item, plain: list[Block]) -> None:
        """A point whose own sub-bullets say who leads, who helps and when."""
        text_item = Item(item.section, plain, item.path)
        self.last = []
        for block in item.blocks:
            if block not in plain:
                self._apply_label(block, [text_item])

    def _plain_item(self, item: Item) -> None:
        flat = item_flat(item)
        first = item.blocks[0]
        if self.context and first.level <= self.context.level:
            self.context = None
        note = _INLINE_NOTE.search(flat.norm)
        if note and note.start() > first.body + 5 and self._is_note(flat, note):
            roles = roles_in_note(flat, note.start(), note.end())
            if roles:
                self.pending.clear()
                due = deadline(flat, 0, len(flat.text), self.year)
                text = item_leaf(item, note.start())
                self.last = self._tasks(flat, roles, text, due)
                return
        subject = subject_of(flat, first.body)
        organising = item.section in (ORGANISE, OTHER) or self.context is not None
        if subject and not (organising or subject.colon or _STRONG.match(flat.norm, subject.rest)):
            subject = None
        if subject and subject.colon and len(flat.text[subject.rest :].strip(" .")) < 3:
            self._heading(Entry(first, item.section, True))
            self.context = self.context or None
            return
        if subject:
            self._subject_item(item, flat, subject.bodies, subject.rest if subject.colon else None, subject.rest)
        elif self.context and (first.mark != PLAIN or self.context.only_plain):
            self.context.only_plain = first.mark == PLAIN
            self._context_item(item, flat, first.body)
        else:
            self.pending.append(item)
            self._orders(item, flat)

    @staticmethod
    def _is_note(flat: Flat, note: re.Match[str]) -> bool:
        """Whether a bracket at the end says who does it: by a verb, or because it names nothing but bodies."""
        if _NOTE_WORDS.search(flat.fold[note.start() :]):
            return True
        at, stop = note.span(1)
        named = split_bodies(flat, at, stop) if flat.norm[at : at + 1].isupper() else []
        return bool(named) and sum(body.end - body.start for body in named) >= 0.8 * (stop - at)

    def _subject_item(self, item: Item, flat: Flat, bodies: list, text_from: int | None, rest: int) -> None:
        self.pending = []
        due = deadline(flat, 0, len(flat.text), self.year)
        at = item.blocks[0].body if text_from is None else text_from
        text = flat.leaf(at, len(flat.text))
        verb = re.compile(r"\s*(?:có trách nhiệm\s+)?((?:chủ\s*trì|phối\s*hợp)?)", re.I).match(flat.norm, rest)
        said = (verb.start(1), verb.end(1)) if verb and verb.group(1) else None
        by_colon = text_from is not None
        helps = by_colon and said is not None and flat.fold[said[0] : said[1]].startswith("phoi")
        role = COORDINATE if helps else LEAD
        roles = [Role(body, role, said or (body.start, body.end)) for body in bodies]
        if not helps:
            roles += partners_of(flat, rest, len(flat.text)) if not by_colon or self._leads(flat, rest) else []
        self.last = self._tasks(flat, roles, text, due)

    @staticmethod
    def _leads(flat: Flat, at: int) -> bool:
        return bool(re.compile(r"\s*chủ\s*trì", re.I).match(flat.norm, at))

    def _context_item(self, item: Item, flat: Flat, at: int) -> None:
        """A point under the heading of a body: it leads, unless the point begins with "Phối hợp"."""
        assert self.context is not None
        due = deadline(flat, 0, len(flat.text), self.year)
        text = item_leaf(item)
        helps = re.compile(r"(?:tích cực |chủ động )?phối\s*hợp", re.I).match(flat.norm, at)
        leads = re.compile(r"chủ\s*trì", re.I).match(flat.norm, at)
        word = helps or leads
        made: list[Task] = []
        for role in self.context.roles:
            span = flat.span(*word.span()) if word else self.context.flat.span(*role.words)
            said = leaf(COORDINATE if helps else LEAD, span)
            made.append({"body": role.body.leaf, "role": said, "text": text, "due": due})
        self.out.tasks.extend(made)
        if leads:
            made += self._tasks(flat, partners_of(flat, at, len(flat.text)), text, due)
        self.last = made

    def _orders(self, item: Item, flat: Flat) -> None:
        """ "… . Giao Công an tỉnh chủ trì, phối hợp với …" inside a point."""
        for match in _ORDER.finditer(flat.norm, item.blocks[0].body):
            subject = subject_of(flat, match.start())
            if not subject or subject.colon:
                continue
            stop = re.compile(r"[.;](?:\s|$)").search(flat.norm, subject.rest)
            end = stop.start() if stop else len(flat.text)
            due = deadline(flat, match.start(), end, self.year)
            roles = [Role(b, LEAD, (subject.rest, min(end, subject.rest + 7))) for b in subject.bodies]
            roles += partners_of(flat, subject.rest, end)
            self.last = self._tasks(flat, roles, flat.leaf(match.start(), end), due)

    def _row(self, entry: Entry) -> None:
        cells = entry.block.cells
        folded = [fold_same_length(self.source[a:b]) for a, b in cells]
        if self._is_head_row(folded):
            self.columns = {}
            for name, pattern in _COLUMNS.items():
                for index, text in enumerate(folded):
                    taken = {at for at, _ in self.columns.values()}
                    if index not in taken and text and re.search(pattern, text):
                        a, b = cells[index]
                        self.columns[name] = (index, leaf("", (a, b)))
                        break
            self.out.claimed.append(leaf("", (entry.block.start, entry.block.end)))
            return
        if "text" in self.columns and len(cells) > self.columns["text"][0]:
            self._task_row(entry, cells)

    @staticmethod
    def _is_head_row(folded: list[str]) -> bool:
        named = sum(1 for text in folded if len(text) < 60 and any(re.search(p, text) for p in _COLUMNS.values()))
        first = folded[0] if folded else ""
        return len(folded) >= 3 and named >= 2 and (first in ("stt", "tt", "so tt") or named >= 3)

    def _task_row(self, entry: Entry, cells: list[tuple[int, int]]) -> None:
        at, stop = cells[self.columns["text"][0]]
        if stop - at < 4:
            return
        flat = flatten(self.source, at, stop)
        text = flat.leaf(0, len(flat.text))
        if entry.section in (CONTENT, OTHER, ORGANISE):
            self.out.table_contents.append(text)
        due = None
        if "due" in self.columns and self.columns["due"][0] < len(cells):
            a, b = cells[self.columns["due"][0]]
            when = flatten(self.source, a, b)
            due = deadline(when, 0, len(when.text), self.year, bare=True)
        made: list[Task] = []
        for role in (LEAD, COORDINATE):
            if role not in self.columns or self.columns[role][0] >= len(cells):
                continue
            a, b = cells[self.columns[role][0]]
            who = flatten(self.source, a, b)
            said = leaf(role, tuple(self.columns[role][1]["span"]))
            for body in split_bodies(who, 0, len(who.text)):
                made.append({"body": body.leaf, "role": said, "text": text, "due": due})
        self.out.tasks.extend(made)
        self.last = made
