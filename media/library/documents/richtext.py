"""The rich text of articles as paragraphs and runs: only what our editor offers, everything else becomes its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree, html

BLOCK_TAGS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "li"})


@dataclass(frozen=True)
class Run:
    """Words in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    raised: bool = False
    lowered: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Runs that stand together; `bullet` is what stands before them ("•", "1.") or nothing."""

    runs: tuple[Run, ...]
    bullet: str = ""

    @property
    def text(self) -> str:
        """The words without their style."""
        return "".join(run.text for run in self.runs)


def paragraphs_of(markup: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a piece of stored rich text; never fails on odd markup, never fetches what it names."""
    if not markup.strip():
        return ()
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return (Paragraph((Run(re.sub(r"<[^>]*>", " ", markup).strip()),)),)
    reader = _Reader()
    reader.walk(root, Run(""))
    reader.close()
    return tuple(reader.paragraphs)


def _bold(style: Run) -> Run:
    return replace(style, bold=True)


def _italic(style: Run) -> Run:
    return replace(style, italic=True)


STYLES: dict[str, Callable[[Run], Run]] = {
    "b": _bold,
    "strong": _bold,
    "i": _italic,
    "em": _italic,
    "sup": lambda style: replace(style, raised=True),
    "sub": lambda style: replace(style, lowered=True),
}


class _Reader:
    """Collects runs and closes a paragraph where a block begins or ends."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.runs: list[Run] = []
        self.bullet = ""

    def close(self) -> None:
        """End the paragraph that is open, if it has words."""
        if any(run.text.strip() for run in self.runs):
            self.paragraphs.append(Paragraph(_trimmed(self.runs), self.bullet))
        self.runs, self.bullet = [], ""

    def say(self, text: str | None, style: Run) -> None:
        """Add words in a style; runs of white space count as one space, as in a browser."""
        if text:
            self.runs.append(replace(style, text=re.sub(r"[ \t\r\n]+", " ", text)))

    def walk(self, element: html.HtmlElement, style: Run) -> None:
        """Read one element and what is inside; comments and scripts say nothing."""
        for number, child in enumerate(element, start=1):
            if number == 1:
                self.say(element.text, style)
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in BLOCK_TAGS or tag in {"ul", "ol", "br"}:
                self.close()
            if tag == "li":
                self.bullet = f"{number}." if element.tag == "ol" else "•"
            if tag and tag not in {"script", "style", "embed", "img"}:
                self.walk(child, STYLES[tag](style) if tag in STYLES else style)
            if tag in BLOCK_TAGS or tag in {"ul", "ol"}:
                self.close()
            self.say(child.tail, style)
        if len(element) == 0:
            self.say(element.text, style)


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """The runs without white space at either end of the paragraph."""
    kept = list(runs)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)
