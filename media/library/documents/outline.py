"""What a document says, before anybody decides how it is drawn: the same outline goes to the PDF and to the Word file.

Labels are always Vietnamese: they are for the officer who prints, files and reads; the text is in its own language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.payloads import sounds_seconds, spoken_parts, spoken_text
from cms.core.errors import BadInput
from cms.core.languages import Orthography, get_orthography
from cms.core.spoken import annotations as read_aloud
from cms.core.spoken import reading_seconds

from .richtext import Paragraph, Run, paragraphs_of

# A payload larger than this is not a script or an article; drawing it would hold a worker for minutes.
LONGEST_PAYLOAD = 400_000  # characters
LARGEST_BLOCKS = 2_000
HASH_SHOWN = 12  # hexadecimal digits; enough to compare by eye with the screen


@dataclass(frozen=True)
class ApprovalFacts:
    """What the head of a document says beside the payload. Times are aware; names are as people write them."""

    campaign: str
    payload_sha256: str
    approved_by: str
    approved_at: datetime | None
    translator: str = ""


@dataclass(frozen=True)
class Part:
    """One piece of the body. `margin` stands beside it, `notes` (as written, as read) beneath it."""

    kind: str
    margin: str
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Hotline:
    """A number to call, as approved."""

    label: str
    number: str
    hours: str


@dataclass(frozen=True)
class Outline:
    """A whole document. `pictures` holds the bytes of each picture by its SHA-256."""

    issuer: str
    kind_name: str
    title: str
    orthography: Orthography
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    hotlines: tuple[Hotline, ...]
    hash_short: str
    made_at: datetime | None
    is_script: bool
    labels: Mapping[str, str]
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def all_text(self) -> str:
        """Every word in the document's own language, to be tried against the fonts."""
        words = [self.title, self.issuer]
        words += [run.text for part in self.parts for paragraph in part.paragraphs for run in paragraph.runs]
        words += [part.source for part in self.parts]
        words += [text for line in self.hotlines for text in (line.label, line.number, line.hours)]
        words += [value for _label, value in self.facts]
        return "\n".join(words)


def build_outline(
    payload: Mapping[str, Any], facts: ApprovalFacts, *, pictures: Mapping[str, bytes] | None = None
) -> Outline:
    """The outline of an approved payload; raises BadInput when it is empty or far too long."""
    blocks = payload["blocks"]
    if len(blocks) > LARGEST_BLOCKS or len(str(blocks)) > LONGEST_PAYLOAD:
        raise BadInput(_("This text is too long for a printed document."))
    orthography = get_orthography(payload["orthography"])
    is_script = payload["kind"] == "script"
    with translation.override("vi"):
        parts = [part for block in blocks if (part := part_of(block, payload)) is not None]
        if not is_script and payload.get("summary"):
            parts.insert(0, Part("summary", "", (Paragraph((Run(payload["summary"]),)),)))
        if not parts:
            raise BadInput(_("This text is empty: there is nothing to print."))
        return Outline(
            issuer=payload["issuer"]["name"],
            kind_name=_("Radio script") if is_script else _("Article"),
            title=payload["title"],
            orthography=orthography,
            facts=tuple(head_facts(payload, facts, orthography)),
            parts=tuple(parts),
            hotlines=tuple(
                Hotline(line.get("label", ""), line.get("number", ""), line.get("hours", ""))
                for line in payload["hotlines"]
            ),
            hash_short=facts.payload_sha256[:HASH_SHOWN],
            made_at=facts.approved_at,
            is_script=is_script,
            labels={"hotlines": _("Hotlines"), "page": _("Page"), "content": _("Content code")},
            pictures=dict(pictures or {}),
        )


def head_facts(payload: Mapping[str, Any], facts: ApprovalFacts, orthography: Orthography) -> list[tuple[str, str]]:
    """The lines of the head block, in the order an officer looks for them."""
    lines = [(_("Campaign"), facts.campaign), (_("Language"), orthography.name_vi)]
    if payload["kind"] == "script":
        seconds = reading_seconds(spoken_text(dict(payload)), orthography.code) + sounds_seconds(dict(payload))
        lines.append((_("Reading time"), length_in_words(seconds)))
    if facts.translator:
        lines.append((_("Translated by"), facts.translator))
    if facts.approved_by:
        lines.append((_("Approved by"), facts.approved_by))
    if facts.approved_at is not None:
        local = timezone.localtime(facts.approved_at)
        lines.append((_("Approved at"), local.strftime("%H:%M, %d/%m/%Y")))
    lines.append((_("Content code"), facts.payload_sha256[:HASH_SHOWN]))
    return [(label, value) for label, value in lines if value]


def length_in_words(seconds: float) -> str:
    """A length as people say it: "about 3 minutes 20 seconds", to the nearest five seconds."""
    rounded = max(5, round(seconds / 5) * 5)
    minutes, rest = divmod(rounded, 60)
    words = [ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}] if minutes else []
    if rest or not minutes:
        words.append(ngettext("%(count)d second", "%(count)d seconds", rest) % {"count": rest})
    return _("about %(length)s") % {"length": " ".join(words)}


def margin_of(block: Mapping[str, Any]) -> str:
    """What stands in the margin: the voice (NAM / NỮ) or the place in the programme."""
    voices = {"male": _("MALE"), "female": _("FEMALE")}
    kinds = {
        "lead_in": _("LEAD-IN"),
        "interview": _("INTERVIEW"),
        "sound": _("SOUND"),
        "hotline": _("HOTLINE"),
        "closing": _("CLOSING"),
    }
    kind = block["type"]
    if kind == "turn":
        return voices.get(str(block.get("voice")), "")
    if kind == "interview" and block.get("voice") in voices:
        return f"{kinds[kind]}\n{voices[block['voice']]}"
    return kinds.get(kind, "")


def part_of(block: Mapping[str, Any], payload: Mapping[str, Any]) -> Part | None:
    """The part that one block of the payload becomes, or None when there is nothing to show."""
    kind = str(block["type"])
    if payload["kind"] == "script":
        return script_part(kind, block, payload)
    if kind == "paragraph":
        paragraphs = paragraphs_of(str(block.get("html") or ""))
    elif kind == "picture":
        return picture_part(block, payload)
    elif kind == "hotline":
        parts = spoken_parts({**payload, "blocks": [block], "kind": "script"})
        paragraphs = tuple(plain(unbroken(part["text"], payload)) for part in parts)
    else:
        paragraphs = (plain(str(block.get("text") or "")),)
    paragraphs = tuple(paragraph for paragraph in paragraphs if paragraph.text.strip())
    return Part(kind, "", paragraphs, source=str(block.get("source") or "")) if paragraphs else None


def script_part(kind: str, block: Mapping[str, Any], payload: Mapping[str, Any]) -> Part | None:
    """A part of a radio script, with the spoken form of what is read otherwise than written (Vietnamese only)."""
    if kind == "sound":
        seconds = int(block.get("seconds") or 0)
        length = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
        return Part(kind, margin_of(block), (plain(f"{block.get('description') or ''} ({length})"),))
    texts = [part["text"] for part in spoken_parts({**payload, "blocks": [block], "kind": "script"})]
    if not texts:
        return None
    notes: dict[str, str] = {}
    if payload["orthography"] == "vi":
        for text in texts:
            notes.update(read_aloud(text))  # type: ignore[operator]  # mypy takes it for the __future__ name
    lines = [line for text in texts for line in unbroken(text, payload).split("\n") if line.strip()]
    paragraphs = tuple(plain(line) for line in lines)
    return Part(kind, margin_of(block), paragraphs, tuple(notes.items()), source=str(block.get("who") or ""))


def picture_part(block: Mapping[str, Any], payload: Mapping[str, Any]) -> Part | None:
    """A picture, named by the hash that was approved; its words are shown also where the picture cannot be."""
    by_id = {image["id"]: image["sha256"] for image in payload.get("images", [])}
    words = str(block.get("caption") or block.get("alt") or "")
    return Part("picture", "", (plain(words),), source=str(by_id.get(block.get("image"), "")))


def unbroken(text: str, payload: Mapping[str, Any]) -> str:
    """The text with its hotline numbers kept on one line (no-break spaces): half a number is a wrong number."""
    for line in payload["hotlines"]:
        number = str(line.get("number", ""))
        if " " in number:
            text = text.replace(number, number.replace(" ", "\u00a0"))
    return text


def plain(text: str) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph((Run(text.strip()),))
