"""Run as a program: reads a DOCX or PDF from standard input, writes {"text": …} or {"code": …} to standard output.

Started by extract.py in isolated mode; imports nothing of the product. Limits: 1 GB of memory, 20 s of processor.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MAX_ENTRIES = 1000
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_PAGES = 400
MAX_TEXT = 4_000_000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DROPPED = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText"})


class Refused(Exception):
    """The file is not read; `code` names one of the errors of campaigns.plans.errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, after its directory shows a document of ordinary size."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError):
        raise Refused("damaged") from None
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 20_000):
        raise Refused("bomb")
    if any(entry.file_size > MAX_RATIO * max(entry.compress_size, 20_000) for entry in entries):
        raise Refused("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("protected")
    if "word/document.xml" not in archive.namelist():
        raise Refused("binary")
    return archive


def parse_xml(data: bytes) -> Any:
    """A tree without entities, network or DTD."""
    from lxml import etree

    if b"<!DOCTYPE" in data[:4000] or b"<!ENTITY" in data[:4000]:
        raise Refused("bomb")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


class Numbering:
    """The numbers that Word draws before list items: they are in no run of text and must be counted."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.of_style: dict[str, tuple[str, int]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        names = archive.namelist()
        if "word/numbering.xml" in names:
            self._read_levels(parse_xml(archive.read("word/numbering.xml")))
        if "word/styles.xml" in names:
            for style in parse_xml(archive.read("word/styles.xml")).iter(f"{W}style"):
                found = self._ids(style.find(f"{W}pPr/{W}numPr"))
                if found:
                    self.of_style[style.get(f"{W}styleId", "")] = found

    def _read_levels(self, root: Any) -> None:
        kinds: dict[str, dict[int, tuple[str, str, int]]] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{W}lvl"):
                form = attribute(level.find(f"{W}numFmt"), "decimal")
                text = attribute(level.find(f"{W}lvlText"), "")
                start = attribute(level.find(f"{W}start"), "1")
                levels[int(level.get(f"{W}ilvl", "0"))] = (form, text, int(start) if start.isdigit() else 1)
            kinds[abstract.get(f"{W}abstractNumId", "")] = levels
        for num in root.iter(f"{W}num"):
            self.levels[num.get(f"{W}numId", "")] = kinds.get(attribute(num.find(f"{W}abstractNumId"), ""), {})

    @staticmethod
    def _ids(properties: Any) -> tuple[str, int] | None:
        if properties is None or properties.find(f"{W}numId") is None:
            return None
        level = attribute(properties.find(f"{W}ilvl"), "0")
        return attribute(properties.find(f"{W}numId"), "0"), int(level) if level.isdigit() else 0

    def mark(self, paragraph: Any) -> str:
        """The number or bullet of this paragraph with a space after it; empty when Word draws none."""
        found = self._ids(paragraph.find(f"{W}pPr/{W}numPr"))
        if found is None:
            found = self.of_style.get(attribute(paragraph.find(f"{W}pPr/{W}pStyle"), ""))
        if found is None or found[0] == "0":
            return ""
        number, level = found
        form, text, start = self.levels.get(number, {}).get(level, ("bullet", "-", 1))
        if form == "bullet":
            return "- "
        if form == "none":
            return ""
        counts = self.counts.setdefault(number, {})
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        for upper in range(level + 1):
            shape = self.levels.get(number, {}).get(upper, ("decimal", "", 1))
            text = text.replace(f"%{upper + 1}", in_form(counts.get(upper, shape[2]), shape[0]))
        return f"{text} " if text else ""


def attribute(element: Any, otherwise: str) -> str:
    """The w:val of an element that may be absent."""
    return otherwise if element is None else str(element.get(f"{W}val", otherwise))


def in_form(value: int, form: str) -> str:
    """A list number as Word writes it in this form."""
    if form in ("upperRoman", "lowerRoman"):
        text = ""
        for amount, sign in (
            (100, "C"),
            (90, "XC"),
            (50, "L"),
            (40, "XL"),
            (10, "X"),
            (9, "IX"),
            (5, "V"),
            (4, "IV"),
            (1, "I"),
        ):
            while value >= amount:
                text, value = text + sign, value - amount
        return text if form == "upperRoman" else text.lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (value - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    return f"{value:02d}" if form == "decimalZero" else str(value)


def read_docx(data: bytes) -> str:
    """Paragraphs and tables in order; headers before them. Tracked insertions are in, deletions are out."""
    archive = check_zip(data)
    numbering = Numbering(archive)
    parts: list[str] = []
    for name in sorted(n for n in archive.namelist() if n.startswith("word/header") and n.endswith(".xml")):
        lines = [
            line
            for line in block_lines(parse_xml(archive.read(name)), numbering)
            if line.strip() and not line.strip().isdigit()
        ]
        parts.extend(line for line in lines if line not in parts)
    root = parse_xml(archive.read("word/document.xml"))
    body = root.find(f"{W}body")
    parts.extend(block_lines(body if body is not None else root, numbering))
    return "\n".join(parts)


def block_lines(parent: Any, numbering: Numbering) -> Iterator[str]:
    """The lines of paragraphs and tables under an element, whatever wraps them (content controls, insertions)."""
    for child in parent:
        if child.tag == f"{W}p":
            yield from paragraph_text(child, numbering).split("\n")
        elif child.tag == f"{W}tbl":
            yield from table_lines(child, numbering)
        elif child.tag in _DROPPED:
            continue
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from block_lines(child, numbering)


def paragraph_text(paragraph: Any, numbering: Numbering) -> str:
    """The text of a paragraph with its tabs and line breaks, after the number or bullet that Word draws."""
    pieces: list[str] = []
    walk(paragraph, pieces)
    text = "".join(pieces)
    return numbering.mark(paragraph) + text.lstrip() if text.strip() else text


def walk(element: Any, pieces: list[str]) -> None:
    """Collect text, leaving out what tracked changes deleted, and text boxes that repeat as fallback."""
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in _DROPPED or tag.endswith("}Fallback"):
            continue
        if tag == f"{W}t":
            pieces.append(child.text or "")
        elif tag == f"{W}tab":
            pieces.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif tag == f"{W}pPr":
            continue
        else:
            walk(child, pieces)


def table_lines(table: Any, numbering: Numbering) -> Iterator[str]:
    """A table of facts as one line a row, cells between bars; a table that only lays out a page cell by cell."""
    rows = [[list(block_lines(cell, numbering)) for cell in row.findall(f"{W}tc")] for row in rows_of(table)]
    wide = max((len(row) for row in rows), default=0)
    if wide <= 2 and len(rows) <= 8:
        for row in rows:
            for cell in row:
                yield from cell
        return
    for row in rows:
        if len(row) == 1:
            yield from row[0]
        else:
            yield "| " + " | ".join(" ".join(" ".join(cell).split()).replace("|", "/") for cell in row) + " |"


def rows_of(table: Any) -> Iterator[Any]:
    """The rows of a table, without those that tracked changes deleted."""
    for row in table.iter(f"{W}tr"):
        owner = row.getparent()
        while owner is not None and owner.tag != f"{W}tbl":
            owner = owner.getparent()
        if owner is table and row.find(f"{W}trPr/{W}del") is None:
            yield row


def read_pdf(data: bytes) -> str:
    """The text layer, page after page."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("protected")
        pages = [page.extract_text() or "" for page in reader.pages[:MAX_PAGES]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        raise Refused("damaged") from None
    except NotImplementedError:
        raise Refused("protected") from None
    text = "\n".join(pages)
    if sum(1 for ch in text if ch.isalpha()) < 20 * max(1, len(pages) // 4):
        raise Refused("scanned")
    return text


def answer(kind: str, data: bytes) -> dict[str, str]:
    """What goes to standard output."""
    from lxml import etree

    try:
        text = read_docx(data) if kind == "docx" else read_pdf(data)
    except Refused as refused:
        return {"code": refused.code}
    except (etree.LxmlError, zipfile.BadZipFile, EOFError, OSError, RecursionError, MemoryError):
        return {"code": "damaged"}
    return {"text": text[:MAX_TEXT]}


def main() -> None:
    """Limit this process, then read."""
    memory = 1024 * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(answer(sys.argv[1], data), ensure_ascii=True))


if __name__ == "__main__":
    main()
