"""The canonical payload: exactly what is approved, and its hash.

Canonical form: JSON with sorted keys, no spaces, UTF-8, text in NFC; SHA-256 in hex over those bytes. Everything that
a reader or listener could notice is inside: words, order, hotline numbers, pictures by their hash, the issuing body.
"""

import hashlib
import html
import json
import re
from typing import Any

from django.utils.html import strip_tags

from campaigns.models import Hotline
from campaigns.models.pages import ContentPage
from cms.core.models import Image
from cms.core.text import nfc

SCHEMA = 1
# Blocks whose words are read aloud, in a script.
SPOKEN_BLOCKS = frozenset({"lead_in", "turn", "interview", "closing", "hotline"})


def build_payload(page: ContentPage) -> dict[str, Any]:
    """The payload of a page as it stands in memory (pass the object of a revision to get that revision's).

    {"schema", "item", "campaign", "kind", "orthography", "title", "summary", "blocks", "hotlines", "images",
    "issuer"}; each block is {"id", "type", …its own fields}. Rich text is the stored HTML.
    """
    item = page.item
    issuer = item.campaign.issuer
    blocks = [_block(raw) for raw in page.body.get_prep_value()]
    hotline_ids = sorted({block["hotline"] for block in blocks if block["type"] == "hotline"})
    image_ids = sorted({block["image"] for block in blocks if block["type"] == "picture"})
    payload = {
        "schema": SCHEMA,
        "item": item.pk,
        "campaign": item.campaign_id,
        "kind": item.kind,
        "orthography": page.locale.language_code,
        "title": page.title,
        "summary": getattr(page, "summary", ""),
        "blocks": blocks,
        "hotlines": [
            {"id": line.pk, "label": line.label, "number": line.number, "hours": line.hours}
            for line in Hotline.objects.filter(pk__in=hotline_ids).order_by("pk")
        ],
        "images": [
            {"id": image.pk, "sha256": image.file_sha256}
            for image in Image.objects.filter(pk__in=image_ids).order_by("pk")
        ],
        "issuer": {"id": issuer.pk, "name": issuer.name},
    }
    return _normalised(payload)


def canonical_bytes(value: Any) -> bytes:
    """The one byte form of a JSON value that is hashed."""
    return json.dumps(
        _normalised(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def payload_sha256(payload: dict[str, Any]) -> str:
    """SHA-256 (hex) of the canonical payload."""
    return hashlib.sha256(canonical_bytes(payload)).hexdigest()


def spoken_parts(payload: dict[str, Any]) -> list[dict[str, str]]:
    """What is read aloud, in order: [{"type", "voice", "who", "text"}].

    A hotline is read with its words before, its name and its number. An article is read as title, summary, and the
    text of its blocks.
    """
    numbers = {line["id"]: line for line in payload["hotlines"]}
    parts: list[dict[str, str]] = []
    if payload["kind"] != "script":
        parts = [_part("title", payload["title"]), _part("summary", payload["summary"])]
    for block in payload["blocks"]:
        kind = block["type"]
        if kind == "hotline":
            line = numbers.get(block["hotline"], {"label": "", "number": ""})
            words = " ".join(filter(None, [block["text_before"].rstrip(" :"), line["label"], line["number"]]))
            parts.append(_part(kind, words + "."))
        elif kind in SPOKEN_BLOCKS:
            parts.append(_part(kind, block["text"], block.get("voice", ""), block.get("who", "")))
        elif "html" in block:
            parts.append(_part(kind, plain_text(block["html"])))
        elif kind in {"heading", "quote"}:
            parts.append(_part(kind, block["text"]))
    return [part for part in parts if part["text"].strip()]


def words_before_hotline(block: dict[str, Any], payload: dict[str, Any]) -> str:
    """The words of a hotline block with the hotline's name: "When you see something suspicious, call Police."; "" without.

    The number is not in them: channels list numbers apart, where a change of number finds and mends them.
    """
    words = str(block.get("text_before") or "").strip().rstrip(" :")
    label = next((line["label"] for line in payload.get("hotlines") or () if line["id"] == block.get("hotline")), "")
    return words if not words or words[-1] in ".!?" else f"{words} {label}".strip() + "."


def spoken_text(payload: dict[str, Any]) -> str:
    """What is read aloud, one part per line."""
    return "\n".join(part["text"] for part in spoken_parts(payload))


def text_sha256(payload: dict[str, Any]) -> str:
    """SHA-256 (hex) of the words that are read aloud and who reads them; recordings are bound to it."""
    return hashlib.sha256(canonical_bytes(spoken_parts(payload))).hexdigest()


def sounds_seconds(payload: dict[str, Any]) -> int:
    """Seconds of music and noises that stand between the words."""
    return sum(int(block["seconds"]) for block in payload["blocks"] if block["type"] == "sound")


def plain_text(markup: str) -> str:
    """The words of a piece of rich text, with a space where a block ended."""
    spaced = re.sub(r"</(p|li|h[1-6]|blockquote)>|<br\s*/?>", " ", markup)
    return re.sub(r"\s+", " ", html.unescape(strip_tags(spaced))).strip()


def _part(kind: str, text: str, voice: str = "", who: str = "") -> dict[str, str]:
    return {"type": kind, "voice": voice, "who": who, "text": text}


def _block(raw: dict[str, Any]) -> dict[str, Any]:
    """One stored StreamField block, flattened: struct fields beside id and type, bare values under text or html."""
    value = raw["value"]
    block: dict[str, Any] = {"id": raw["id"], "type": raw["type"]}
    if isinstance(value, dict):
        block.update(value)
    elif raw["type"] == "paragraph":
        block["html"] = value
    else:
        block["text"] = value
    return block


def _normalised(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, list):
        return [_normalised(each) for each in value]
    if isinstance(value, dict):
        return {key: _normalised(each) for key, each in value.items()}
    return value
