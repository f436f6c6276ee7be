"""Wall times, weekdays, midnight and quiet hours (scheduling.md I.1, I.2; domain.md 1.3, the known faults)."""

import os
import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from channels.loudspeaker.resolver import QuietHours, Reason, build_document, resolve

from .builders import MONDAY, bulletin, entry, inputs, minutes, rules, utc, vn, window

FRIDAY = date(2026, 11, 27)


def starts(plan):
    return [slot.starts_at for slot in plan.slots]


def test_monday_morning_is_sunday_evening_in_utc():
    station = rules(window("05:00-06:00", weekdays=(1,)), window("17:00-17:30", id=2, weekdays=(1,)))
    plan = resolve(inputs(station, bulletin()))
    assert starts(plan)[:2] == [utc("2026-11-22 22:00"), utc("2026-11-23 10:00")]
    assert {slot.local_date.isoweekday() for slot in plan.slots} == {1}
    assert len(plan.slots) == 4  # this Monday and the next, which is day eight


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Saigon"])
def test_the_zone_of_the_machine_changes_nothing(zone, monkeypatch):
    station = rules(window("05:00-06:00"), window("22:00-05:30", id=2, weekdays=(5,)))
    before = build_document(resolve(inputs(station, bulletin())), station, "Đài", 1)
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        after = build_document(resolve(inputs(station, bulletin())), station, "Đài", 1)
    finally:
        monkeypatch.undo()
        os.environ.pop("TZ", None)
        time.tzset()
    assert after == before


def test_an_alias_of_the_zone_gives_the_same_instants():
    one = resolve(inputs(rules(), bulletin()))
    two = resolve(inputs(rules(zone=ZoneInfo("Asia/Saigon")), bulletin()))
    assert starts(one) == starts(two)


def test_overnight_belongs_to_the_day_it_starts_and_ends_to_the_second():
    night, morning = window("22:00-05:30", id=1, weekdays=(5,)), window("05:00-06:00", id=2)
    only_friday = bulletin(1, entry("đêm", 60), starts_on=FRIDAY, ends_on=FRIDAY)
    daily = bulletin(2, entry("sáng", 25 * 60), hours=(minutes("05:00"), minutes("06:00")))
    plan = resolve(inputs(rules(night, morning), only_friday, daily, today=FRIDAY, days=2))
    windows = {(occ.window_id, occ.local_date): occ for occ in plan.occurrences}
    friday_night, saturday = windows[1, FRIDAY], windows[2, FRIDAY + timedelta(days=1)]
    assert friday_night.ends_at == vn("2026-11-28 05:30")
    # 05:00-05:30 is Friday's: Saturday's own window begins at 05:30:00 and not a second before
    assert [(s.starts_at, s.ends_at) for s in saturday.spans] == [(vn("2026-11-28 05:30"), vn("2026-11-28 06:00"))]
    night_slots = [s for s in plan.slots if s.window_id == 1]
    assert {(s.bulletin_id, s.local_date) for s in night_slots} == {(1, FRIDAY), (2, FRIDAY)}
    assert [s.starts_at for s in night_slots if s.bulletin_id == 2] == [vn("2026-11-28 05:00")]


def test_last_day_of_the_range_and_sunday_are_on_the_air():
    sunday = date(2026, 11, 29)
    weekly = bulletin(weekdays=(7,), starts_on=MONDAY, ends_on=sunday)
    plan = resolve(inputs(rules(), weekly))
    assert [slot.local_date for slot in plan.slots] == [sunday]


def test_nothing_is_cut_at_midnight():
    station = rules(window("23:50-00:20"))
    long = bulletin(1, entry("dài", 25 * 60))
    slot = resolve(inputs(station, long)).slots[0]
    assert (slot.starts_at, slot.ends_at) == (vn("2026-11-22 23:50"), vn("2026-11-23 00:15"))
    assert slot.local_date == date(2026, 11, 22)


def test_midnight_as_an_end():
    plan = resolve(inputs(rules(window("23:00-24:00")), bulletin(1, entry("đủ", 3600)), days=1))
    slot = plan.slots[-1]
    assert slot.ends_at == vn("2026-11-24 00:00")


def test_today_still_shows_the_window_that_began_last_night():
    station = rules(window("22:00-05:30"))
    plan = resolve(inputs(station, bulletin(1, entry("x", 6 * 3600)), days=1))
    assert [(slot.local_date, slot.ends_at) for slot in plan.slots] == [
        (date(2026, 11, 22), vn("2026-11-23 04:00")),
        (MONDAY, vn("2026-11-24 04:00")),
    ]


def test_quiet_hours_cut_a_window_and_reach_over_midnight():
    station = rules(window("20:00-23:00"), quiet=QuietHours(minutes("21:00"), minutes("05:00")))
    plan = resolve(inputs(station, bulletin(1, entry("a", 50 * 60)), bulletin(2, entry("b", 20 * 60)), days=1))
    assert [(s.bulletin_id, s.ends_at) for s in plan.slots] == [(1, vn("2026-11-23 20:50"))]
    lost = [loss for loss in plan.losses if loss.bulletin_id == 2 and loss.local_date == MONDAY]
    assert [loss.reason for loss in lost] == [Reason.NO_ROOM]


def test_a_day_has_no_slot_outside_its_weekdays():
    station = rules(window("05:00-06:00", weekdays=(6, 7)))
    plan = resolve(inputs(station, bulletin()))
    assert {slot.local_date.isoweekday() for slot in plan.slots} == {6, 7}


def test_clock_changes_of_other_zones_neither_overlap_nor_vanish():
    zone = ZoneInfo("America/New_York")
    station = rules(window("01:30-03:30"), zone=zone)
    plan = resolve(inputs(station, bulletin(), today=date(2026, 3, 5)))
    spans = [span for occ in plan.occurrences for span in occ.spans]
    assert all(one.ends_at <= two.starts_at for one, two in zip(spans, spans[1:], strict=False))
    assert len(plan.slots) == 8
