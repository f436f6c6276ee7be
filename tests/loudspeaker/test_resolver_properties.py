"""What holds for every station and every set of bulletins, and stays true while the day goes on."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.loudspeaker.resolver import (
    Answer,
    BulletinClass,
    Inputs,
    QuietHours,
    Reach,
    Reason,
    Span,
    Standing,
    StationRules,
    WindowRule,
    canonical_bytes,
    document_json,
    resolve,
)
from channels.loudspeaker.resolver.windows import instant, local_day

from .builders import MONDAY, VN, bulletin, entry

ZONES = [VN, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]
weekdays = st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days)))
span_minutes = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] != pair[1])


@st.composite
def windows(draw):
    made = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        starts, ends = draw(span_minutes)
        limit = draw(st.none() | st.integers(1, 60))
        made.append(WindowRule(number, draw(weekdays), starts, ends, ends < starts, limit))
    return tuple(made)


@st.composite
def stations(draw):
    quiet = draw(st.none() | span_minutes.filter(lambda pair: pair[1] < 1440))
    return StationRules(
        id=1,
        zone=draw(st.sampled_from(ZONES)),
        languages=tuple(draw(st.permutations(["vi", "jra", "bdq"]))[:2]),
        windows=draw(windows()),
        quiet=QuietHours(*quiet) if quiet else None,
        max_minutes_day=draw(st.none() | st.integers(1, 120)),
        standing=draw(st.sampled_from(list(Standing))),
    )


@st.composite
def candidates(draw):
    made = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        entries = [
            entry(
                f"{number}/{order}",
                draw(st.integers(0, 900)),
                draw(st.sampled_from([("vi",), ("jra",), ("jra", "vi"), ("km",)])),
                order,
                problem=draw(st.none() | st.just(Reason.NOT_APPROVED)),
                valid_until=draw(
                    st.none() | st.integers(0, 200).map(lambda h: instant(MONDAY, 0, VN) + timedelta(hours=h))
                ),
            )
            for order in range(1, draw(st.integers(1, 3)) + 1)
        ]
        start = MONDAY + timedelta(days=draw(st.integers(-3, 4)))
        begin = instant(MONDAY, 0, VN) + timedelta(hours=draw(st.integers(0, 150)))
        made.append(
            bulletin(
                number,
                *entries,
                cls=draw(st.sampled_from([BulletinClass.NORMAL, BulletinClass.PRIORITY])),
                reach=draw(st.sampled_from(list(Reach))),
                starts_on=start,
                ends_on=start + timedelta(days=draw(st.integers(0, 6))),
                weekdays=draw(weekdays),
                answer=draw(st.sampled_from(list(Answer))),
                position=draw(st.none() | st.integers(1, 3)),
                hours=draw(st.none() | span_minutes),
                repeat_minutes=draw(st.none() | st.integers(5, 120)),
                max_plays_day=draw(st.none() | st.integers(1, 3)),
                pauses=(Span(begin, begin + timedelta(hours=5)),) if draw(st.booleans()) else (),
            )
        )
    return tuple(made)


def body(plan, station):
    return canonical_bytes(document_json(plan, station, "Đài"))


def quiet_at(station, moment):
    """Wall-clock oracle: is this minute inside the quiet hours?"""
    local = moment.astimezone(station.zone)
    minute = local.hour * 60 + local.minute
    starts, ends = station.quiet.starts, station.quiet.ends
    return starts <= minute < ends if starts < ends else minute >= starts or minute < ends


@settings(max_examples=120, deadline=None)
@given(stations(), candidates())
def test_hard_limits_hold(station, bulletins):
    plan = resolve(Inputs(station, MONDAY, bulletins))
    slots = sorted(plan.slots, key=lambda slot: slot.starts_at)
    assert list(plan.slots) == slots
    assert all(one.ends_at <= two.starts_at for one, two in zip(slots, slots[1:], strict=False))
    minutes_window, minutes_day = {}, {}
    rules = {rule.id: rule for rule in station.windows}
    for slot in slots:
        rule = rules[slot.window_id]
        end = rule.ends + (1440 if rule.overnight else 0)
        assert instant(slot.local_date, rule.starts, station.zone) <= slot.starts_at
        assert slot.ends_at <= instant(slot.local_date, end, station.zone)
        assert slot.local_date.isoweekday() in rule.weekdays
        assert sum(item.duration_ms for item in slot.items) == slot.duration_ms
        assert [item.ends_at for item in slot.items][:-1] == [item.starts_at for item in slot.items][1:]
        place = (slot.window_id, slot.local_date)
        minutes_window[place] = minutes_window.get(place, 0) + slot.duration_ms
        minutes_day[slot.local_date] = minutes_day.get(slot.local_date, 0) + slot.duration_ms
        if station.quiet and station.zone in (VN, ZONES[1], ZONES[3]):
            assert not quiet_at(station, slot.starts_at)
            assert not quiet_at(station, slot.ends_at - timedelta(milliseconds=1))
    for (window_id, _), used in minutes_window.items():
        assert rules[window_id].max_minutes is None or used <= rules[window_id].max_minutes * 60_000
    assert station.max_minutes_day is None or all(u <= station.max_minutes_day * 60_000 for u in minutes_day.values())


@settings(max_examples=120, deadline=None)
@given(stations(), candidates())
def test_only_what_may_be_aired_is_aired(station, bulletins):
    plan = resolve(Inputs(station, MONDAY, bulletins))
    by_id = {candidate.id: candidate for candidate in bulletins}
    for slot in plan.slots:
        candidate = by_id[slot.bulletin_id]
        assert candidate.starts_on <= slot.local_date <= candidate.ends_on
        assert slot.local_date.isoweekday() in candidate.weekdays
        assert not any(pause.meets(slot.span) for pause in candidate.pauses)
        if candidate.cls is BulletinClass.NORMAL:
            assert candidate.answer is Answer.ACCEPTED or (
                candidate.answer is Answer.OFFERED and station.standing is Standing.ACCEPT
            )
        for item in slot.items:
            source = next(e for e in candidate.entries if e.order == item.entry_order)
            assert source.problem is None
            assert source.valid_until is None or item.ends_at <= source.valid_until
            assert item.language in station.languages
            assert item.fallback_from == (None if item.language == station.languages[0] else station.languages[0])


@settings(max_examples=80, deadline=None)
@given(stations(), candidates(), st.randoms(use_true_random=False))
def test_order_of_input_changes_nothing(station, bulletins, dice):
    shuffled = [replace(c, entries=tuple(dice.sample(c.entries, len(c.entries)))) for c in bulletins]
    dice.shuffle(shuffled)
    turned = replace(station, windows=tuple(dice.sample(station.windows, len(station.windows))))
    one, two = resolve(Inputs(station, MONDAY, bulletins)), resolve(Inputs(turned, MONDAY, tuple(shuffled)))
    assert (body(one, station), one.losses) == (body(two, turned), two.losses)


@settings(max_examples=80, deadline=None)
@given(stations(), candidates())
def test_every_bulletin_is_aired_or_explained_in_every_window(station, bulletins):
    plan = resolve(Inputs(station, MONDAY, bulletins))
    explained = {(x.window_id, x.local_date, x.bulletin_id) for x in plan.losses if x.entry_order is None}
    midnight = instant(MONDAY, 0, station.zone)
    aired = {(s.window_id, s.local_date, s.bulletin_id) for s in plan.slots}
    for occ in plan.occurrences:
        if occ.starts_at < midnight:
            continue  # what was aired before midnight is yesterday's and not shown
        for candidate in bulletins:
            place = (occ.window_id, occ.local_date, candidate.id)
            assert (place in aired) != (place in explained)


@settings(max_examples=80, deadline=None)
@given(stations(), candidates(), st.lists(st.integers(0, 30 * 60), min_size=1, max_size=5))
def test_time_passing_changes_nothing(station, bulletins, moments):
    """With the same inputs a later compile gives the same programme: what is kept was part of it."""
    first_from = instant(MONDAY, 0, station.zone) + timedelta(minutes=min(moments))
    plan = resolve(Inputs(station, MONDAY, bulletins, open_from=first_from))
    known = plan.slots
    for minute in sorted(moments):
        now = instant(MONDAY, 0, station.zone) + timedelta(minutes=minute)
        today = max(MONDAY, local_day(now, station.zone))
        again = resolve(Inputs(station, today, bulletins, kept=known, open_from=now))
        midnight = instant(today, 0, station.zone)
        last = MONDAY + timedelta(days=7)
        assert [s for s in again.slots if s.local_date <= last] == [s for s in known if s.ends_at > midnight]
        known = tuple(s for s in known if s not in again.slots) + again.slots


@settings(max_examples=60, deadline=None)
@given(stations(), candidates(), st.integers(0, 1440), st.integers(0, 5))
def test_nothing_new_before_the_freeze_and_withdrawn_goes_at_once(station, bulletins, minute, victim):
    full = resolve(Inputs(station, MONDAY, bulletins))
    frozen_until = instant(MONDAY, minute, station.zone)
    left = tuple(c for number, c in enumerate(bulletins) if number != victim)
    plan = resolve(Inputs(station, MONDAY, left, kept=full.slots, open_from=frozen_until))
    gone = {c.id for c in bulletins} - {c.id for c in left}
    assert not any(slot.bulletin_id in gone for slot in plan.slots)
    before = {(slot.bulletin_id, slot.starts_at) for slot in full.slots}
    for slot in plan.slots:
        assert slot.starts_at >= frozen_until or (slot.bulletin_id, slot.starts_at) in before
