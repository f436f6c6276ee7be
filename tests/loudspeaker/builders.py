"""Small makers of resolver values, so that a test names only what it is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from channels.loudspeaker.resolver import (
    BulletinClass,
    Candidate,
    Entry,
    Inputs,
    Reach,
    Rendition,
    Standing,
    StationRules,
    WindowRule,
)

VN = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)
ALL = (1, 2, 3, 4, 5, 6, 7)


def minutes(text: str) -> int:
    """Minutes since midnight of "HH:MM"."""
    hours, mins = text.split(":")
    return int(hours) * 60 + int(mins)


def window(text: str, id: int = 1, weekdays: tuple[int, ...] = ALL, max_minutes: int | None = None) -> WindowRule:
    """A window from "05:00-06:00"; an end before the start is overnight."""
    starts, ends = (minutes(part) for part in text.split("-"))
    return WindowRule(id, weekdays, starts, ends, ends < starts, max_minutes)


def rules(*windows: WindowRule, **values: Any) -> StationRules:
    """A station in Gia Lai that accepts everything and speaks Vietnamese, unless told otherwise."""
    defaults = {"id": 1, "zone": VN, "languages": ("vi",), "standing": Standing.ACCEPT}
    return StationRules(windows=windows or (window("05:00-06:00"),), **{**defaults, **values})


def sound(name: str, seconds: float = 60, language: str = "vi") -> Rendition:
    """A rendition whose hash is that of `name`."""
    return Rendition(language, hashlib.sha256(name.encode()).hexdigest(), int(seconds * 1000), 6000)


def entry(name: str, seconds: float = 60, languages: tuple[str, ...] = ("vi",), order: int = 1, **values: Any) -> Entry:
    """One item called `name` with a sound in each of `languages`."""
    item = values.pop("item_id", None) or int(hashlib.sha256(name.encode()).hexdigest()[:6], 16)
    sounds = values.pop("renditions", tuple(sound(f"{name}/{code}", seconds, code) for code in languages))
    return Entry(order, item, name, sounds, **values)


def bulletin(id: int = 1, *entries: Entry, **values: Any) -> Candidate:
    """A normal bulletin of one minute for the whole province, valid through 2026, unless told otherwise."""
    defaults = {
        "title": f"Chương trình {id}",
        "issuer": "Sở",
        "cls": BulletinClass.NORMAL,
        "reach": Reach.PROVINCE,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    return Candidate(id=id, entries=entries or (entry(f"bài {id}"),), **{**defaults, **values})


def inputs(station: StationRules, *candidates: Candidate, **values: Any) -> Inputs:
    """Everything for one resolving, from Monday 23 November 2026."""
    return Inputs(station=station, candidates=candidates, **{"today": MONDAY, **values})


def utc(text: str) -> datetime:
    """An instant from "2026-11-22 22:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def vn(text: str) -> datetime:
    """An instant from a wall time in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=VN).astimezone(UTC)
