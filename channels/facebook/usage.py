"""How much of its allowance a page has used, as Facebook says in the headers of its answers.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting: X-App-Usage and X-Page-Usage hold percentages of a
rolling window; X-Business-Use-Case-Usage holds, for each business, rows with the same percentages and
`estimated_time_to_regain_access` in minutes. A header is absent while hardly anything was used.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# At this share of the allowance we stop by ourselves: the rest is for the people who work on the page by hand.
STOP_AT = 90.0
# Without an estimate: a quarter of the hour over which the platform counts.
PAUSE = timedelta(minutes=15)
# Nobody is kept waiting longer than a day, whatever a header says.
LONGEST = timedelta(days=1)
_PERCENTAGES = ("call_count", "total_time", "total_cputime")
_HEADERS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
_MAX_HEADER = 8_000


@dataclass(frozen=True)
class Usage:
    """The highest share used (percent), the wait that Facebook estimates, and the headers as they came."""

    percent: float = 0.0
    wait: timedelta = timedelta(0)
    raw: dict[str, Any] | None = None

    def until(self, now: datetime) -> datetime | None:
        """When to come back, or None while there is room."""
        if self.wait > timedelta(0):
            return now + min(self.wait, LONGEST)
        return now + PAUSE if self.percent >= STOP_AT else None

    def as_evidence(self) -> dict[str, Any]:
        """The form kept with an attempt; empty when Facebook said nothing."""
        if not self.raw:
            return {}
        return {"usage_percent": self.percent, "usage_wait_minutes": round(self.wait.total_seconds() / 60)}


def read_usage(headers: Mapping[str, str]) -> Usage:
    """What the headers say; a header that cannot be read counts as absent."""
    raw: dict[str, Any] = {}
    percent, minutes = 0.0, 0.0
    for name in _HEADERS:
        value = headers.get(name, "")
        if not value or len(value) > _MAX_HEADER:
            continue
        try:
            raw[name] = json.loads(value)
        except ValueError:
            continue
        for row in _rows(raw[name]):
            percent = max([percent, *(_number(row.get(key)) for key in _PERCENTAGES)])
            minutes = max(minutes, _number(row.get("estimated_time_to_regain_access")))
    return Usage(percent, timedelta(minutes=min(minutes, LONGEST.total_seconds() / 60)), raw or None)


def _rows(value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict):
        return
    if any(key in value for key in _PERCENTAGES):
        yield value
    for inner in value.values():
        for row in inner if isinstance(inner, list) else ():
            if isinstance(row, dict):
                yield row


def _number(value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 1e9 else 0.0
