"""Lines → blocks: a block is one numbered point, bullet, heading, paragraph or table row, whole again after line breaks.

Scanners and word processors break a sentence where the page ends, so a line is continued by the next unless something
says that a new thought begins: a list mark, a finished sentence, a heading, a table cell.
"""

import re
from dataclasses import dataclass, field

from campaigns.plans.parser.flat import Flat, flatten, fold_same_length, join, pattern

ROMAN, CHAPTER, ARTICLE, NUMBER, LETTER, DASH, PLUS, PLAIN, ROW, NOTE = (
    "roman",
    "chapter",
    "article",
    "number",
    "letter",
    "dash",
    "plus",
    "plain",
    "row",
    "note",
)
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (ARTICLE, pattern(r"Điều\s+\d{1,3}\s*[.:]\s*")),
    (CHAPTER, pattern(r"(?:PHẦN|Phần|CHƯƠNG|Chương)\s+(?:[IVX]{1,5}|\d{1,2}|thứ \w+)\b\s*[.:\-–]?\s*")),
    (CHAPTER, pattern(r"[A-EĐ]\s*[.\-–)/]\s+(?=[A-ZĐÀ-Ỹ]{2})")),
    (ROMAN, pattern(r"[IVX]{1,5}\s*(?:[.)]\s*|[\-–:]\s*|/\s+)(?=[\wĐ\"“])")),
    (NUMBER, pattern(r"\d{1,2}(?:\.\d{1,2}){1,3}\s*(?:[.)\-–:/](?!\d)\s*|\s+)(?=[^\d\s%])")),
    (NUMBER, pattern(r"\(?\d{1,2}\s*(?:[.)](?!\d)\s*|[\-–](?=\s*[A-ZĐÀ-Ỹ“\"])\s*|/\s+|:\s+)(?=[^\s%])")),
    (LETTER, pattern(r"\(?[a-zđ]\s*[.)/]\s+(?=\S)")),
    (DASH, pattern(r"[\-–—•●▪■◦·*o✓»►]\s+(?=\S)|[\-–•●▪■](?=[A-ZĐÀ-Ỹ(“])")),
    (PLUS, pattern(r"\+\s*(?=\D)")),
)
_LEVELS = {CHAPTER: 0, ARTICLE: 1, ROMAN: 1, NUMBER: 2, LETTER: 5, DASH: 6, PLUS: 7, PLAIN: 8, ROW: 8, NOTE: 9}
_FINISHED = pattern(r"(?:[.;:!?…]|\./\.)[\"”’'»)*\]]*\s*$")
_OPEN_END = pattern(
    r"(?:[,(\-–“\"/]|\b(?:và|của|các|cho|về|với|trong|theo|trên|từ|tại|để|do|là|những|ngày|tháng|năm|số|một|việc|công tác"
    r"|nhằm|được|bằng|hoặc|đến|như|phòng|an ninh|an toàn|Ủy ban|Uỷ ban|Ban|Sở|Bộ))\s*\*{0,2}$"
)
_NOTE = pattern(r"\s*\**\((?!sau đây|Ban hành|Kèm|kèm|có |gồm|viết)")
_NOTE_WORDS = pattern(r"chu tri|phoi hop|thuc hien|huong dan|chiu trach nhiem|tham muu")
_DATE_WORD = pattern(r"(?:ngày|tháng|điều|khoản|điểm|số|mục|quý|năm|chương|phần)\s*\**$", re.I)
_TITLE_LINE = pattern(
    r"\W*(?:KẾ HOẠCH|NGHỊ QUYẾT|QUYẾT ĐỊNH|CHỈ THỊ|CHƯƠNG TRÌNH|HƯỚNG DẪN|THÔNG BÁO|ĐỀ ÁN|CÔNG ĐIỆN|PHƯƠNG ÁN|"
    r"KẾT LUẬN|THÔNG TRI|PHỤ LỤC|Phụ lục)\b"
)
_PAGE = pattern(r"\W*(?:[Tt]rang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\W*$")
_STARTERS = pattern(
    r"\W*(?:Nơi nhận|Kính gửi|Căn cứ|Xét đề nghị|Theo đề nghị|Thực hiện (?:Kế hoạch|Nghị quyết|Chỉ thị|Quyết định|"
    r"Chương trình|Công văn|Hướng dẫn)|Trên đây là|Số\s*:|V/v|KT\.|TM\.|TL\.|TUQ\.|T/M|Phụ lục|PHỤ LỤC|"
    r"(?:Đơn vị|Cơ quan|Thời gian|Thời hạn|Địa điểm|Phân công|Sản phẩm|Kinh phí)[^:]{0,40}:)"
)


@dataclass(slots=True)
class Block:
    """One block. `body` is where its words begin in `flat` after the list mark; `level` is how deep the mark stands."""

    start: int
    end: int
    flat: Flat
    mark: str = PLAIN
    body: int = 0
    level: int = 8
    cells: list[tuple[int, int]] = field(default_factory=list)
    after_blank: bool = True

    @property
    def words(self) -> str:
        """The text after the list mark."""
        return self.flat.text[self.body :]

    @property
    def folded(self) -> str:
        """The text after the list mark without accents and case."""
        return self.flat.fold[self.body :]


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str
    blank_before: bool
    cells: list[tuple[int, int]]


def mark_of(text: str) -> tuple[str, int, int]:
    """The list mark of a line: its kind, how many letters it takes and its level."""
    for kind, shape in _MARKS:
        match = shape.match(text)
        if not match:
            continue
        level = _LEVELS[kind]
        if kind == NUMBER:
            level += len(re.findall(r"\d+", match.group())) - 1
        return kind, match.end(), min(level, 4) if kind == NUMBER else level
    return PLAIN, 0, _LEVELS[PLAIN]


def cells_of(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of a table row, parted by bars or by tabs; an empty cell is an empty stretch."""
    line = source[start:end]
    separator = r"\|" if line.count("|") >= 2 else r"\t"
    cells = []
    at = 1 if line.startswith("|") else 0
    for piece in [*re.finditer(separator, line[at:]), None]:
        stop = at + 0 if piece is None else piece.start() + (1 if line.startswith("|") else 0)
        stop = len(line) if piece is None else stop
        text = line[at:stop]
        lead = len(text) - len(text.lstrip())
        cells.append((start + at + lead, start + at + max(len(text.rstrip()), lead)))
        at = stop + 1
    if len(cells) > 1 and line.endswith("|"):
        cells.pop()
    return cells


def _lines(source: str) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    after = 0
    for text in source.split("\n"):
        begin, after = after, after + len(text) + 1
        if not text.strip():
            blank = True
            continue
        start = begin + len(text) - len(text.lstrip())
        end = begin + len(text.rstrip())
        if _PAGE.match(source[start:end]) and "%" not in source[start:end]:
            continue  # the number of a page; what stood before goes on after it
        if not source[start:end].strip("|-–—_=. \t"):
            blank = True  # a rule, or the bar that is left of a table
            continue
        row = "\t" in source[start:end] or source[start:end].count("|") >= 2
        lines.append(_Line(start, end, source[start:end], blank, cells_of(source, start, end) if row else []))
        blank = False
    return lines


def is_upper(text: str) -> bool:
    """Whether a line is set in capitals (four letters in five)."""
    letters = [ch for ch in text if ch.isalpha()]
    return len(letters) >= 2 and sum(ch.isupper() for ch in letters) >= 0.8 * len(letters)


def _width(lines: list[_Line]) -> int:
    """The measure at which the lines of this text were broken, or 0 when paragraphs stand on one line each."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 8 or lengths[-1] > 240:
        return 0
    wide = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if len(line.text) >= 0.8 * wide]
    unfinished = sum(1 for line in full if not _FINISHED.search(line.text))
    return wide if wide >= 45 and unfinished >= 0.4 * len(full) else 0


def _starts_low(text: str) -> bool:
    first = text.lstrip("*\"“'‘([ ")[:1]
    return first.islower() or (first.isdigit() and not text.startswith("("))


def _continues(before: _Line, line: _Line, opening: _Line, width: int) -> bool:
    """Whether `line` goes on with the sentence of `before`; `opening` is the first line of the block so far."""
    if before.cells or line.cells:
        return False
    plain = line.text.strip("*")
    finished = bool(_FINISHED.search(before.text))
    kind, size, _level = mark_of(plain)
    if kind != PLAIN:
        low = plain[size : size + 1].islower()
        broken_dash = kind == DASH and low and not finished and not line.blank_before
        broken_number = kind == NUMBER and bool(_DATE_WORD.search(before.text))
        return broken_dash or broken_number
    if _TITLE_LINE.match(plain) and is_upper(plain[:9]) or (_STARTERS.match(plain) and (finished or line.blank_before)):
        return False
    if _STARTERS.match(plain) and not _OPEN_END.search(before.text) and len(before.text) < 0.75 * (width or 60):
        return False
    if _NOTE.match(plain) and _NOTE_WORDS.search(fold_same_length(plain[:400])) and (finished or line.blank_before):
        return False
    if is_upper(before.text) != is_upper(plain) and is_upper(opening.text):
        return False
    if finished:
        full = width and len(before.text) >= 0.85 * width
        return not line.blank_before and (bool(full) or (_starts_low(plain) and before.text.rstrip()[-1:] in ";,"))
    if _starts_low(plain) or before.text.rstrip("*").endswith((",", "(", "-", "–")):
        return True
    if line.blank_before:
        return bool(_OPEN_END.search(before.text)) and not is_upper(before.text)
    return _same_paragraph(before, line, opening, width)


def _same_paragraph(before: _Line, line: _Line, opening: _Line, width: int) -> bool:
    """For a line that begins with a capital right under an unfinished one."""
    if is_upper(before.text) and is_upper(line.text):
        return True
    if _OPEN_END.search(before.text):
        return True
    if width:
        return len(before.text) >= 0.75 * width
    numbered = mark_of(opening.text.strip("*"))[0] in (NUMBER, ROMAN, LETTER, CHAPTER)
    return before is not opening and len(before.text) > 60 and not numbered


def _make(source: str, lines: list[_Line]) -> Block:
    first, last = lines[0], lines[-1]
    flat = join(
        [flat for flat in (flatten(source, line.start, line.end) for line in lines) if flat.text]
        or [flatten(source, first.start, last.end)]
    )
    if first.cells:
        return Block(first.start, last.end, flat, ROW, 0, _LEVELS[ROW], first.cells, first.blank_before)
    kind, size, level = mark_of(flat.text)
    if kind == PLAIN and _NOTE.match(flat.text) and flat.text.rstrip(" .;").endswith(")"):
        if _NOTE_WORDS.search(flat.fold):
            kind, level = NOTE, _LEVELS[NOTE]
    return Block(first.start, last.end, flat, kind, size, level, [], first.blank_before)


def split_blocks(source: str) -> list[Block]:
    """The blocks of a text in order; only page numbers and lines of asterisks are in none."""
    lines = _lines(source)
    width = _width(lines)
    blocks: list[Block] = []
    pending: list[_Line] = []
    for line in lines:
        if pending and not _continues(pending[-1], line, pending[0], width):
            blocks.append(_make(source, pending))
            pending = []
        pending.append(line)
    if pending:
        blocks.append(_make(source, pending))
    return [block for block in blocks if block.flat.text]
