"""Counting what was promised from what happened.

Rooms above register how their events are counted; this room only asks. A person confirms events, never totals, so
there is no way to type a result in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaigns.enums import AreaKind, Comparison
from campaigns.models import Area, Campaign, Target


@dataclass(frozen=True)
class Measure:
    """Something that can be counted: its code, its name for people, and how."""

    code: str
    label: Any
    count: Callable[[Campaign], int]


_measures: dict[str, Measure] = {}


def register_counter(code: str, count: Callable[[Campaign], int], *, label: Any = "") -> None:
    """Make `code` a measure; `count(campaign)` is the number of its events so far."""
    _measures[code] = Measure(code, label or code, count)


def measures() -> list[Measure]:
    """All measures, in the order in which rooms registered them."""
    return list(_measures.values())


@dataclass(frozen=True)
class Progress:
    """Where one target stands. `reached` is None when the system has nothing to count it from."""

    target: Target
    counted: int | None
    denominator: int | None
    reached: Decimal | None
    met: bool | None


def progress(campaign: Campaign) -> list[Progress]:
    """Each target of the campaign with what was counted, in the order of the plan. Each measure is counted once."""
    counts: dict[str, int] = {}
    lines = []
    for target in campaign.targets.select_related("denominator_area").order_by("order", "id"):
        measure = _measures.get(target.measure)
        if measure is None:
            lines.append(Progress(target, None, None, None, None))
            continue
        if measure.code not in counts:
            counts[measure.code] = measure.count(campaign)
        lines.append(_line(target, counts[measure.code]))
    return lines


def _line(target: Target, counted: int) -> Progress:
    denominator = None
    reached = Decimal(counted)
    if target.denominator_area is not None and target.denominator_on is not None:
        denominator = (
            Area.objects.on(target.denominator_on).below(target.denominator_area).filter(kind=AreaKind.COMMUNE).count()
        )
        reached = (Decimal(counted) * 100 / denominator).quantize(Decimal("0.1")) if denominator else Decimal(0)
    return Progress(target, counted, denominator, reached, _met(target, reached))


def _met(target: Target, reached: Decimal) -> bool | None:
    if target.comparison == Comparison.AT_LEAST:
        return reached >= target.value
    if target.comparison == Comparison.MORE_THAN:
        return reached > target.value
    if target.comparison == Comparison.AT_MOST:
        return reached <= target.value
    if target.comparison == Comparison.LESS_THAN:
        return reached < target.value
    if target.comparison == Comparison.EXACTLY:
        return reached == target.value
    return None  # a change against last year needs last year's figure, which the system may not hold
