"""What a post on a page says: the approved words, hotlines, hashtags, and always who issues it. Plain text, no markup."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.payloads import plain_text, words_before_hotline
from cms.core.text import nfc

# The numbers of hotlines come from the payload's own list, their words before from the block; sounds and pictures are not words.
_NOT_TEXT = frozenset({"hotline", "sound", "music", "picture"})
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Draft:
    """A post before it is cut to length. Only `paragraphs` may be shortened: the rest must arrive."""

    title: str
    paragraphs: Sequence[str]
    hotlines: Sequence[str]
    link: str
    issuer: str
    tags: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return {**asdict(self), "paragraphs": list(self.paragraphs), "hotlines": list(self.hotlines)}


def draft_from_payload(payload: dict[str, Any], *, link: str = "", tags: str = "") -> Draft:
    """The draft for an approved payload (campaigns/payloads.py); `link` leads to the page on the website."""
    lines = [f"{row.get('label', '')}: {row.get('number', '')}".strip(": ") for row in payload.get("hotlines") or ()]
    return Draft(
        title=nfc(str(payload.get("title") or "")).strip(),
        paragraphs=tuple(_paragraphs(payload)),
        hotlines=tuple(nfc(line) for line in lines),
        link=link,
        issuer=nfc(str((payload.get("issuer") or {}).get("name") or "")).strip(),
        tags=nfc(tags).strip(),
    )


def _paragraphs(payload: dict[str, Any]) -> Iterator[str]:
    summary = nfc(str(payload.get("summary") or "")).strip()
    if summary:
        yield summary
        return
    for block in payload.get("blocks") or ():
        if block.get("type") == "hotline" and (words := words_before_hotline(block, payload)):
            yield nfc(words)
        if block.get("type") in _NOT_TEXT:
            continue
        text = plain_text(str(block["html"])) if block.get("html") else str(block.get("text") or "")
        if text.strip():
            yield nfc(text).strip()


def units(text: str) -> int:
    """The length of a text in UTF-16 units: no count of Facebook's is documented, and this one is never too small."""
    return len(text.encode("utf-16-le")) // 2


def render(draft: Draft, *, limit: int, link_in_text: bool) -> str:
    """The words of the post, at most `limit` UTF-16 units.

    Paragraphs are cut at a word with "…" when there is no room; title, hotlines, link, hashtags and signature are never
    cut. Raises ValueError when those alone do not fit.
    """
    frame = _frame(draft, link_in_text=link_in_text)
    room = limit - units("\n\n".join(part for part in frame if part)) - 2
    if room < 0:
        raise ValueError("title, hotlines, link and signature alone are longer than the channel carries")
    body = cut("\n\n".join(draft.paragraphs), room)
    return "\n\n".join(part for part in (frame[0], body, *frame[1:]) if part)


def fits(draft: Draft, *, limit: int, link_in_text: bool) -> bool:
    """True when nothing has to be left out."""
    frame = [part for part in _frame(draft, link_in_text=link_in_text) if part]
    return units("\n\n".join([*frame, *draft.paragraphs])) <= limit


def _frame(draft: Draft, *, link_in_text: bool) -> list[str]:
    """What must arrive: everything but the paragraphs; the title first."""
    link = draft.link if link_in_text else ""
    signature = f"— {draft.issuer}" if draft.issuer else ""
    return [draft.title, "\n".join(draft.hotlines), link, signature, draft.tags]


def cut(text: str, limit: int) -> str:
    """The text, or its beginning up to a word boundary with "…", at most `limit` UTF-16 units; no mark is torn off."""
    if units(text) <= limit:
        return text
    if limit < 2:
        return ""
    kept, used = [], 0
    for character in text:
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit - 1:
            break
        kept.append(character)
    while kept and unicodedata.combining(text[len(kept)]):
        kept.pop()
    beginning = "".join(kept)
    boundary = max(beginning.rfind(" "), beginning.rfind("\n"))
    if boundary > len(beginning) // 2:
        beginning = beginning[:boundary]
    return beginning.rstrip(" \n,;:—-") + "…"


def squeezed(text: str) -> str:
    """The text as it is compared with what stands on the page: no spaces, line ends or invisible signs, NFC."""
    visible = (sign for sign in nfc(text) if unicodedata.category(sign) not in {"Cf", "Cc"})
    return _BLANKS.sub("", "".join(visible))


def likeness(one: str, other: str) -> float:
    """How much two texts share, 0 to 1: the words that both have, of all words."""
    first, second = set(_words(one)), set(_words(other))
    return len(first & second) / max(1, len(first | second))


def _words(text: str) -> Iterable[str]:
    return (word for word in re.split(r"\W+", nfc(text).casefold()) if word)
