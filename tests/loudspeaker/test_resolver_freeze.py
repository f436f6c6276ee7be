"""What devices already hold stays, unless it became invalid; what is new comes after the freeze."""

from dataclasses import replace

import pytest

from channels.loudspeaker.resolver import Answer, QuietHours, Reason, Span, resolve

from .builders import MONDAY, bulletin, entry, inputs, minutes, rules, vn, window

FREEZE = vn("2026-11-23 05:10")


def kept_plan(station, candidate):
    return resolve(inputs(station, candidate)).slots


def today(plan):
    return [(slot.bulletin_id, slot.starts_at) for slot in plan.slots if slot.local_date == MONDAY]


def test_new_bulletins_begin_after_the_freeze():
    plan = resolve(inputs(rules(), bulletin(1), open_from=FREEZE))
    assert today(plan) == [(1, FREEZE)]


def test_a_window_that_had_begun_says_so():
    station = rules(window("05:00-05:11"))
    plan = resolve(inputs(station, bulletin(1, entry("x", 120)), open_from=FREEZE))
    assert [x.reason for x in plan.losses if x.local_date == MONDAY] == [Reason.ALREADY_BEGUN]


def test_what_is_kept_stays_in_place_before_better_things():
    old, new = bulletin(2, entry("cũ", 300)), bulletin(1, position=1)
    plan = resolve(inputs(rules(), old, new, kept=kept_plan(rules(), old), open_from=FREEZE))
    assert today(plan) == [(2, vn("2026-11-23 05:00")), (1, FREEZE)]


def test_declining_within_the_freeze_comes_too_late():
    old = bulletin(1)
    kept = kept_plan(rules(), old)
    plan = resolve(inputs(rules(), replace(old, answer=Answer.DECLINED), kept=kept, open_from=FREEZE))
    assert today(plan) == [(1, vn("2026-11-23 05:00"))]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"problem": Reason.CAMPAIGN_INACTIVE}, Reason.CAMPAIGN_INACTIVE),
        ({"pauses": (Span(vn("2026-11-23 04:00"), vn("2026-11-23 09:00")),)}, Reason.PAUSED),
        ({"entries": ()}, Reason.WITHDRAWN),
        ({"entries": (entry("bài 1", problem=Reason.NOT_APPROVED),)}, Reason.WITHDRAWN),
        ({"entries": (entry("bài 1", valid_until=vn("2026-11-23 05:00")),)}, Reason.WITHDRAWN),
        ({"entries": (entry("bài 1", seconds=61, languages=("jra",)),)}, Reason.WITHDRAWN),
    ],
)
def test_what_became_invalid_goes_at_once(change, reason):
    old = bulletin(1)
    kept = kept_plan(rules(), old)
    plan = resolve(inputs(rules(), replace(old, **change), kept=kept, open_from=FREEZE))
    assert vn("2026-11-23 05:00") not in [slot.starts_at for slot in plan.slots]
    assert reason in {x.reason for x in plan.losses if x.local_date == MONDAY}


@pytest.mark.parametrize(
    ("station", "reason"),
    [
        (rules(window("05:30-06:00")), Reason.OUTSIDE_WINDOW),
        (rules(quiet=QuietHours(minutes("21:00"), minutes("05:05"))), Reason.OUTSIDE_WINDOW),
        (rules(window("05:00-06:00", max_minutes=1)), Reason.WINDOW_MINUTES_USED),
        (rules(max_minutes_day=1), Reason.DAY_MINUTES_USED),
    ],
)
def test_hard_limits_hold_for_what_is_kept(station, reason):
    old = bulletin(1, entry("x", 61))
    plan = resolve(inputs(station, old, kept=kept_plan(rules(), old), open_from=FREEZE))
    assert vn("2026-11-23 05:00") not in [slot.starts_at for slot in plan.slots]
    assert reason in {x.reason for x in plan.losses if x.local_date == MONDAY}


def test_a_newer_recording_does_not_throw_out_what_is_about_to_play():
    old = bulletin(1)
    kept = kept_plan(rules(), old)
    first = old.entries[0].renditions[0]
    newer = replace(first, sha256="a" * 64, rank=0)
    both = replace(old, entries=(replace(old.entries[0], renditions=(newer, replace(first, rank=1))),))
    plan = resolve(inputs(rules(), both, kept=kept, open_from=FREEZE))
    assert [slot.items[0].sha256[:3] for slot in plan.slots][:2] == [first.sha256[:3], "aaa"]
