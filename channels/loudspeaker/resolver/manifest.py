"""From a plan to the document a device fetches: canonical JSON, named by its own SHA-256, and M3U8 made from it.

The body holds no secret of the station, no time of compiling and no signed address, so that the same programme is the
same bytes wherever and whenever it is compiled.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .rules import Plan, PlannedItem, PlannedSlot, StationRules

SCHEMA = 1
AUDIO_TYPE = "audio/mpeg"


@dataclass(frozen=True, slots=True)
class Document:
    """A manifest to be stored: `content_sha256` names the programme, `sha256` the bytes that carry its version."""

    version: int
    body: bytes
    sha256: str
    content_sha256: str


def canonical_bytes(value: Any) -> bytes:
    """`value` as JSON with sorted keys, no spaces and UTF-8: one value, one sequence of bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def document_json(plan: Plan, station: StationRules, name: str) -> dict[str, Any]:
    """The programme as plain JSON values, without a version."""
    return {
        "schema": SCHEMA,
        "station": {
            "id": station.id,
            "name": name,
            "tz": station.zone.key,
            "languages": list(station.languages),
        },
        "days": [day.isoformat() for day in plan.days],
        "slots": [_slot(slot) for slot in plan.slots],
    }


def build_document(plan: Plan, station: StationRules, name: str, version: int) -> Document:
    """The manifest of `plan` under the number `version`."""
    value = document_json(plan, station, name)
    content = hashlib.sha256(canonical_bytes(value)).hexdigest()
    body = canonical_bytes({**value, "version": version})
    return Document(version, body, hashlib.sha256(body).hexdigest(), content)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, e.g. ``2026-11-22T22:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _slot(slot: PlannedSlot) -> dict[str, Any]:
    return {
        "bulletin": {"id": slot.bulletin_id, "title": slot.title, "class": slot.cls.value, "issuer": slot.issuer},
        "date": slot.local_date.isoformat(),
        "starts_at": stamp(slot.starts_at),
        "ends_at": stamp(slot.ends_at),
        "items": [_item(item) for item in slot.items],
    }


def _item(item: PlannedItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "item": item.item_id,
        "title": item.title,
        "language": item.language,
        "fallback_from": item.fallback_from,
        "audio": f"/a/{item.sha256}",
        "type": AUDIO_TYPE,
        "sha256": item.sha256,
        "bytes": item.bytes,
        "duration_ms": item.duration_ms,
        "starts_at": stamp(item.starts_at),
        "ends_at": stamp(item.ends_at),
    }


def m3u8(body: dict[str, Any], base_url: str = "") -> str:
    """A manifest's body as an extended M3U playlist in UTF-8; `base_url` is put before the audio paths.

    The times stand in comments: a plain player ignores them and plays the files one after the other.
    """
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(body['station']['name'])}", f"#CONG-VERSION:{body['version']}"]
    for slot in body["slots"]:
        lines.append(f"#CONG-SLOT:{slot['starts_at']}/{slot['ends_at']} {_line(slot['bulletin']['title'])}")
        for item in slot["items"]:
            seconds = max(1, round(item["duration_ms"] / 1000))
            lines.append(f"#CONG-ITEM:{item['key']} {item['starts_at']} {item['language']} sha256={item['sha256']}")
            lines.append(f"#EXTINF:{seconds},{_line(item['title'])}")
            lines.append(f"{base_url}{item['audio']}")
    return "\n".join([*lines, ""])


def _line(text: str) -> str:
    return " ".join(text.split())
