"""Zalo's clock: no broadcast from 22:00 to 06:00 (error −234), quotas by the day, both in Vietnam's time.

The zone is named here and not taken from the settings or the machine: it is Zalo's rule, not ours.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CLOSES = time(22, 0)
OPENS = time(6, 0)


def opens_at(at: datetime) -> datetime | None:
    """When broadcasts are taken again (aware, Vietnam's time), if `at` is in the night; None by day."""
    local = at.astimezone(VIETNAM)
    if OPENS <= local.time() < CLOSES:
        return None
    day = local.date() + timedelta(days=1 if local.time() >= CLOSES else 0)
    return datetime.combine(day, OPENS, VIETNAM)


def next_opening(at: datetime) -> datetime:
    """The next 06:00 in Vietnam after `at`."""
    local = at.astimezone(VIETNAM)
    day = local.date() + timedelta(days=1 if local.time() >= OPENS else 0)
    return datetime.combine(day, OPENS, VIETNAM)


def next_midnight(at: datetime) -> datetime:
    """The next midnight in Vietnam after `at`, when daily quotas begin anew."""
    local = at.astimezone(VIETNAM)
    return datetime.combine(local.date() + timedelta(days=1), time(0, 0), VIETNAM)
