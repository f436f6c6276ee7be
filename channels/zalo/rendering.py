"""What a Zalo article says: the approved payload in the parts of an OA article, signed by the body that issues it.

A payload of this channel is JSON: title, author, description, blocks (text and pictures, in order), hotlines, link, note,
signature, cover, orthography, how it goes out (shown, broadcast, comment), and whether something was left out. Only
`blocks` and `description` are ever shortened: title (as a whole), hotlines, link and signature arrive.
"""

import html
import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from campaigns.payloads import words_before_hotline
from channels.zalo.api import AUTHOR_LIMIT, BODY_LIMIT, DESCRIPTION_LIMIT, TITLE_LIMIT
from cms.core.errors import BadInput
from cms.core.text import graphemes, nfc

_BREAK = re.compile(r"(?i)<\s*br\s*/?>|</\s*(?:p|li|h\d|blockquote)\s*>")
_SPACES = re.compile(r"[ \t\u00a0]+")
# The numbers of hotlines come from the payload's own list, their words before from the block; sounds and music are not words.
_NOT_TEXT = frozenset({"hotline", "sound", "music"})
# More pictures than this make an article that does not open on a slow line; each costs an upload.
MAX_PICTURES = 6


def units(text: str) -> int:
    """The length as Zalo's servers count it: UTF-16 units (they are written in Java)."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning up to a word with "…", of at most `limit` units; no letter loses its marks."""
    text = nfc(text).strip()
    if units(text) <= limit:
        return text
    kept, used = [], 0
    for letter in graphemes(text):
        used += units(letter)
        if used > limit - 1:
            break
        kept.append(letter)
    beginning = "".join(kept)
    boundary = max(beginning.rfind(" "), beginning.rfind("\n"))
    if boundary > len(beginning) // 2:
        beginning = beginning[:boundary]
    return beginning.rstrip(" \n,;:—-") + "…"


def payload_from(
    approved: dict[str, Any], *, author: str, link: str = "", shown: bool, broadcast: bool, comment: bool
) -> dict[str, Any]:
    """The channel's payload for an approved one (campaigns/payloads.py).

    `author` is a short name of the issuer for the line under the title; `link` leads to the page on the website.
    Raises BadInput when there are no words, or hotlines and signature alone are too long.
    """
    issuer = str((approved.get("issuer") or {}).get("name") or "").strip()
    title = nfc(str(approved.get("title") or "")).strip()
    pictures = {row["id"]: row["sha256"] for row in approved.get("images") or ()}
    blocks = list(_blocks(approved, pictures))
    summary = str(approved.get("summary") or "").strip()
    words = summary or next((block["text"] for block in blocks if block["type"] == "text"), title)
    cover = next((block for block in blocks if block["type"] == "image"), None)
    payload: dict[str, Any] = {
        "title": cut(title, TITLE_LIMIT),
        "author": cut(author or issuer, AUTHOR_LIMIT),
        "description": cut(" ".join(words.split()), DESCRIPTION_LIMIT),
        "blocks": [{"type": "text", "text": title}, *blocks] if units(title) > TITLE_LIMIT else blocks,
        "hotlines": [_hotline(row) for row in approved.get("hotlines") or ()],
        "link": link,
        "note": "",
        "signature": f"— {issuer}",
        "issuer": issuer,
        "orthography": str(approved.get("orthography") or "vi"),
        "cover": {"image": cover["image"], "sha256": cover["sha256"]} if cover else {"title": title, "issuer": issuer},
        "shown": shown,
        "broadcast": broadcast,
        "comment": comment,
        "shortened": False,
    }
    return _fitted(payload)


def with_words(payload: dict[str, Any], text: str) -> dict[str, Any]:
    """The same article with an editor's paragraphs (separated by empty lines) and the pictures after them.

    Raises BadInput when they are too long: an editor chose every word, so none is left out.
    """
    paragraphs = [{"type": "text", "text": part.strip()} for part in re.split(r"\n\s*\n", nfc(text)) if part.strip()]
    if not paragraphs:
        raise BadInput(_("The text is empty."))
    pictures = [block for block in payload["blocks"] if block["type"] == "image"]
    changed = {**payload, "blocks": [*paragraphs, *pictures], "shortened": False}
    if body_units(changed) > BODY_LIMIT:
        raise BadInput(
            _("The text is longer than a Zalo article carries (%(limit)s characters).") % {"limit": BODY_LIMIT}
        )
    return changed


def paragraphs_of(payload: dict[str, Any]) -> list[str]:
    """The paragraphs an editor may change."""
    return [block["text"] for block in payload["blocks"] if block["type"] == "text"]


def fixed_lines(payload: dict[str, Any]) -> list[str]:
    """What stands after the paragraphs and is never cut: hotlines, link, note, signature."""
    return [line for line in (*payload["hotlines"], payload["link"], payload["note"], payload["signature"]) if line]


def body_units(payload: dict[str, Any]) -> int:
    """How long the body is, all its text blocks together."""
    return sum(units(line) for line in (*paragraphs_of(payload), *fixed_lines(payload)))


def _fitted(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with paragraphs cut from the end until the body fits; says so in `shortened`."""
    room = BODY_LIMIT - sum(units(line) for line in fixed_lines(payload))
    if not payload["issuer"] or not payload["title"]:
        raise BadInput(_("An article needs a title and the name of the body that issues it."))
    if room < 0:
        raise BadInput(_("Hotlines and signature alone are longer than a Zalo article carries."))
    kept: list[dict[str, Any]] = []
    for block in payload["blocks"]:
        if block["type"] == "image":
            kept.append(block)
            continue
        if units(block["text"]) > room:
            payload["shortened"] = True
            if room > 1:
                kept.append({"type": "text", "text": cut(block["text"], room)})
            break
        kept.append(block)
        room -= units(block["text"])
    if payload["title"].endswith("…"):
        payload["shortened"] = True
    return {**payload, "blocks": kept}


def _blocks(approved: dict[str, Any], pictures: dict[int, str]) -> Iterable[dict[str, Any]]:
    shown = 0
    for block in approved.get("blocks") or ():
        if block.get("type") == "picture":
            if block.get("image") in pictures and shown < MAX_PICTURES:
                shown += 1
                sha256 = pictures[block["image"]]
                yield {"type": "image", "image": block["image"], "sha256": sha256, "alt": str(block.get("alt") or "")}
        elif block.get("type") == "hotline":
            if words := words_before_hotline(block, approved):
                yield {"type": "text", "text": nfc(words)}
        elif block.get("type") not in _NOT_TEXT:
            for line in _lines(block):
                yield {"type": "text", "text": line}


def _lines(block: dict[str, Any]) -> list[str]:
    markup = block.get("html")
    text = html.unescape(strip_tags(_BREAK.sub("\n", str(markup)))) if markup else str(block.get("text") or "")
    lines = (_SPACES.sub(" ", line).strip() for line in nfc(text).splitlines())
    return [line for line in lines if line]


def _hotline(row: dict[str, Any]) -> str:
    line = f"{row.get('label', '')}: {row.get('number', '')}".strip(": ")
    return f"{line} ({row['hours']})" if row.get("hours") else line
