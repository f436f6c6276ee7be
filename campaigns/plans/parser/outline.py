"""Blocks → sections: which part of the plan each block stands in, which blocks are headings, which are items."""

import re
from dataclasses import dataclass, field

from campaigns.plans.parser.blocks import (
    ARTICLE,
    CHAPTER,
    DASH,
    LETTER,
    NOTE,
    NUMBER,
    PLAIN,
    PLUS,
    ROMAN,
    ROW,
    Block,
    is_upper,
)

BASIS, PURPOSE, CONTENT, FORM, ORGANISE, AUDIENCE, SITUATION, TIME, MONEY, REPORT, OTHER, PREAMBLE = (
    "basis",
    "purpose",
    "content",
    "form",
    "organise",
    "audience",
    "situation",
    "time",
    "money",
    "report",
    "other",
    "preamble",
)
# Order matters: the first pattern that fits names the section. Texts are folded (no accents, lower case).
_KINDS: tuple[tuple[str, str], ...] = (
    (BASIS, r"(?:cac )?(?:can cu|co so)(?: phap ly| chinh tri| xay dung| ban hanh|,)?"),
    (
        ORGANISE,
        r"(?:cong tac )?to chuc (?:trien khai )?thuc hien(?! co hieu qua| tot| nghiem| dong bo| cac ngay)"
        r"(?=$|[\s.:(]| ke hoach| nghi quyet| chi thi| chuong trinh)",
    ),
    (ORGANISE, r"(?:phan cong|giao nhiem vu|trach nhiem)(?! ve)"),
    (ORGANISE, r"to chuc trien khai|trach nhiem (?:cua|thuc hien)|phan cong"),
    (
        SITUATION,
        r"(?:danh gia |khai quat |dac diem )?(?:ve )?(?:tinh hinh|thuc trang|nguyen nhan|ket qua dat duoc|"
        r"su can thiet|boi canh|nhung ket qua|ton tai|han che)",
    ),
    (PURPOSE, r"(?:ve )?(?:muc dich|yeu cau|muc tieu|quan diem|chi tieu|y nghia)"),
    (FORM, r"(?:cac |ve )?(?:hinh thuc|phuong thuc|phuong phap|bien phap tuyen truyen|hinh thuc,)"),
    (AUDIENCE, r"(?:ve )?(?:doi tuong|pham vi|dia ban|doi tuong,)"),
    (TIME, r"(?:ve )?(?:thoi gian|tien do|lo trinh|dia diem|thoi han)"),
    (MONEY, r"(?:ve )?(?:kinh phi|nguon kinh phi|nguon luc|du toan|kinh phi,)"),
    (REPORT, r"(?:thuc hien )?(?:che do )?(?:thong tin,? )?(?:va )?bao cao|kiem tra, giam sat|khen thuong"),
    (
        CONTENT,
        r"(?:cac |mot so |nhung |ve )?(?:noi dung|nhiem vu|giai phap|cong viec|hoat dong|trong tam|"
        r"chu truong|cong tac tuyen truyen|cac noi dung)",
    ),
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_CONTENTISH = re.compile(
    r"tuyen truyen|truyen thong|cong tac|phong ngua|dau tranh|trien khai|hoat dong|noi dung|giai phap"
    r"|nhiem vu|bien phap|phong, chong"
)
_LEAD_IN = re.compile(r"(?:noi dung|nhiem vu|hinh thuc|muc dich|yeu cau).{0,60}(?:gom|sau|nhu sau|bao gom|la)\s*:$")
_INLINE = re.compile(r"([a-z ,]{4,40}?)\s*:\s*(?=\S)")
_APPENDIX = re.compile(r"phu luc\b")


# A heading without a mark ("Nội dung của Kế hoạch gồm:") stands between roman and arabic numbers.
UNMARKED_HEADING = 1.5
_FORMULA = re.compile(
    r"\W*tren day la|\W*(?:de nghi|yeu cau)\b[^.;]{0,140}(?:thuc hien|trien khai)(?: tot| nghiem tuc)?[\s./]*$"
)


@dataclass(slots=True)
class Entry:
    """A block with its place: the kind of section, the headings above it, and whether it is a heading itself."""

    block: Block
    section: str
    heading: bool = False
    path: list[Block] = field(default_factory=list)
    repeated: bool = False
    formula: bool = False
    preamble: bool = False


def section_kind(folded: str) -> str | None:
    """The kind of section that a heading announces, or None when it only goes deeper into the one above."""
    text = folded.strip(" :.-*()")
    text = re.sub(r"^(?:phan|chuong)\s+(?:[ivx]+|\d+|thu \w+)\s*[.:\-]?\s*", "", text)
    for kind, pattern in _KIND_PATTERNS:
        if pattern.match(text):
            return kind
    return None


def _is_heading(block: Block, after: Block | None) -> bool:
    text = block.flat.text.rstrip()
    if block.mark in (ROW, NOTE, DASH, PLUS, ARTICLE):
        return False
    if block.mark == CHAPTER:
        return True
    if block.mark == ROMAN:
        return len(text) < 260 or not text.endswith(".")
    if is_upper(block.words) and 3 < len(text) < 260:
        return True
    deeper = after is not None and (after.level > block.level or after.mark == ROW)
    if block.mark in (NUMBER, LETTER):
        return _numbered_heading(block, text, after, deeper)
    folded = block.folded.rstrip(" *")
    if not text.rstrip("*").endswith(":") or len(text) > 180:
        return False
    named = section_kind(folded)
    return bool(_LEAD_IN.search(folded)) or (named is not None and len(text) < 110 and named != BASIS)


def _numbered_heading(block: Block, text: str, after: Block | None, deeper: bool) -> bool:
    if not deeper or after is None:
        return False
    if text.endswith(":"):
        return True
    if re.search(r"[.;!?]$", text) or len(text) > 320:
        return False
    return after.mark != NOTE


def _named(block: Block, depth: int) -> str | None:
    kind = section_kind(block.folded)
    limit = 130 if depth else 400
    return kind if len(block.words) <= limit else None


def build(blocks: list[Block], first_body: int) -> list[Entry]:
    """Every block with its section. Blocks before index `first_body` (letterhead and title) are PREAMBLE."""
    entries: list[Entry] = []
    stack: list[tuple[float, str, Block]] = []
    begun = False
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if index < first_body:
            entries.append(Entry(block, PREAMBLE, preamble=True))
            continue
        heading = _is_heading(block, after)
        if heading and not _APPENDIX.match(block.folded):
            begun = _open(stack, block, begun)
        elif block.mark == ARTICLE:
            begun = True
            stack[:] = [(1, ORGANISE, block)]
        elif block.mark in (NUMBER, LETTER) and not begun and not stack:
            begun = True
            stack.append((1, CONTENT, block))
        elif block.mark not in (PLAIN, NOTE, ROW):
            while stack and stack[-1][0] >= block.level:
                stack.pop()
        named = None if heading else _inline_name(block)
        if named:
            begun = True
            stack.append((block.level, named, block))
        section = stack[-1][1] if stack else (OTHER if begun else PREAMBLE)
        formula = bool(_FORMULA.match(block.folded))
        entries.append(Entry(block, section, heading, [item[2] for item in stack], formula=formula, preamble=not begun))
    return entries


def _inline_name(block: Block) -> str | None:
    """ "2. Hình thức: Phát thanh …": the section that a numbered point names before its colon; its words begin after."""
    label = _INLINE.match(block.folded) if block.mark in (NUMBER, LETTER, ROMAN) else None
    kind = section_kind(label.group(1)) if label else None
    if label is None or kind is None or kind in (ORGANISE, TIME):
        return None
    block.body += label.end()
    return kind


def _lead_in_kind(folded: str) -> str | None:
    """ "… tập trung thực hiện một số nhiệm vụ sau:" opens a list of contents."""
    match = _LEAD_IN.search(folded.rstrip(" *"))
    if not match:
        return None
    word = re.findall(r"noi dung|nhiem vu|hinh thuc|muc dich|yeu cau", match.group())[-1]
    return {"hinh thuc": FORM, "muc dich": PURPOSE, "yeu cau": PURPOSE}.get(word, CONTENT)


def _open(stack: list[tuple[float, str, Block]], block: Block, begun: bool) -> bool:
    """Enter the section of a heading: close those at its level and deeper, name it or inherit."""
    level = block.level if block.mark != PLAIN else (1 if is_upper(block.words) else UNMARKED_HEADING)
    while stack and stack[-1][0] >= level:
        stack.pop()
    parent = stack[-1][1] if stack else None
    kind = _named(block, len(stack))
    if kind == BASIS and parent:
        kind = None
    if kind in (TIME, MONEY, REPORT, AUDIENCE) and parent == ORGANISE and level > 2:
        kind = None
    if kind is None and block.mark == PLAIN:
        kind = _lead_in_kind(block.folded)
    if kind is None:
        if parent:
            kind = parent
        elif block.mark != PLAIN and _CONTENTISH.search(block.folded):
            kind = CONTENT
        else:
            kind = OTHER
    stack.append((level, kind, block))
    return begun or kind not in (OTHER, BASIS) or block.mark in (ROMAN, CHAPTER, NUMBER)


@dataclass(slots=True)
class Item:
    """One point of a section: its own block and what stands deeper under it."""

    section: str
    blocks: list[Block]
    path: list[Block]
    preamble: bool = False

    @property
    def start(self) -> int:
        """Where it begins in the source."""
        return self.blocks[0].start

    @property
    def end(self) -> int:
        """Where it ends in the source."""
        return self.blocks[-1].end


def items_of(entries: list[Entry]) -> list[Item | Entry]:
    """Items in order, between the entries that are no items (headings, notes, rows, repeated stretches)."""
    result: list[Item | Entry] = []
    current: Item | None = None
    for entry in entries:
        block = entry.block
        if entry.heading or entry.repeated or entry.formula or block.mark in (NOTE, ROW):
            current = None
            result.append(entry)
            continue
        deeper = current is not None and block.level > current.blocks[0].level and current.section == entry.section
        if deeper and current is not None and _belongs(current, block):
            current.blocks.append(block)
            continue
        current = Item(entry.section, [block], entry.path, entry.preamble)
        result.append(current)
    return result


# Paragraphs that close a list and belong to none of its points.
_APART = re.compile(
    r"\W*(?:yeu cau|de nghi|giao|trong qua trinh|tren day|ket qua|dinh ky|kinh phi|can cu|nhan duoc|qua trinh|thu truong)"
)


def _belongs(item: Item, block: Block) -> bool:
    """Whether a deeper block is part of the item: sub-bullets, and paragraphs that follow a numbered point."""
    first = item.blocks[0]
    if block.mark == PLAIN:
        return (
            item.section != ORGANISE
            and not _APART.match(block.folded)
            and first.mark in (NUMBER, LETTER, ARTICLE)
            and all(b.mark in (PLAIN, first.mark) for b in item.blocks)
        )
    return first.mark != PLAIN
