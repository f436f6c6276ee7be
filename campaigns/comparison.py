"""Two payloads beside each other, word by word: what an approver reads instead of the whole text again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.payloads import plain_text


class Change(TextChoices):
    """What happened to one part."""

    SAME = "same", gettext_lazy("unchanged")
    CHANGED = "changed", gettext_lazy("reworded")
    ADDED = "added", gettext_lazy("new")
    REMOVED = "removed", gettext_lazy("removed")
    MOVED = "moved", gettext_lazy("moved")


@dataclass(frozen=True)
class Piece:
    """A run of words: "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """One part of the text: what it is, what happened to it, and its words in pieces."""

    where: str
    label: str
    change: str
    pieces: tuple[Piece, ...]

    @property
    def change_label(self) -> str:
        """What happened, in words."""
        return str(Change(self.change).label)


_LABELS = {
    "heading": gettext_lazy("Heading"),
    "paragraph": gettext_lazy("Paragraph"),
    "picture": gettext_lazy("Picture"),
    "quote": gettext_lazy("Quotation"),
    "hotline": gettext_lazy("Hotline"),
    "lead_in": gettext_lazy("Lead-in"),
    "turn": gettext_lazy("Turn"),
    "interview": gettext_lazy("Interview"),
    "sound": gettext_lazy("Music or sound"),
    "closing": gettext_lazy("Closing line"),
}
_VOICES = {"female": gettext_lazy("Female voice"), "male": gettext_lazy("Male voice")}
_WORD = re.compile(r"\s+|[^\s\w]|\w+", re.UNICODE)


def compare(before: dict[str, Any] | None, after: dict[str, Any]) -> list[Row]:
    """The rows of ``after``, each against its part in ``before`` (None: everything is new), then what was removed.

    Parts are matched by their block id; title and summary by name. Nothing is escaped here: templates do that.
    """
    old = before or {"title": "", "summary": "", "blocks": [], "hotlines": [], "images": []}
    rows = [
        _row(label, "", _text_pair(old.get(name, ""), after.get(name, "")), new=before is None)
        for name, label in (("title", _("Title of the text")), ("summary", _("Summary of the text")))
        if old.get(name) or after.get(name)
    ]
    old_blocks = {block["id"]: (number, block) for number, block in enumerate(old["blocks"], start=1)}
    kept = [block["id"] for block in after["blocks"] if block["id"] in old_blocks]
    steady = _steady(kept, list(old_blocks))
    for number, block in enumerate(after["blocks"], start=1):
        previous = old_blocks.get(block["id"])
        texts = (_words(previous[1], old) if previous else "", _words(block, after))
        row = _row(_("Part %(number)d") % {"number": number}, _label(block), texts, new=previous is None)
        if row.change == Change.SAME and block["id"] not in steady:
            row = Row(row.where, row.label, Change.MOVED, row.pieces)
        rows.append(row)
    now = {block["id"] for block in after["blocks"]}
    for number, block in old_blocks.values():
        if block["id"] not in now:
            words = (Piece("removed", _words(block, old)),)
            rows.append(Row(_("Was part %(number)d") % {"number": number}, _label(block), Change.REMOVED, words))
    if before is not None and before["issuer"] != after["issuer"]:
        rows.append(_row(_("Issued by"), "", (before["issuer"]["name"], after["issuer"]["name"]), new=False))
    return rows


def changed_count(rows: list[Row]) -> int:
    """How many parts differ."""
    return sum(row.change != Change.SAME for row in rows)


def _steady(kept: list[str], order: list[str]) -> set[str]:
    """Ids that keep their order, as in the longest common run; the others were moved."""
    matcher = difflib.SequenceMatcher(None, order, kept, autojunk=False)
    return {kept[at] for block in matcher.get_matching_blocks() for at in range(block.b, block.b + block.size)}


def _label(block: dict[str, Any]) -> str:
    label = str(_LABELS.get(block["type"], block["type"]))
    return f"{label} · {_VOICES[block['voice']]}" if block.get("voice") in _VOICES else label


def _words(block: dict[str, Any], payload: dict[str, Any]) -> str:
    """Everything of one part that a reader or listener notices, as lines of text."""
    if block["type"] == "hotline":
        line = next((line for line in payload["hotlines"] if line["id"] == block["hotline"]), None)
        number = f"{line['label']}: {line['number']}" if line else "?"
        return f"{block.get('text_before', '')} {number}".strip()
    if block["type"] == "picture":
        image = next((image for image in payload["images"] if image["id"] == block["image"]), None)
        mark = f"[{image['sha256'][:12]}]" if image else "?"
        return "\n".join(filter(None, [mark, block.get("alt", ""), block.get("caption", "")]))
    if block["type"] == "sound":
        return f"{block.get('description', '')} ({block.get('seconds', '')} s)"
    parts = [block.get("who", ""), plain_text(block["html"]) if "html" in block else str(block.get("text", ""))]
    return "\n".join(filter(None, [*parts, block.get("source", "")]))


def _text_pair(before: Any, after: Any) -> tuple[str, str]:
    return str(before or ""), str(after or "")


def _row(where: str, label: str, texts: tuple[str, str], *, new: bool) -> Row:
    before, after = texts
    if new:
        return Row(where, label, Change.ADDED, (Piece("same", after),))
    if before == after:
        return Row(where, label, Change.SAME, (Piece("same", after),))
    return Row(where, label, Change.CHANGED, tuple(_pieces(before, after)))


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(new[j1:j2]))
            continue
        if i1 < i2:
            yield Piece("removed", "".join(old[i1:i2]))
        if j1 < j2:
            yield Piece("added", "".join(new[j1:j2]))
