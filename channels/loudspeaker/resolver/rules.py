"""What the resolver reads and what it answers: frozen values only, no database, no clock.

Instants are aware UTC datetimes and intervals are half-open ``[start, end)``; lengths are milliseconds; wall times are
minutes since local midnight, where 1440 ("24:00") is legal as an end only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000
DAY_MINUTES = 1440
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
HORIZON_DAYS = 8  # today and the next seven days (DESIGN.md, channels)


class BulletinClass(StrEnum):
    """The three classes of Circular 39/2020/TT-BTTTT."""

    NORMAL = "normal"
    PRIORITY = "priority"
    EMERGENCY = "emergency"


class Reach(IntEnum):
    """How closely a bulletin is aimed at the station; the smaller wins."""

    STATION = 0
    COMMUNE = 1
    DISTRICT = 2
    PROVINCE = 3


class Answer(StrEnum):
    """What the commune said about an offer."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Standing(StrEnum):
    """What holds for normal bulletins while nobody has answered."""

    ACCEPT = "accept"
    WAIT = "wait"


class Reason(StrEnum):
    """Why a bulletin or one of its items is not on the air in a window."""

    EMERGENCY_RESERVED = "emergency_reserved"
    NOT_SCHEDULED = "not_scheduled"
    CANCELLED = "cancelled"
    CAMPAIGN_INACTIVE = "campaign_inactive"
    PAUSED = "paused"
    NOT_ON_DATE = "not_on_date"
    NOT_ON_WEEKDAY = "not_on_weekday"
    DECLINED = "declined"
    AWAITING_ANSWER = "awaiting_answer"
    NO_VALID_ITEMS = "no_valid_items"
    TOO_LONG = "too_long"
    OUTSIDE_HOURS = "outside_hours"
    LONGER_THAN_WINDOW = "longer_than_window"
    WINDOW_MINUTES_USED = "window_minutes_used"
    DAY_MINUTES_USED = "day_minutes_used"
    DAY_PLAYS_USED = "day_plays_used"
    NO_ROOM = "no_room"
    ALREADY_BEGUN = "already_begun"
    WITHDRAWN = "withdrawn"
    OUTSIDE_WINDOW = "outside_window"
    # items
    NOT_APPROVED = "not_approved"
    OUTDATED = "outdated"
    HOTLINE_CHANGED = "hotline_changed"
    EXPIRED = "expired"
    NO_SOUND = "no_sound"
    NO_LANGUAGE = "no_language"
    BAD_SOUND = "bad_sound"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of UTC instants."""

    starts_at: datetime
    ends_at: datetime

    def covers(self, other: Span) -> bool:
        """True when `other` lies wholly inside."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def meets(self, other: Span) -> bool:
        """True when the two share an instant."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True, order=True)
class WindowRule:
    """When a station may speak. An overnight window belongs to the day on which it starts."""

    id: int
    weekdays: tuple[int, ...]  # ISO, Monday = 1
    starts: int
    ends: int
    overnight: bool = False
    max_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Silence on every day; `starts` after `ends` reaches over midnight."""

    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class StationRules:
    """The hard limits of one station and the languages it speaks, best first."""

    id: int
    zone: ZoneInfo
    languages: tuple[str, ...]
    windows: tuple[WindowRule, ...]
    quiet: QuietHours | None = None
    max_minutes_day: int | None = None
    standing: Standing = Standing.WAIT


@dataclass(frozen=True, slots=True, order=True)
class Rendition:
    """One playable file: the sound of an item in one language. The smallest `rank` is played; others may be kept."""

    language: str
    sha256: str
    duration_ms: int
    bytes: int
    rank: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why an item cannot be heard in one language."""

    language: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a running order."""

    order: int
    item_id: int
    title: str
    renditions: tuple[Rendition, ...]
    refusals: tuple[Refusal, ...] = ()
    problem: Reason | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bulletin as one station sees it."""

    id: int
    title: str
    issuer: str
    cls: BulletinClass
    reach: Reach
    starts_on: date
    ends_on: date  # inclusive
    entries: tuple[Entry, ...]
    weekdays: tuple[int, ...] = EVERY_DAY
    answer: Answer = Answer.OFFERED
    position: int | None = None  # the commune's own order, smaller first
    planned_ms: int | None = None  # the length it was planned for, if any
    hours: tuple[int, int] | None = None  # only between these wall times; end before start reaches over midnight
    repeat_minutes: int | None = None  # again inside a window after so many minutes
    max_plays_day: int | None = None
    pauses: tuple[Span, ...] = ()
    problem: Reason | None = None


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One file with its place in time."""

    key: str
    entry_order: int
    item_id: int
    title: str
    language: str
    fallback_from: str | None
    sha256: str
    duration_ms: int
    bytes: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """One airing of one bulletin."""

    bulletin_id: int
    title: str
    issuer: str
    cls: BulletinClass
    window_id: int
    local_date: date  # the day on which the window starts
    starts_at: datetime
    ends_at: datetime
    items: tuple[PlannedItem, ...]

    @property
    def span(self) -> Span:
        """The time it takes on the air."""
        return Span(self.starts_at, self.ends_at)

    @property
    def duration_ms(self) -> int:
        """Its length in milliseconds."""
        return ms_between(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Loss:
    """A bulletin (or one item of it) that a window does not carry, and why. `detail` gives figures, unit in the name."""

    local_date: date
    window_id: int
    bulletin_id: int
    entry_order: int | None
    reason: Reason
    detail: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that decides a station's programme. `kept`: slots the devices already hold; those before `open_from` stay."""

    station: StationRules
    today: date
    candidates: tuple[Candidate, ...]
    days: int = HORIZON_DAYS
    kept: tuple[PlannedSlot, ...] = ()
    open_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A window on one day, with what is left of it after quiet hours and after windows that began earlier."""

    window_id: int
    local_date: date
    starts_at: datetime
    ends_at: datetime
    max_minutes: int | None
    spans: tuple[Span, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Plan:
    """What a station airs, and why the rest is not on the air."""

    station_id: int
    days: tuple[date, ...]
    occurrences: tuple[Occurrence, ...]
    slots: tuple[PlannedSlot, ...]
    losses: tuple[Loss, ...]


def ms_between(start: datetime, end: datetime) -> int:
    """Whole milliseconds from `start` to `end`."""
    delta = end - start
    return delta.days * 86_400_000 + delta.seconds * 1000 + delta.microseconds // 1000
