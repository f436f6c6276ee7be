"""Dates of press items as newspapers really write them, read without guessing a library's mood.

feedparser, email.utils and dateutil each misread some of the forms served by Vietnamese papers ("GMT+7", "+07", "ICT",
month-first with AM/PM, Vietnamese weekdays): domain.md 6.2. The raw string is always kept beside what was understood.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from cms.core.text import fold, nfc

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FUTURE_TOLERANCE = timedelta(minutes=10)
OLDEST_YEAR = 2000
RAW_LIMIT = 200

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_VIETNAMESE_MONTHS = {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi mot": 11, "muoi hai": 12, "muoi": 10, "chap": 12,
}  # fmt: skip
# Abbreviations of RFC 822, and ICT: what a paper in this country means by it.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "ict": 7, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
}  # fmt: skip

_SPACE = re.compile(r"[\s\u00a0\u202f\u2007\u2009]+")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(r"(?<!\d)(\d{1,2})[ \-]+([a-z]{3,9})\.?,?[ \-]+(\d{4}|\d{2})(?!\d)")
_NAME_FIRST = re.compile(r"\b([a-z]{3,9})\.? +(\d{1,2}),? +(\d{4})(?!\d)")
_VIETNAMESE = re.compile(
    r"(?<!\d)(\d{1,2}),? +(?:thang|thg|th) ?(\d{1,2}|muoi mot|muoi hai|[a-z]+),? +(?:nam )?(\d{4})(?!\d)"
)
_TIME = re.compile(r"(?<![\d/.+\-])(\d{1,2})(?:[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?)(?!\d)(?: ?(am|pm|sa|ch)\b)?")
_COMPACT_ISO_TIME = re.compile(r"(?<=\d)t(?=\d{1,2}:)")
_OFFSET = re.compile(r"(?:\b(?:gmt|utc) ?|(?<=[\d )]))([+\-])(\d{1,2}):?(\d{2})?(?!\d)")
_ZONE_NAME = re.compile(r"(?<![a-z])(z|ut|utc|gmt|ict|est|edt|cst|cdt|mst|mdt|pst|pdt)(?![a-z])")
_EPOCH = re.compile(r"\d{9,10}|\d{13}")


@dataclass(frozen=True, slots=True)
class ReadDate:
    """What a date string was taken to mean.

    `raw` is the string as served; `at` is UTC; `method` names the rule that read it (iso, named, vietnamese, day_first,
    month_first, epoch, none); `flag` is "" or why `at` is the time of fetching: missing, unreadable, future, ancient.
    """

    raw: str
    at: datetime
    method: str
    flag: str


def read_date(raw: str | None, *, fetched_at: datetime, month_first: bool | None = None) -> ReadDate:
    """The moment a press item names, in UTC; never an error: what cannot be read becomes the time of fetching, flagged.

    No zone means Asia/Ho_Chi_Minh. An ambiguous 05/06/2026 is 5 June, unless `month_first` says what the other items of
    the feed showed, or it carries AM/PM (the American form some papers' software writes). A date more than ten minutes
    in the future or before the year 2000 is flagged and replaced by `fetched_at` (rule 8).
    """
    text = (raw or "").strip()
    kept = text[:RAW_LIMIT]
    if not text:
        return ReadDate(kept, fetched_at, "none", "missing")
    try:
        found = _read(text[:RAW_LIMIT], month_first)
        if found is None:
            return ReadDate(kept, fetched_at, "none", "unreadable")
        moment, method = found
        at = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return ReadDate(kept, fetched_at, "none", "unreadable")
    if at.year < OLDEST_YEAR:
        return ReadDate(kept, fetched_at, method, "ancient")
    if at > fetched_at + FUTURE_TOLERANCE:
        return ReadDate(kept, fetched_at, method, "future")
    return ReadDate(kept, at, method, "")


def order_of(raws: Iterable[str]) -> bool | None:
    """Whether the numeric dates of one feed are month-first (True) or day-first (False); None when none of them shows.

    One date such as 8/23/2026 decides for all others of the feed that could be read both ways.
    """
    for raw in raws:
        match = _NUMERIC.search(_plain(raw[:RAW_LIMIT]))
        if match:
            first, second = int(match[1]), int(match[2])
            if second > 12 >= first:
                return True
            if first > 12 >= second:
                return False
    return None


def _plain(text: str) -> str:
    """Lower case, one kind of space, no Vietnamese marks, punctuation of dates kept."""
    words = _SPACE.sub(" ", text.replace("\u2212", "-").replace("–", "-"))
    return "".join(map(_plain_letter, nfc(words)))


@lru_cache(maxsize=2048)
def _plain_letter(char: str) -> str:
    return (fold(char) or char).casefold()


def _read(text: str, month_first: bool | None) -> tuple[datetime, str] | None:
    if _EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC), "epoch"
    plain = _COMPACT_ISO_TIME.sub(" ", _plain(text))
    time_match = _TIME.search(plain)
    hour, minute, second, half = 0, 0, 0, None
    rest = plain
    if time_match:
        hour, minute, second = int(time_match[1]), int(time_match[2]), int(time_match[3] or 0)
        half = time_match[4]
        rest = plain[: time_match.start()] + " " + plain[time_match.end() :]
    day = _day(_SPACE.sub(" ", rest), half is not None if month_first is None else month_first)
    if day is None:
        return None
    year, month, date, method = day
    zone = _zone(plain[time_match.end() - 1 :] if time_match else "")
    if half in ("pm", "ch") and hour < 12:
        hour += 12
    elif half in ("am", "sa") and hour == 12:
        hour = 0
    midnight = datetime(year, month, date, tzinfo=zone)
    if hour > 24 or (hour == 24 and (minute or second)) or minute > 59 or second > 60:
        raise ValueError("not a time of day")
    return midnight + timedelta(hours=hour, minutes=minute, seconds=second), method


def _day(text: str, month_first: bool) -> tuple[int, int, int, str] | None:
    """Year, month, day and the rule that found them."""
    if match := _VIETNAMESE.search(text):
        month = int(match[2]) if match[2].isdigit() else _VIETNAMESE_MONTHS.get(match[2], 0)
        return int(match[3]), month, int(match[1]), "vietnamese"
    if (match := _NAMED.search(text)) and match[2] in _MONTHS:
        return _full_year(match[3]), _MONTHS[match[2]], int(match[1]), "named"
    if (match := _NAME_FIRST.search(text)) and match[1] in _MONTHS:
        return int(match[3]), _MONTHS[match[1]], int(match[2]), "named"
    if match := _ISO.search(text):
        return int(match[1]), int(match[2]), int(match[3] or 1), "iso"
    if match := _NUMERIC.search(text):
        first, second, year = int(match[1]), int(match[2]), _full_year(match[3])
        if second > 12 or (month_first and first <= 12):
            return year, first, second, "month_first"
        return year, second, first, "day_first"
    return None


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _zone(text: str) -> tzinfo:
    """The zone written after the time; "GMT+7" is seven hours east, whatever POSIX says of Etc/GMT+7."""
    if match := _OFFSET.search(text):
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours <= 14 and minutes < 60:
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(offset if match[1] == "+" else -offset)
    if match := _ZONE_NAME.search(text):
        return timezone(timedelta(hours=_ZONES[match[1]]))
    return LOCAL_ZONE
