"""What an edited text does to what was approved: who signs it, its facts, its language. Pure but for the payloads given."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any

import regex
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from campaigns.models import Approval
from campaigns.payloads import plain_text
from channels.delivery.contract import Channel, Counter
from channels.delivery.sameness import same_words
from cms.core import languages
from cms.core.errors import BadInput, CongError
from cms.core.text import fold, nfc
from translations import facts

_BREAK = regex.compile(r"(?i)<\s*(?:br\s*/?|/p|/div|/li|/h\d|/blockquote|/figure|/dd|/dt)\s*>")
_HASHTAG = regex.compile(r"(?<![\p{L}\p{M}\p{N}_&/])#[\p{L}\p{M}\p{N}_]+")
_LINK = regex.compile(r"https?://[^\s<>\"“”]+")
# More letters strange to the language than the approved text has, by this share of all letters, are worth a warning.
_STRANGE = 0.05
_SHOWN = 6


@dataclass(frozen=True)
class Note:
    """A sentence about a text; `grave` ones stand out, none of them blocks."""

    text: str
    grave: bool = False


def words_of(channel: Channel, payload: dict[str, Any]) -> str:
    """All words that readers will see of this payload, the signature included, as plain lines."""
    words = channel.plain_text(payload)
    return nfc(words if words.strip() else _without_markup(channel.preview_html(payload))).strip()


def source_words(approval: Approval) -> str:
    """The approved text as plain lines: title, summary, every part, hotlines, who issues it."""
    payload = approval.payload
    lines = [payload.get("title", ""), payload.get("summary", "")]
    for block in payload.get("blocks", ()):
        if "html" in block:
            lines.append(plain_text(block["html"]))
        elif block.get("type") not in {"sound", "picture"}:
            lines += [str(block.get("text_before") or ""), str(block.get("who") or ""), str(block.get("text") or "")]
    lines += [f"{line['label']}: {line['number']}" for line in payload.get("hotlines", ())]
    lines.append(issuer_of(approval))
    return nfc("\n".join(line.strip() for line in lines if line and line.strip()))


def issuer_of(approval: Approval) -> str:
    """The name of the body that issues the approved text."""
    return str((approval.payload.get("issuer") or {}).get("name") or "").strip()


def shows_issuer(approval: Approval, words: str) -> bool:
    """True when the words name the body that issues them; accents, case and spacing do not matter."""
    issuer = fold(issuer_of(approval))
    return bool(issuer) and f" {issuer} " in f" {fold(words)} "


def reworded(channel: Channel, approval: Approval, payload: dict[str, Any], text: str) -> dict[str, Any]:
    """The payload with an editor's words. Raises BadInput when they cannot be carried or hide who issues them."""
    changed = channel.with_text(payload, text)
    if not shows_issuer(approval, words_of(channel, changed)):
        raise BadInput(
            _("The post would not say who issues it. Leave the name “%(name)s” in it.")
            % {"name": issuer_of(approval) or "?"}
        )
    return changed


def hashtags_of(words: str) -> list[str]:
    """The hashtags of a text, each once, in order."""
    return list(dict.fromkeys(_HASHTAG.findall(words)))


def links_of(words: str) -> list[str]:
    """The links of a text, each once, in order."""
    return list(dict.fromkeys(link.rstrip(".,;:!?)") for link in _LINK.findall(words)))


def notes_on(channel: Channel, approval: Approval, payload: dict[str, Any], *, typed: str | None = None) -> list[Note]:
    """What an editor and an approver should know about these words beside the approved ones, grave things first.

    `typed` is what the editor's box holds; None takes it from the payload.
    """
    words, source = words_of(channel, payload), source_words(approval)
    typed = channel.editable_text(payload) if typed is None else typed
    found = [*_numbers(approval, typed), *_facts(source, words, typed), *_language(approval, source, typed)]
    if not shows_issuer(approval, words):
        found.insert(0, Note(_("The words do not name the body that issues them."), grave=True))
    found += [Note(str(sentence)) for sentence in channel.warnings(payload)]
    return sorted(dict.fromkeys(found), key=lambda note: not note.grave)


def _numbers(approval: Approval, typed: str) -> Iterable[Note]:
    """A telephone number typed by hand is not corrected when the hotline changes."""
    known = {
        fact.value for line in approval.payload.get("hotlines", ()) for fact in facts.facts_of(str(line["number"]))
    }
    for fact in facts.facts_of(typed):
        if fact.kind == "phone" and fact.value not in known:
            yield Note(
                _("“%(number)s” is not a hotline of the approved text: it is not checked and not corrected later.")
                % {"number": fact.text},
                grave=True,
            )


def _facts(source: str, words: str, typed: str) -> Iterable[Note]:
    whole, own = facts.compare(source, words), facts.compare(source, typed)
    phones = [fact.text for fact in whole.missing if fact.kind == "phone"]
    if phones:
        yield Note(_("A number to call is missing: %(which)s.") % {"which": _few(phones)}, grave=True)
    added = [fact.text for fact in own.added if fact.kind != "phone"]
    if added:
        yield Note(_("This is not in the approved text: %(which)s.") % {"which": _few(added)}, grave=True)
    if whole.swapped or own.swapped:
        swapped = [fact.text for fact in whole.swapped or own.swapped]
        yield Note(_("These stand in another order than approved: %(which)s.") % {"which": _few(swapped)}, grave=True)
    left_out = [fact.text for fact in whole.missing if fact.kind != "phone"]
    if left_out:
        yield Note(_("Left out of the approved text: %(which)s.") % {"which": _few(left_out)})


def _language(approval: Approval, source: str, typed: str) -> Iterable[Note]:
    code = approval.orthography
    if code not in languages.ORTHOGRAPHIES or not same_words(typed):
        return
    if _strangeness(typed, code) > _strangeness(source, code) + _STRANGE:
        name = languages.get_orthography(code).name_vi
        yield Note(
            _("Many letters do not belong to %(language)s. Is it the right language?") % {"language": name}, True
        )


def _strangeness(text: str, orthography: str) -> float:
    """The share of letters that the written language does not know."""
    bare = _LINK.sub(" ", text)
    return len(languages.outside_alphabet(bare, orthography)) / max(1, len(languages.texts.clusters(bare)))


def _few(texts: list[str]) -> str:
    shown = list(dict.fromkeys(texts))
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")


def _without_markup(markup: str) -> str:
    lines = (" ".join(line.split()) for line in unescape(strip_tags(_BREAK.sub("\n", markup))).splitlines())
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Count:
    """The counters of a text that may be too long to be carried: `error` says why it cannot be."""

    counters: list[Counter]
    payload: dict[str, Any]
    error: str = ""


def count(channel: Channel, approval: Approval, payload: dict[str, Any], text: str) -> Count:
    """How long the words would be, as the channel counts, when `text` stood in `payload`.

    A text that the channel refuses is counted by the difference to the words that are in the payload now, in the
    counter's own unit: an editor who is over the limit has to see by how much.
    """
    try:
        changed = reworded(channel, approval, payload, text)
    except CongError as error:
        before, after = channel.editable_text(payload), nfc(text).strip()
        known = [
            Counter(c.label, c.used - measure(before, c.unit) + measure(after, c.unit), c.limit, c.unit)
            for c in channel.counters(payload)
        ]
        return Count(known, payload, error.message)
    return Count(channel.counters(changed), changed)


def measure(text: str, unit: str) -> int:
    """The length of plain text in a counter's unit: UTF-16 units, bytes, or characters."""
    name = str(unit).casefold()
    if "16" in name:
        return len(text.encode("utf-16-le")) // 2
    return len(text.encode()) if "byte" in name else len(text)
