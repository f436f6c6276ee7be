"""What a Telegram post says: the approved payload as HTML of the Bot API, signed by the body that issues it.

Limits are counted as Telegram counts them: UTF-16 code units of the text *after* entity parsing, 4096 for a message and 1024
for a caption (https://core.telegram.org/bots/api#sendmessage).
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.payloads import words_before_hotline

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_BREAK = re.compile(r"(?i)<\s*(?:br\s*/?|/p|/li|/h\d|/blockquote)\s*>")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\u00a0]+")
_TEXT_FIELDS = ("text",)
# The numbers of hotlines come from the payload's own list, their words before from the block; sounds and pictures are not words.
_NOT_TEXT = frozenset({"hotline", "sound", "music", "picture"})


def utf16_units(text: str) -> int:
    """The length of plain text as Telegram counts it."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def plain_from_html(markup: str) -> str:
    """The words of a rich text block, one paragraph per line, without markup."""
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", markup)))
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Draft:
    """A post before it is cut to length. Only `paragraphs` may be shortened: the rest must arrive."""

    title: str
    paragraphs: Sequence[str]
    hotlines: Sequence[str]
    link: str
    issuer: str
    note: str = ""


def draft_from_payload(payload: dict[str, Any], *, link: str = "") -> Draft:
    """The draft for an approved payload (campaigns/payloads.py); `link` leads to the page on the website."""
    summary = str(payload.get("summary") or "").strip()
    paragraphs = [summary] if summary else list(_block_texts(payload))
    hotlines = tuple(
        f"{row.get('label', '')}: {row.get('number', '')}".strip(": ") for row in payload.get("hotlines") or ()
    )
    issuer = payload.get("issuer") or {}
    return Draft(
        title=str(payload.get("title") or "").strip(),
        paragraphs=tuple(paragraphs),
        hotlines=hotlines,
        link=link,
        issuer=str(issuer.get("name") or "").strip(),
    )


def _block_texts(payload: dict[str, Any]) -> Iterable[str]:
    for block in payload.get("blocks") or ():
        if block.get("type") == "hotline" and (words := words_before_hotline(block, payload)):
            yield words
        if block.get("type") in _NOT_TEXT:
            continue
        markup = block.get("html")
        text = (
            plain_from_html(str(markup)) if markup else "\n".join(str(block[k]) for k in _TEXT_FIELDS if block.get(k))
        )
        if text.strip():
            yield text.strip()


def fits(draft: Draft, *, limit: int = TEXT_LIMIT) -> bool:
    """True when nothing has to be left out."""
    return utf16_units("\n\n".join(_frame(draft))) + utf16_units("\n\n".join(draft.paragraphs)) + 2 <= limit


def _frame(draft: Draft) -> list[str]:
    """What must arrive: everything but the paragraphs."""
    return [part for part in (draft.title, *draft.hotlines, draft.link, draft.note, _signature(draft)) if part]


def render(draft: Draft, *, limit: int = TEXT_LIMIT) -> str:
    """The post as Bot API HTML, at most `limit` UTF-16 units after parsing.

    Paragraphs are cut at a word with "…" when there is no room; title, hotlines, link, note and signature are never cut.
    Raises ValueError when those alone do not fit.
    """
    used = utf16_units("\n\n".join(_frame(draft)))
    room = limit - used
    if room < 0:
        raise ValueError("title, hotlines, link and signature alone are longer than the channel carries")
    body = cut("\n\n".join(draft.paragraphs), room - 2)
    parts = [f"<b>{_escape(draft.title)}</b>" if draft.title else "", _escape(body)]
    parts += [_escape(line) for line in (*draft.hotlines, draft.link, draft.note)]
    parts.append(f"<i>{_escape(_signature(draft))}</i>" if draft.issuer else "")
    return "\n\n".join(part for part in parts if part)


def _signature(draft: Draft) -> str:
    return f"— {draft.issuer}" if draft.issuer else ""


def _escape(text: str) -> str:
    return html.escape(unicodedata.normalize("NFC", text), quote=False)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning up to a word boundary with "…", so that it has at most `limit` UTF-16 units."""
    text = unicodedata.normalize("NFC", text)
    if utf16_units(text) <= limit:
        return text
    if limit < 2:
        return ""
    kept, units = [], 0
    for character in text:
        units += utf16_units(character)
        if units > limit - 1:
            break
        kept.append(character)
    # A mark that combines with the last kept letter must not be torn off: drop the letter with it.
    while kept and len(kept) < len(text) and unicodedata.combining(text[len(kept)]):
        kept.pop()
    beginning = "".join(kept)
    boundary = max(beginning.rfind(" "), beginning.rfind("\n"))
    if boundary > len(beginning) // 2:
        beginning = beginning[:boundary]
    return beginning.rstrip(" \n,;:—-") + "…"


def plain_length(message_html: str) -> int:
    """The length Telegram will count for a rendered message: UTF-16 units after entity parsing."""
    return utf16_units(plain_words(message_html))


def plain_words(message_html: str) -> str:
    """The words of a rendered message as readers see them."""
    return html.unescape(_TAG.sub("", message_html))
