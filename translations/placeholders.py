"""Rich text that a translator can type: tags become numbered marks, and come back exactly as they were.

``Đi <b>vài phút</b>`` is shown as ``Đi {1}vài phút{/1}``; ``<br/>`` as ``{2/}``. Only marks that the source has are
tags again; every other character of the target is text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*?)(/?)>")
_MARK = re.compile(r"\{(/?)(\d{1,3})(/?)\}")
# What begins a new leaf; everything else stands inside a line of text.
BLOCK_TAGS = frozenset({"p", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "div"})
VOID_TAGS = frozenset({"br", "hr", "embed", "img"})


@dataclass(frozen=True, slots=True)
class Protected:
    """Text with marks, and the tags they stand for: ``tags[0]`` is what ``{1}`` opens."""

    text: str
    tags: list[str]


def split_leaves(markup: str) -> list[tuple[bool, str]]:
    """``markup`` cut into (is text, piece): lines of text with their inline tags, and the block tags between them.

    Joining the pieces gives ``markup`` back. A piece without a letter or digit is no text.
    """
    pieces: list[tuple[bool, str]] = []
    run = ""
    at = 0
    for tag in _TAG.finditer(markup):
        if tag.group(2).lower() not in BLOCK_TAGS:
            continue
        run += markup[at : tag.start()]
        if run:
            pieces.append((_has_text(run), run))
            run = ""
        pieces.append((False, tag.group()))
        at = tag.end()
    run += markup[at:]
    if run:
        pieces.append((_has_text(run), run))
    return pieces


def protect(markup: str) -> Protected:
    """One line of rich text as text with marks; entities become their characters."""
    tags: list[str] = []
    open_marks: list[tuple[str, int]] = []
    out: list[str] = []
    at = 0
    for tag in _TAG.finditer(markup):
        out.append(html.unescape(markup[at : tag.start()]))
        at = tag.end()
        closing, name, selfclosing = bool(tag.group(1)), tag.group(2).lower(), bool(tag.group(4))
        if closing:
            number = _pop(open_marks, name)
            out.append(f"{{/{number}}}" if number else "")
            continue
        tags.append(tag.group())
        if selfclosing or name in VOID_TAGS:
            out.append(f"{{{len(tags)}/}}")
        else:
            open_marks.append((name, len(tags)))
            out.append(f"{{{len(tags)}}}")
    out.append(html.unescape(markup[at:]))
    return Protected("".join(out), tags)


def restore(text: str, tags: list[str]) -> str:
    """The rich text of ``text`` with its marks: the inverse of ``protect`` for a text whose marks are in order."""
    out: list[str] = []
    at = 0
    for mark in _MARK.finditer(text):
        number = int(mark.group(2))
        if not 1 <= number <= len(tags):
            continue
        out.append(html.escape(text[at : mark.start()], quote=False))
        at = mark.end()
        tag = tags[number - 1]
        out.append(f"</{_name(tag)}>" if mark.group(1) else tag)
    out.append(html.escape(text[at:], quote=False))
    return "".join(out)


def misplaced_marks(text: str, tags: list[str]) -> list[str]:
    """Marks of ``tags`` that ``text`` lacks, repeats, or closes in the wrong order; empty when all is well."""
    wanted: dict[str, int] = {}
    for number, tag in enumerate(tags, start=1):
        alone = tag.endswith("/>") or _name(tag) in VOID_TAGS
        for mark in [f"{{{number}/}}"] if alone else [f"{{{number}}}", f"{{/{number}}}"]:
            wanted[mark] = 0
    stack: list[str] = []
    wrong: list[str] = []
    for found in _MARK.finditer(text):
        mark = found.group()
        if mark not in wanted:
            if 1 <= int(found.group(2)) <= len(tags):
                wrong.append(mark)
            continue
        wanted[mark] += 1
        if found.group(1):
            if not stack or stack.pop() != found.group(2):
                wrong.append(mark)
        elif not found.group(3):
            stack.append(found.group(2))
    wrong += [mark for mark, count in wanted.items() if count != 1]
    return list(dict.fromkeys(wrong))


def without_marks(text: str, tags: list[str]) -> str:
    """``text`` without the marks of ``tags``: what a reader sees."""
    return _MARK.sub(lambda mark: "" if 1 <= int(mark.group(2)) <= len(tags) else mark.group(), text)


def _has_text(markup: str) -> bool:
    return any(char.isalnum() for char in html.unescape(_TAG.sub("", markup)))


def _name(tag: str) -> str:
    found = _TAG.match(tag)
    return found.group(2).lower() if found else ""


def _pop(open_marks: list[tuple[str, int]], name: str) -> int | None:
    for index in range(len(open_marks) - 1, -1, -1):
        if open_marks[index][0] == name:
            return open_marks.pop(index)[1]
    return None
