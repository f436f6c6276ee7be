"""Recurrence against a brute-force oracle, and the corners of time zones."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.delivery.recurrence import Plan, first_slot, normal_times, slots

ZONES = ["Asia/Ho_Chi_Minh", "America/New_York", "Pacific/Auckland", "UTC", "Asia/Kathmandu"]
clock_times = st.builds(lambda h, m: f"{h:02d}:{m:02d}", st.integers(0, 23), st.integers(0, 59))
some_days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    first = draw(some_days)
    return Plan(
        times=tuple(sorted(draw(st.sets(clock_times, min_size=1, max_size=4)))),
        weekdays=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        date_from=first,
        date_to=first + timedelta(days=draw(st.integers(0, 40))),
        zone=draw(st.sampled_from(ZONES)),
        exceptions=frozenset(draw(st.sets(some_days, max_size=3)) | {first} if draw(st.booleans()) else set()),
    )


def oracle(plan: Plan, after: datetime, before: datetime) -> set[tuple[date, str, datetime]]:
    """Every minute-of-day of every day of the range, the slow way."""
    found = set()
    day = plan.date_from
    while day <= plan.date_to:
        for wall in plan.times:
            at = datetime.combine(day, time.fromisoformat(wall), tzinfo=ZoneInfo(plan.zone)).astimezone(UTC)
            if day.weekday() in plan.weekdays and day not in plan.exceptions and after <= at < before:
                found.add((day, wall, at))
        day += timedelta(days=1)
    return found


@given(plan=plans(), offset=st.integers(-72, 24 * 45), length=st.integers(0, 24 * 30))
@settings(max_examples=300, deadline=None)
def test_equals_the_oracle(plan: Plan, offset: int, length: int) -> None:
    after = datetime.combine(plan.date_from, time(), tzinfo=UTC) + timedelta(hours=offset)
    before = after + timedelta(hours=length)
    found = [(slot.local_date, slot.slot, slot.starts_at) for slot in slots(plan, after=after, before=before)]
    assert set(found) == oracle(plan, after, before)
    assert len(found) == len(set(found))


@given(plan=plans(), years=st.integers(1, 10), gaps=st.sets(st.integers(0, 3652), max_size=30))
@settings(max_examples=15, deadline=None)
def test_equals_the_oracle_over_ten_years(plan: Plan, years: int, gaps: set[int]) -> None:
    """Whole leap cycles, every change of the clocks in between, and days left out."""
    last = plan.date_from + timedelta(days=365 * years + 3)
    left_out = plan.exceptions | {plan.date_from + timedelta(days=gap) for gap in gaps}
    plan = replace(plan, date_to=last, exceptions=frozenset(left_out))
    after = datetime.combine(plan.date_from, time(), tzinfo=UTC) - timedelta(days=2)
    before = datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=2)
    found = [(slot.local_date, slot.slot, slot.starts_at) for slot in slots(plan, after=after, before=before)]
    assert len(found) == len(set(found))
    assert set(found) == oracle(plan, after, before)


def test_equals_the_calendar_read_backwards() -> None:
    """A second oracle that knows no plan: it walks ten years of UTC quarter-hours and asks what the wall clock says."""
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    plan = Plan(("05:00", "17:15"), frozenset({0, 4}), date(2020, 2, 29), date(2030, 2, 28), "Asia/Ho_Chi_Minh")
    at, end = datetime(2020, 2, 27, tzinfo=UTC), datetime(2030, 3, 2, tzinfo=UTC)
    expected = []
    while at < end:
        local = at.astimezone(zone)
        if f"{local:%H:%M}" in plan.times and local.weekday() in plan.weekdays:
            if plan.date_from <= local.date() <= plan.date_to:
                expected.append(at)
        at += timedelta(minutes=15)
    found = slots(plan, after=datetime(2020, 2, 27, tzinfo=UTC), before=end)
    assert [slot.starts_at for slot in found] == expected


@given(plan=plans(), cut=st.integers(0, 24 * 41))
@settings(max_examples=100, deadline=None)
def test_two_windows_that_touch_make_the_whole(plan: Plan, cut: int) -> None:
    start = datetime.combine(plan.date_from, time(), tzinfo=UTC) - timedelta(days=1)
    middle, end = start + timedelta(hours=cut), start + timedelta(days=45)
    parts = [*slots(plan, after=start, before=middle), *slots(plan, after=middle, before=end)]
    assert sorted(parts, key=lambda s: (s.starts_at, s.slot)) == sorted(
        slots(plan, after=start, before=end), key=lambda s: (s.starts_at, s.slot)
    )


def test_local_midnight_in_vietnam() -> None:
    """Mondays at 05:00 are Sundays 22:00 UTC; compiled around local midnight nothing moves to another day."""
    plan = Plan(("05:00", "17:00"), frozenset({0}), date(2026, 11, 1), date(2026, 11, 30), "Asia/Ho_Chi_Minh")
    for now in (datetime(2026, 11, 15, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 15, 17, 0, tzinfo=UTC)):
        found = [slot.starts_at for slot in slots(plan, after=now, before=now + timedelta(days=2))]
        assert found == [datetime(2026, 11, 15, 22, 0, tzinfo=UTC), datetime(2026, 11, 16, 10, 0, tzinfo=UTC)]
    saigon = Plan(plan.times, plan.weekdays, plan.date_from, plan.date_to, "Asia/Saigon")
    window = {"after": datetime(2026, 11, 1, tzinfo=UTC), "before": datetime(2026, 12, 1, tzinfo=UTC)}
    assert list(slots(saigon, **window)) == list(slots(plan, **window))


def test_the_last_day_is_included() -> None:
    plan = Plan(("23:59",), frozenset(range(7)), date(2026, 11, 1), date(2026, 11, 2), "Asia/Ho_Chi_Minh")
    found = list(slots(plan, after=datetime(2026, 10, 1, tzinfo=UTC), before=datetime(2026, 12, 1, tzinfo=UTC)))
    assert [slot.local_date.day for slot in found] == [1, 2]


def test_first_slot_of_an_impossible_plan() -> None:
    plan = Plan(("05:00",), frozenset({0}), date(2026, 11, 3), date(2026, 11, 3), "Asia/Ho_Chi_Minh")
    assert first_slot(plan) is None


@pytest.mark.parametrize("wrong", ["24:00", "5", "05:0", "ab:cd", "-1:00", "05:60", "٠٥:٠٠", "05:00x", " "])
def test_what_is_no_time(wrong: str) -> None:
    with pytest.raises(ValueError):
        normal_times([wrong])


def test_times_are_sorted_and_unique() -> None:
    assert normal_times(["17:30", " 5:00 ", "05:00"]) == ("05:00", "17:30")
