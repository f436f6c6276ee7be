"""An outline as a Word file: shaping is Word's work, ours is to name the right face for every script."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run as DocxRun
from PIL import Image, ImageDraw

from cms.core.errors import BadInput
from cms.core.languages import get_orthography

from .drawable import drawing_families
from .outline import Outline, Part
from .richtext import Paragraph, Run

INK, MUTED, INDIGO = RGBColor(0x1B, 0x1B, 0x22), RGBColor(0x57, 0x57, 0x63), RGBColor(0x1F, 0x2A, 0x56)
BAND_GROUND, BAND_DIAMONDS = "#1F2A56", ("#A8201A", "#FFFDF8", "#F2B632")
SCRIPT_SIZE, ARTICLE_SIZE, LABEL_SIZE, NOTE_SIZE = Pt(16), Pt(12), Pt(10.5), Pt(10.5)
MARGIN_WIDTH, TEXT_WIDTH = Mm(27), Mm(143)
NO_TIME = datetime(2020, 1, 1, tzinfo=UTC)


def draw_docx(outline: Outline) -> bytes:
    """The Word file of an outline, the same bytes every time. Fonts are named, none is embedded."""
    return _Writer(outline).write()


class _Writer:
    """Builds one document; each method adds one of its pieces."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.document: Document = docx.Document()
        own = outline.orthography
        self.serif = drawing_families(own, serif=True)[0]
        self.sans = drawing_families(get_orthography("vi"), serif=False)[0]
        # Word asks for the face of complex scripts (Khmer, Tai Viet, Cham) apart from that of Latin letters.
        self.complex = own.fonts_serif[0]
        self.size = SCRIPT_SIZE if outline.is_script else ARTICLE_SIZE

    def write(self) -> bytes:
        """The finished file."""
        self.page()
        self.head()
        if self.outline.is_script:
            self.script()
        else:
            for part in self.outline.parts:
                self.article_part(part)
        self.hotlines()
        self.footer()
        return same_bytes(self.document, self.outline.made_at or NO_TIME)

    def page(self) -> None:
        """A4, margins, and the properties of the file."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(20), Mm(18)
        section.top_margin, section.bottom_margin = Mm(18), Mm(20)
        properties = self.document.core_properties
        properties.title, properties.author = self.outline.title[:255], self.outline.issuer[:255]
        properties.language = self.outline.orthography.tag
        at = (self.outline.made_at or NO_TIME).astimezone(UTC).replace(tzinfo=None, microsecond=0)
        properties.created = properties.modified = at
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = self.serif, self.size
        set_fonts(normal.element.get_or_add_rPr(), self.serif, self.complex)
        small = self.document.styles["Footer"]
        small.font.size, small.font.color.rgb = Pt(9), MUTED
        set_fonts(small.element.get_or_add_rPr(), self.sans, self.complex)

    def say(
        self,
        paragraph: DocxParagraph,
        text: str,
        *,
        size: Pt | None = None,
        colour: RGBColor = INK,
        bold: bool = False,
        label: bool = False,
        styled: Run | None = None,
    ) -> DocxRun:
        """Add words to a paragraph, in the text's face or in that of the labels."""
        run = paragraph.add_run(safe_text(text))
        run.font.size, run.font.color.rgb = size or self.size, colour
        run.bold = bold or (styled is not None and styled.bold)
        if styled is not None:
            run.italic, run.font.superscript, run.font.subscript = styled.italic, styled.raised, styled.lowered
        set_fonts(run._element.get_or_add_rPr(), self.sans if label else self.serif, self.complex)
        enlarge_complex(run, size or self.size, bold=bool(run.bold))
        return run

    def line(
        self, cell: _Cell | None = None, *, after: float = 4, first: bool = False, tight: bool = False
    ) -> DocxParagraph:
        """A new paragraph in the document or in a cell (whose first one is there already)."""
        holder = cell if cell is not None else self.document
        paragraph = cell.paragraphs[0] if cell is not None and first else holder.add_paragraph()
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(0), Pt(after)
        paragraph.paragraph_format.line_spacing = 1.0 if tight else self.outline.orthography.line_height * 0.82
        return paragraph

    def head(self) -> None:
        """Issuing body, the woven band, title, facts."""
        self.say(self.line(after=2), self.outline.issuer, size=Pt(11.5), label=True)
        band = self.line(after=4)
        band.paragraph_format.line_spacing = 1
        self.picture(band, band_picture(), width=Mm(172), height=Mm(1.9))
        self.say(self.line(after=0), self.outline.kind_name, size=Pt(11.5), colour=MUTED, label=True)
        title = self.line(after=6)
        title.style = self.document.styles["Heading 1"]
        self.say(title, self.outline.title, size=Pt(22 if self.outline.is_script else 20), colour=INDIGO, bold=True)
        table = self.table(len(self.outline.facts), (Mm(36), Mm(134)))
        for row, (name, value) in zip(table.rows, self.outline.facts, strict=True):
            for cell, words, colour in ((row.cells[0], name, MUTED), (row.cells[1], value, INK)):
                self.say(
                    self.line(cell, after=3, first=True, tight=True), words, size=LABEL_SIZE, colour=colour, label=True
                )
        self.say(self.line(after=4, tight=True), "", size=Pt(6))

    def picture(
        self, target: DocxParagraph, content: bytes, *, width: Mm, height: Mm | None = None, words: str = ""
    ) -> None:
        """Put a picture into a paragraph, with words for who cannot see it."""
        inline = target.add_run().add_picture(io.BytesIO(content), width=width, height=height)._inline
        inline.docPr.set("descr", safe_text(words))
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")  # left out, LibreOffice moves the picture three millimetres in

    def table(self, rows: int, widths: tuple[Mm, Mm]):  # type: ignore[no-untyped-def]
        """A table of two columns without lines."""
        table = self.document.add_table(rows=rows, cols=2)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        return table

    def script(self) -> None:
        """One row for each part: the margin, then the words and how they are read."""
        table = self.table(len(self.outline.parts), (MARGIN_WIDTH, TEXT_WIDTH))
        for row, part in zip(table.rows, self.outline.parts, strict=True):
            margin, body = row.cells
            quiet = part.kind == "sound"
            words = self.line(margin, first=True, tight=True)
            words.paragraph_format.space_before = Pt(6)
            self.say(words, part.margin, size=Pt(11), colour=MUTED if quiet else INDIGO, bold=not quiet, label=True)
            first = True
            if part.source:
                self.say(self.line(body, after=2, first=True), part.source, size=Pt(11.5), label=True)
                first = False
            for paragraph in part.paragraphs:
                last = self.line(body, after=2, first=first)
                self.runs(last, paragraph, size=Pt(12) if quiet else None, colour=MUTED if quiet else INK)
                first = False
            for written, read in part.notes:
                last = self.line(body, after=1, tight=True)
                last.paragraph_format.left_indent = Mm(4)
                self.say(last, f"{written}: ", size=NOTE_SIZE, label=True)
                self.say(last, read, size=NOTE_SIZE, colour=MUTED, label=True)
            last.paragraph_format.space_after = Pt(12)

    def runs(
        self,
        target: DocxParagraph,
        paragraph: Paragraph,
        *,
        size: Pt | None = None,
        colour: RGBColor = INK,
        bold: bool = False,
    ) -> None:
        """The runs of one paragraph, with its bullet."""
        if paragraph.bullet:
            target.paragraph_format.left_indent, target.paragraph_format.first_line_indent = Mm(8), Mm(-6)
            self.say(target, f"{paragraph.bullet} ", size=size, colour=colour)
        for run in paragraph.runs:
            self.say(target, run.text, size=size, colour=colour, bold=bold, styled=run)

    def article_part(self, part: Part) -> None:
        """One part of an article."""
        if part.kind == "picture" and part.source in self.outline.pictures:
            words = " ".join(paragraph.text for paragraph in part.paragraphs)
            self.picture(self.line(after=2), self.outline.pictures[part.source], width=Mm(150), words=words)
        for paragraph in part.paragraphs:
            target = self.line(after=8)
            if part.kind == "heading":
                target.style = self.document.styles["Heading 2"]
            small = part.kind == "picture"
            colour = INDIGO if part.kind == "heading" else MUTED if small else INK
            bold = part.kind in {"heading", "summary"}
            self.runs(target, paragraph, size=Pt(10.5) if small else None, colour=colour, bold=bold)
            if part.kind in {"quote", "hotline"}:
                target.paragraph_format.left_indent = Mm(8)
        if part.source and part.kind == "quote":
            source = self.line(after=8)
            source.paragraph_format.left_indent = Mm(8)
            self.say(source, part.source, size=Pt(10.5), label=True)

    def hotlines(self) -> None:
        """Every number once more, large, at the end."""
        if not self.outline.hotlines:
            return
        head = self.line(after=4)
        head.paragraph_format.keep_with_next = True
        self.say(head, self.outline.labels["hotlines"], size=Pt(11.5), colour=INDIGO, bold=True, label=True)
        for entry in self.outline.hotlines:
            target = self.line(after=4)
            self.say(target, f"{entry.label}: ", size=Pt(13), label=True)
            self.say(target, entry.number.replace(" ", "\u00a0"), size=Pt(15), bold=True, label=True)
            if entry.hours:
                self.say(target, f"  ({entry.hours})", size=Pt(12), colour=MUTED, label=True)

    def footer(self) -> None:
        """Title, language, hash and page numbers on every page."""
        outline = self.outline
        footer = self.document.sections[0].footer.paragraphs[0]
        words = f"{outline.title} · {outline.orthography.name_vi} · {outline.labels['content']} {outline.hash_short}"
        self.say(footer, f"{words}\t{outline.labels['page']} ", size=Pt(9), colour=MUTED, label=True)
        footer.paragraph_format.tab_stops.add_tab_stop(Mm(172))
        for number, field in enumerate(("PAGE", "NUMPAGES")):
            if number:
                self.say(footer, "/", size=Pt(9), colour=MUTED, label=True)
            add_field(self.say(footer, "", size=Pt(9), colour=MUTED, label=True), field)


def set_fonts(properties: Any, latin: str, complex_script: str) -> None:
    """Name the face in all four places Word looks; with one of them missing it falls back to a face without ƀ."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for place, family in (("ascii", latin), ("hAnsi", latin), ("eastAsia", complex_script), ("cs", complex_script)):
        fonts.set(qn(f"w:{place}"), family)


def enlarge_complex(run: DocxRun, points: Pt, *, bold: bool) -> None:
    """Give complex scripts the size and weight of the Latin letters: Word keeps theirs apart (w:szCs, w:bCs)."""
    properties = run._element.get_or_add_rPr()
    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), str(int(points.pt * 2)))
    after = properties.find(qn("w:sz"))
    after.addnext(size)
    if bold:
        heavy = OxmlElement("w:bCs")
        properties.find(qn("w:b")).addnext(heavy)


def add_field(run: DocxRun, name: str) -> None:
    """Turn an empty run into a field that Word counts (PAGE, NUMPAGES)."""
    for kind, text in (("begin", None), (None, name), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


def safe_text(text: str) -> str:
    """The text without the control characters that XML cannot carry; refuses a lone surrogate."""
    cleaned = "".join(char for char in text if char in "\t\n" or ord(char) >= 32 and ord(char) not in (0xFFFE, 0xFFFF))
    try:
        cleaned.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(_("This text holds a broken character. Type it again.")) from error
    return cleaned


def band_picture() -> bytes:
    """The woven band as PNG: 60 repeats of three diamonds."""
    unit, repeats = 16, 30
    image = Image.new("RGB", (unit * 3 * repeats, unit), BAND_GROUND)
    draw = ImageDraw.Draw(image)
    for place in range(3 * repeats):
        left, middle = place * unit, unit // 2
        for colour, radius in ((BAND_DIAMONDS[place % 3], middle), (BAND_GROUND, 3)):
            centre = left + middle
            corners = ((-radius, 0), (0, -radius), (radius, 0), (0, radius))
            draw.polygon([(centre + across, middle + down) for across, down in corners], fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def same_bytes(document: Document, at: datetime) -> bytes:
    """The saved document with every date inside its ZIP set to `at`, so that the same outline gives the same bytes."""
    first, last = io.BytesIO(), io.BytesIO()
    document.save(first)
    moment = at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, date_time=moment), source.read(name), zipfile.ZIP_DEFLATED)
    return last.getvalue()
