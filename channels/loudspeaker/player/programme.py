"""A manifest as the player reads it."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SHA256 = re.compile(r"[0-9a-f]{64}")


class BadManifest(Exception):
    """The body is not a manifest we can trust."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file at one time."""

    key: str
    title: str
    language: str
    audio: str
    sha256: str
    bytes: int
    duration_ms: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Programme:
    """A verified manifest, its items in order of time."""

    version: int
    station: str
    sha256: str
    items: tuple[Item, ...]

    def next_after(self, moment: datetime) -> Item | None:
        """The first item that starts at `moment` or later."""
        place = bisect_left(self.items, moment, key=_start)
        return self.items[place] if place < len(self.items) else None

    def started_between(self, since: datetime, until: datetime) -> list[Item]:
        """Items whose start lies in ``(since, until]``."""
        return list(
            self.items[bisect_right(self.items, since, key=_start) : bisect_right(self.items, until, key=_start)]
        )


def _start(item: Item) -> datetime:
    return item.starts_at


def read_programme(body: bytes, etag: str | None = None) -> Programme:
    """The manifest in `body`; BadManifest when its hash is not `etag`, or a field is missing or not what it must be."""
    digest = hashlib.sha256(body).hexdigest()
    if etag is not None and etag.strip().removeprefix("W/").strip('"') != digest:
        raise BadManifest("hash does not match ETag")
    try:
        value = json.loads(body)
        if value["schema"] != 1:
            raise BadManifest("unknown schema")
        items = sorted(
            (_item(raw) for slot in value["slots"] for raw in slot["items"]), key=lambda i: (i.starts_at, i.key)
        )
        return Programme(int(value["version"]), str(value["station"]["name"]), digest, tuple(items))
    except (KeyError, TypeError, ValueError) as error:
        raise BadManifest(type(error).__name__) from error


def _item(raw: dict[str, Any]) -> Item:
    sha256 = raw["sha256"]
    if not SHA256.fullmatch(sha256) or raw["audio"] != f"/a/{sha256}":
        raise BadManifest("audio must be /a/<sha256>")
    return Item(
        key=str(raw["key"]),
        title=str(raw["title"]),
        language=str(raw["language"]),
        audio=raw["audio"],
        sha256=sha256,
        bytes=int(raw["bytes"]),
        duration_ms=int(raw["duration_ms"]),
        starts_at=read_time(raw["starts_at"]),
        ends_at=read_time(raw["ends_at"]),
    )


def read_time(text: str) -> datetime:
    """An instant from RFC 3339; ValueError without an offset."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("time without an offset")
    return moment
