"""Play events: idempotent, one by one, with wrong clocks; and what follows for each slot."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest

from channels.loudspeaker.enums import Outcome
from channels.loudspeaker.models import PlannedSlot, PlayEvent, SlotOutcome
from channels.loudspeaker.selectors import count_communes, count_plays, outcome_counts, sequence_gaps
from channels.loudspeaker.services import (
    cancel,
    compile_due,
    compiling,
    receive_events,
    receive_health,
    reconcile,
    reconcile_due,
)
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.loudspeaker import event, make_bulletin, make_device, make_province, make_station

from .builders import vn

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NIGHT = vn("2026-11-23 01:00")


@pytest.fixture
def week(monkeypatch):
    """A station with one device and eight planned mornings; the clock stands nine days later."""
    monkeypatch.setattr(compiling, "_last_world", "")
    with clock.frozen(NIGHT):
        station = make_station()
        bulletin = make_bulletin(stations=[station])
        device, _token = make_device(station)
        compile_due()
    slots = list(PlannedSlot.objects.order_by("starts_at"))
    with clock.frozen(NIGHT + timedelta(days=9)):
        yield station, bulletin, device, slots


def outcomes():
    return list(SlotOutcome.objects.order_by("slot__starts_at").values_list("state", flat=True))


def test_reports_become_outcomes_and_silence_stays_unknown(week):
    _station, bulletin, device, slots = week
    batch = [
        event(slots[0], 1),
        event(slots[1], 2, kind="partial", reason="power_lost", played_ms=20_000),
        event(slots[2], 3, kind="skipped", reason="no_audio"),
        event(slots[3], 4, kind="partial", reason="replaced"),
    ]
    received = receive_events(device=device, events=batch)
    assert received.acknowledged == [e["id"] for e in batch]
    assert reconcile_due() == 4
    assert outcomes() == ["played", "partial", "missed", "replaced", "unknown", "unknown", "unknown", "unknown"]
    assert count_plays(bulletin.campaign) == 1
    assert count_communes(bulletin.campaign) == 1
    assert outcome_counts(bulletin.campaign)["unknown"] == 4


def test_shuffled_and_twice_counts_once(week):
    _station, _bulletin, device, slots = week
    batch = [event(slot, number) for number, slot in enumerate(slots, 1)] * 2
    random.Random(7).shuffle(batch)
    first, second = receive_events(device=device, events=batch[:9]), receive_events(device=device, events=batch[9:])
    assert PlayEvent.objects.count() == 8
    assert set(first.acknowledged) | set(second.acknowledged) == {e["id"] for e in batch}
    again = receive_events(device=device, events=batch)
    assert set(again.acknowledged) == {e["id"] for e in batch} and not again.refused
    assert outcomes() == ["played"] * 8


def test_one_bad_event_stops_no_other(week):
    _station, _bulletin, device, slots = week
    good = event(slots[0], 1)
    bad = [
        {**event(slots[1], 2), "id": "not-a-uuid"},
        {**event(slots[1], 2), "kind": "heard"},
        {**event(slots[1], 2), "started_at": "yesterday"},
        {**event(slots[1], 2), "started_at": "2026-11-23T05:00:00"},
        {**event(slots[1], 2), "sequence": -1},
        {**event(slots[1], 2), "sequence": True},
        {**event(slots[1], 2), "played_ms": 10**12},
        {**event(slots[1], 2), "sha256": "x"},
        {**event(slots[1], 2), "key": "\x00"},
        {**event(slots[1], 2), "clock_offset_ms": 10**18},
        {**event(slots[1], 2), "reason": "<script>"},
        "nonsense",
        None,
    ]
    received = receive_events(device=device, events=[*bad, good])
    assert received.acknowledged == [good["id"]]
    assert [problem["code"] for problem in received.refused] == [
        "bad_id", "bad_kind", "bad_started_at", "bad_started_at", "bad_sequence", "bad_sequence", "bad_played_ms",
        "bad_sha256", "bad_key", "bad_clock_offset_ms", "bad_reason", "not_an_object", "not_an_object",
    ]  # fmt: skip


def test_a_sequence_number_is_used_once_and_gaps_are_seen(week):
    _station, _bulletin, device, slots = week
    receive_events(device=device, events=[event(slots[0], 1), event(slots[1], 4), event(slots[2], 7)])
    received = receive_events(device=device, events=[event(slots[3], 4)])
    assert [problem["code"] for problem in received.refused] == ["sequence_taken"]
    assert sequence_gaps(device) == [(2, 3), (5, 6)]
    assert receive_health(device=device, body={}) == 7


def test_an_id_of_another_device_is_refused(week):
    station, _bulletin, device, slots = week
    other, _token = make_device(station, "Chợ")
    mine = event(slots[0], 1)
    receive_events(device=device, events=[mine])
    assert receive_events(device=other, events=[mine]).refused == [{"id": mine["id"], "code": "id_of_another_device"}]


def test_an_event_of_an_unknown_slot_is_kept(week):
    _station, _bulletin, device, slots = week
    strange = {**event(slots[0], 1), "key": "from-another-time"}
    assert receive_events(device=device, events=[strange]).acknowledged == [strange["id"]]
    assert PlayEvent.objects.get().slot is None
    assert SlotOutcome.objects.count() == 0


def test_a_slot_of_another_station_is_never_marked(week):
    _station, _bulletin, _device, slots = week
    stranger, _token = make_device(make_station(), "Nơi khác")
    receive_events(device=stranger, events=[event(slots[0], 1)])
    assert PlayEvent.objects.get().slot is None


def test_played_but_withdrawn_is_said_and_not_hidden(week):
    _station, bulletin, device, slots = week
    with clock.frozen(NIGHT + timedelta(hours=30)):  # after the second morning; the device is dark
        cancel(bulletin, user=UserFactory(role=Role.EDITOR))
        compile_due()
    receive_events(device=device, events=[event(slot, n) for n, slot in enumerate(slots[:5], 1)])
    reconcile_due()
    assert outcomes() == ["played", "played", *["played_but_withdrawn"] * 3]
    assert count_plays(bulletin.campaign) == 2  # the three after it, unheard and withdrawn, have no outcome at all


def test_wrong_clocks_are_corrected_and_the_raw_value_kept(week):
    _station, _bulletin, device, slots = week
    minus_seven = timedelta(minutes=-7)
    known = event(slots[0], 1, clock_offset_ms=420_000)
    known["started_at"] = (slots[0].starts_at + minus_seven).isoformat()
    now = clock.now()
    fell_back = timedelta(days=-365 * 56)
    unknown = event(slots[1], 2, clock_offset_ms=None)
    unknown["started_at"] = (slots[1].starts_at + fell_back).isoformat()
    receive_events(device=device, events=[known, unknown], device_time=(now + fell_back).isoformat())
    first, second = PlayEvent.objects.order_by("sequence")
    assert first.started_at == slots[0].starts_at and first.raw_started_at == slots[0].starts_at + minus_seven
    assert second.started_at == slots[1].starts_at
    assert [outcome.shift_ms for outcome in SlotOutcome.objects.all()] == [0, 0]


def test_the_best_evidence_of_several_devices_wins(week):
    station, _bulletin, device, slots = week
    other, _token = make_device(station, "Chợ")
    receive_events(device=device, events=[event(slots[0], 1)])
    receive_events(device=other, events=[event(slots[0], 1, kind="skipped")])
    assert outcomes() == ["played"]


def test_late_evidence_replaces_unknown(week):
    station, _bulletin, device, slots = week
    reconcile(station, since=slots[0].starts_at, until=clock.now())
    assert set(outcomes()) == {Outcome.UNKNOWN}
    receive_events(device=device, events=[event(slots[0], 1)])
    assert outcomes()[0] == "played"


@pytest.mark.parametrize("batch", ["text", 5, None, {"id": 1}])
def test_a_batch_that_is_no_list(week, batch):
    _station, _bulletin, device, _slots = week
    with pytest.raises(BadInput):
        receive_events(device=device, events=batch)


def test_a_batch_that_is_too_large(week):
    _station, _bulletin, device, slots = week
    with pytest.raises(BadInput):
        receive_events(device=device, events=[{"id": str(uuid4())}] * 501)


def test_queries_do_not_grow_with_the_batch(week, django_assert_max_num_queries):
    _station, _bulletin, device, slots = week
    with django_assert_max_num_queries(12):
        receive_events(device=device, events=[event(slot, n) for n, slot in enumerate(slots, 1)])


def test_outcome_without_evidence_cannot_be_played(week):
    from django.db import IntegrityError, transaction

    _station, _bulletin, _device, slots = week
    with pytest.raises(IntegrityError), transaction.atomic():
        SlotOutcome.objects.create(slot=slots[0], state=Outcome.PLAYED, decided_at=NIGHT)


def test_two_provinces_worth_of_communes_are_counted_once(monkeypatch):
    monkeypatch.setattr(compiling, "_last_world", "")
    with clock.frozen(NIGHT):
        province, communes = make_province(2)
        stations = [make_station(area=area) for area in (communes[0], communes[0], communes[1])]
        bulletin = make_bulletin(areas=[province])
        devices = [make_device(station)[0] for station in stations]
        compile_due()
    with clock.frozen(NIGHT + timedelta(days=1)):
        for station, device in zip(stations, devices, strict=True):
            receive_events(device=device, events=[event(station.slots.order_by("starts_at")[0], 1)])
        assert count_plays(bulletin.campaign) == 3
        assert count_communes(bulletin.campaign) == 2
