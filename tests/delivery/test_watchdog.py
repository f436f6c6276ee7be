"""A bell that nobody hears: what is due goes all the same, and it is said once."""

import logging
from datetime import timedelta

import pytest

from channels.delivery import engine, watchdog
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from cms.core import clock, shutdown, ticks
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, plan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def look(dog: watchdog.Watchdog, times: int = 1) -> int:
    """How many of so many looks set a thread to work; each thread is waited for."""
    started = 0
    for _look in range(times):
        started += dog.look()
        if dog.worker is not None:
            dog.worker.join(20)
    return started


def test_what_nobody_takes_is_sent_by_the_ticker_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    channel = memory_channel()
    item, endpoint = approved_script(), EndpointFactory()
    rules = [plan(item=item, endpoint=endpoint) for _number in range(3)]
    dog = watchdog.Watchdog()
    before = ticks.counted["taken_over"]
    assert look(dog, 5) == 0, "it has only just come due"
    with clock.shifted(timedelta(seconds=16)), caplog.at_level(logging.WARNING, logger="channels.delivery.watchdog"):
        assert look(dog, 5) == 1
    assert len(channel.posted) == len(rules)
    assert set(Delivery.objects.values_list("state", flat=True)) == {S.SENT}
    assert ticks.counted["taken_over"] == before + 3
    assert [record.message for record in caplog.records] == ["nobody answers the bell", "the bell is heard again"]
    assert str(Delivery.objects.earliest("pk").pk) in str(caplog.records[0].delivery_ids)


def test_it_keeps_out_of_the_way_while_somebody_works() -> None:
    memory_channel()
    item, endpoint = approved_script(), EndpointFactory()
    for _number in range(2):
        plan(item=item, endpoint=endpoint)
    dog = watchdog.Watchdog()
    engine.claim(1, owner="busy", now=clock.now())
    for seconds in (0, 10, 16):
        with clock.shifted(timedelta(seconds=seconds)):
            assert look(dog) == 0
    with clock.shifted(timedelta(seconds=32)):
        assert look(dog) == 1, "that worker has not been heard of for too long"


def test_its_thread_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "BOUND", 2)
    channel = memory_channel()
    item, endpoint = approved_script(), EndpointFactory()
    for _number in range(3):
        plan(item=item, endpoint=endpoint)
    dog = watchdog.Watchdog()
    look(dog)
    with clock.shifted(timedelta(seconds=16)):
        assert look(dog) == 1
        assert len(channel.posted) == 2
        assert look(dog, 1) == 1, "while the silence lasts, the next look goes on"
    assert len(channel.posted) == 3


def test_a_process_that_ends_takes_nothing_up() -> None:
    memory_channel()
    plan(item=approved_script(), endpoint=EndpointFactory())
    shutdown.begin()
    try:
        assert engine.run_due() == 0
    finally:
        shutdown.called_off()
    assert engine.run_due() == 1


def test_what_was_claimed_and_not_begun_is_given_back() -> None:
    channel = memory_channel()
    item, endpoint = approved_script(), EndpointFactory()
    for _number in range(3):
        plan(item=item, endpoint=endpoint)
    channel.behave = lambda outgoing: shutdown.begin()
    try:
        engine.run_due()
    finally:
        shutdown.called_off()
    assert len(channel.posted) == 1, "what was in hand is finished"
    assert sorted(Delivery.objects.values_list("state", "crashes", "owner")) == sorted(
        [(S.SENT, 0, Delivery.objects.get(state=S.SENT).owner), (S.SCHEDULED, 0, ""), (S.SCHEDULED, 0, "")]
    )
