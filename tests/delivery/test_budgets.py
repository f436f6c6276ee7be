"""Budgets are exact sliding windows, shared by all, and a clock that steps does not open them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.delivery import engine
from channels.delivery.contract import Budget
from channels.delivery.models import Delivery, RateBucket
from channels.delivery.services import budgets
from cms.core import clock
from tests.factories.delivery import EndpointFactory, memory_channel, plan

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
CHAT = Budget("chat", ((1, 1.0), (18, 60.0)))
BOT = Budget("bot", ((25, 1.0),), scope="credential")


@given(gaps=st.lists(st.floats(0, 5), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_window_is_ever_exceeded(gaps: list[float]) -> None:
    RateBucket.objects.all().delete()
    at, sent = START, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        wait = budgets.take([CHAT, BOT], now=at)
        if wait is None:
            sent.append(at)
        else:
            assert wait > at
            assert budgets.take([CHAT, BOT], now=wait) is None, "there is room at the promised moment"
            at = wait
            sent.append(at)
    for count, seconds in CHAT.windows:
        for i in range(len(sent) - count):
            assert (sent[i + count] - sent[i]).total_seconds() >= seconds


def test_no_room_in_one_takes_nothing_from_the_other() -> None:
    assert budgets.take([CHAT, BOT], now=START) is None
    assert budgets.take([CHAT, BOT], now=START) is not None
    assert len(RateBucket.objects.get(key="bot").recent) == 1


def test_a_clock_set_back_does_not_open_the_window() -> None:
    assert budgets.take([CHAT], now=START) is None
    assert budgets.take([CHAT], now=START - timedelta(hours=1)) is not None


def test_what_the_other_side_asked_for_holds_and_is_never_shortened() -> None:
    long, short = START + timedelta(seconds=10_072), START + timedelta(seconds=34)
    budgets.block([CHAT, BOT], scope="chat", until=START)
    budgets.take([CHAT], now=START)
    budgets.block([CHAT], scope="chat", until=long)
    budgets.block([CHAT], scope="chat", until=short)
    assert budgets.take([CHAT], now=START + timedelta(seconds=60)) == long
    assert budgets.take([CHAT], now=long) is None


def test_a_full_chat_delays_its_own_posts_only(noon: datetime) -> None:
    channel = memory_channel()
    crowded, free = EndpointFactory(), EndpointFactory()
    channel.budgets = lambda endpoint: [Budget(f"chat:{endpoint.pk}", ((1, 1.0),))]  # type: ignore[method-assign]
    for _ in range(4):
        plan(endpoint=crowded)
    plan(endpoint=free)
    engine.run_due()
    assert sorted(p.endpoint.pk for p in channel.posted) == sorted([crowded.pk, free.pk])
    assert set(Delivery.objects.exclude(state="sent").values_list("failures", flat=True)) == {0}
    for second in range(1, 5):
        with clock.shifted(timedelta(seconds=second * 1.1)):
            engine.run_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
