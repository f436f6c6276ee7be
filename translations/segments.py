"""Segments out of an approved payload, and the words of a page out of translated segments.

The one place that knows which fields of which block carry words. Everything else of a block (voice, seconds, hotline,
picture) is a fact and is taken from the source as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.blocks import ArticleBody, ScriptBody
from cms.core.errors import NotReady
from cms.core.text import nfc
from translations.placeholders import protect, restore, split_leaves, without_marks

WORDS: dict[str, tuple[str, ...]] = {
    "heading": ("text",),
    "paragraph": ("html",),
    "picture": ("alt", "caption"),
    "quote": ("text", "source"),
    "hotline": ("text_before",),
    "lead_in": ("text",),
    "turn": ("text",),
    "interview": ("who", "text"),
    "sound": ("description",),
    "closing": ("text",),
}
# Blocks whose stored value is the bare text, not a set of fields.
BARE = {"heading": "text", "paragraph": "html"}
LABELS: dict[str, Any] = {
    "title": _("Title of the text"),
    "summary": _("Summary"),
    "heading.text": _("Heading"),
    "paragraph.html": _("Paragraph"),
    "picture.alt": _("What the picture shows"),
    "picture.caption": _("Caption"),
    "quote.text": _("Quotation"),
    "quote.source": _("Who says it"),
    "hotline.text_before": _("Words before the number"),
    "lead_in.text": _("Lead-in"),
    "turn.text": _("Turn"),
    "interview.who": _("Who speaks"),
    "interview.text": _("Interview"),
    "sound.description": _("Music or sound"),
    "closing.text": _("Closing line"),
}
_PAGE_LIMITS = {"title": 255, "summary": 600}


@dataclass(frozen=True, slots=True)
class SourceSegment:
    """One piece of text of a payload: a key that stays, its place, what it is, the text with marks, its tags."""

    key: str
    order: int
    kind: str
    text: str
    source_hash: str
    tags: list[str] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The text without marks, as a reader sees it."""
        return without_marks(self.text, self.tags)


def extract(payload: Mapping[str, Any]) -> list[SourceSegment]:
    """Every piece of text of the payload that a reader or a listener meets, in order; empty fields are left out."""
    return [
        SourceSegment(key, order, kind, text, segment_hash(text, tags), tags)
        for order, (key, kind, text, tags) in enumerate(_pieces(payload))
    ]


def segment_hash(text: str, tags: list[str]) -> str:
    """SHA-256 (hex) of a segment's text in NFC together with its tags."""
    return hashlib.sha256("\x1f".join([nfc(text), *tags]).encode()).hexdigest()


def rebuild(payload: Mapping[str, Any], targets: Mapping[str, str]) -> dict[str, Any]:
    """{"title", "summary", "body"} of the target page: the source's blocks, with ``targets`` (key → text with marks).

    ``body`` is StreamField data with the same block ids. KeyError when a segment has no target: languages are never
    mixed on a page.
    """
    body = []
    for block in payload["blocks"]:
        kind, fields = block["type"], {name: value for name, value in block.items() if name not in {"id", "type"}}
        for name in _words_of(kind):
            if not str(fields.get(name, "")).strip():
                continue
            key = f"{block['id']}.{name}"
            fields[name] = _rich(key, fields[name], targets) if name == "html" else targets[key]
        body.append({"id": block["id"], "type": kind, "value": fields[BARE[kind]] if kind in BARE else fields})
    summary = targets["summary"] if payload.get("summary", "").strip() else ""
    return {"title": targets["title"], "summary": summary, "body": body}


def label_of(kind: str) -> str:
    """The name of a kind of segment, for people."""
    return str(LABELS.get(kind, kind))


@lru_cache(maxsize=64)
def max_length(kind: str) -> int | None:
    """How many characters a segment of this kind may have, as the page's own fields say; None without a limit."""
    if kind in _PAGE_LIMITS:
        return _PAGE_LIMITS[kind]
    block_type, _dot, name = kind.partition(".")
    for body in (ArticleBody(), ScriptBody()):
        block = body.child_blocks.get(block_type)
        if block is None:
            continue
        child = getattr(block, "child_blocks", {}).get(name, block)
        limit = getattr(getattr(child, "field", None), "max_length", None)
        return int(limit) if limit else None
    return None


def _words_of(block_type: str) -> tuple[str, ...]:
    if block_type not in WORDS:
        raise NotReady(_("This text holds a part that cannot be translated yet: %s") % block_type)
    return WORDS[block_type]


def _pieces(payload: Mapping[str, Any]) -> Iterator[tuple[str, str, str, list[str]]]:
    yield "title", "title", payload["title"], []
    if payload.get("summary", "").strip():
        yield "summary", "summary", payload["summary"], []
    for block in payload["blocks"]:
        for name in _words_of(block["type"]):
            value = str(block.get(name, ""))
            key, kind = f"{block['id']}.{name}", f"{block['type']}.{name}"
            if name == "html":
                for number, leaf in enumerate(_leaves(value)):
                    protected = protect(leaf)
                    yield f"{key}.{number}", kind, protected.text, protected.tags
            elif value.strip():
                yield key, kind, value, []


def _leaves(markup: str) -> list[str]:
    return [piece for is_text, piece in split_leaves(markup) if is_text]


def _rich(key: str, markup: str, targets: Mapping[str, str]) -> str:
    out: list[str] = []
    number = 0
    for is_text, piece in split_leaves(markup):
        if is_text:
            out.append(restore(targets[f"{key}.{number}"], protect(piece).tags))
            number += 1
        else:
            out.append(piece)
    return "".join(out)
