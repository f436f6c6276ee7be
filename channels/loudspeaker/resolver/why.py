"""For any instant of a station's day: what is on the air, and why the rest is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .rules import Loss, Occurrence, Plan, PlannedItem, PlannedSlot


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one instant: the open window, the airing and its item, and the losers of that window."""

    window: Occurrence | None
    slot: PlannedSlot | None
    item: PlannedItem | None
    losses: tuple[Loss, ...]


def explain(plan: Plan, at: datetime) -> Explanation:
    """What `plan` does at the instant `at` and what it leaves out of that window; all empty while no window is open."""
    window = next((occ for occ in plan.occurrences if any(s.starts_at <= at < s.ends_at for s in occ.spans)), None)
    slot = next((slot for slot in plan.slots if slot.starts_at <= at < slot.ends_at), None)
    item = next((item for item in slot.items if item.starts_at <= at < item.ends_at), None) if slot else None
    if window is None:
        return Explanation(None, slot, item, ())
    place = (window.window_id, window.local_date)
    return Explanation(window, slot, item, tuple(x for x in plan.losses if (x.window_id, x.local_date) == place))
