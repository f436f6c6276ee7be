"""Ticks: one fault stops nobody, one lane keeps no other waiting, a broker that is gone is said once."""

import logging

import pytest
from kombu.exceptions import OperationalError

from cms.core import clock, heartbeats, ticks
from cms.core.models import Heartbeat

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


class Bell:
    """A task whose broker may be down."""

    name = "some.task"

    def __init__(self) -> None:
        self.down, self.heard, self.asked = False, 0, {}

    def apply_async(self, **kwargs: object) -> None:
        self.asked = kwargs
        if self.down:
            raise OperationalError("connection refused")
        self.heard += 1


@pytest.fixture
def own_ticks():
    before = dict(ticks._ticks)
    ticks._ticks.clear()
    yield
    ticks._ticks.clear()
    ticks._ticks.update(before)


def test_a_fault_stops_nobody_and_lanes_are_apart(own_ticks: None) -> None:
    called: list[str] = []
    ticks.register_tick("bad", every=0.0, run=lambda: 1 // 0, lane=ticks.BELL)
    ticks.register_tick("bell", every=0.0, run=lambda: called.append("bell"), lane=ticks.BELL)
    ticks.register_tick("heavy", every=3600.0, run=lambda: called.append("heavy"))
    assert ticks.run_ticks(lane=ticks.BELL) == {"bad": False, "bell": True}
    assert called == ["bell"], "the heavy look has a thread of its own"
    assert ticks.run_ticks(lane=ticks.WORK) == {"heavy": True}
    assert ticks.run_ticks() == {"bad": False, "bell": True}, "the heavy one's time has not come again"
    with pytest.raises(ValueError, match="nowhere"):
        ticks.register_tick("x", every=1.0, run=lambda: None, lane="nowhere")


def test_the_product_rings_for_deliveries_in_a_lane_that_nothing_heavy_shares() -> None:
    assert [tick.name for tick in ticks.registered_ticks(ticks.BELL)] == ["delivery.ring"]
    assert "delivery.materialise" in {tick.name for tick in ticks.registered_ticks(ticks.WORK)}


def test_without_a_broker_the_ring_is_counted_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    bell = Bell()
    before = ticks.counted["rings_failed"]
    bell.down = True
    with caplog.at_level(logging.WARNING, logger="cms.core.ticks"):
        assert [ticks.ring(bell) for _time in range(3)] == [False, False, False]
        assert ticks.broker_is_lost()
        bell.down = False
        assert ticks.ring(bell)
    assert ticks.counted["rings_failed"] == before + 3
    assert not ticks.broker_is_lost()
    assert [record.message for record in caplog.records] == ["no broker", "broker answers again"]
    assert bell.asked == {"expires": 60, "retry": False}, "a ring never waits for the broker and never grows old"


def test_only_a_missing_broker_is_forgiven() -> None:
    class Broken(Bell):
        def apply_async(self, **kwargs: object) -> None:
            raise TypeError

    with pytest.raises(TypeError):
        ticks.ring(Broken())


@pytest.mark.django_db
def test_workers_say_that_they_live_and_the_dead_are_forgotten(noon: object) -> None:
    gone = Heartbeat.objects.create(owner="gone", at=clock.now() - heartbeats.KEPT * 2)
    Heartbeat.objects.create(owner="still", at=clock.now() - heartbeats.ALIVE * 2, facts={"taken_over": 3})
    heartbeats.beat()
    heartbeats.beat()
    assert not Heartbeat.objects.filter(pk=gone.pk).exists()
    found = heartbeats.workers()
    assert (found["alive"], found["last_heard_seconds"], found["broker_lost"]) == (1, 0.0, 0)
    assert found["taken_over"] >= 3
