"""What becomes of slots that could not be served in time: after a standstill nobody gets three posts at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.delivery import engine, reaper
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import Hold, Misfire, ReceiptKind
from channels.delivery.errors import Permanent, RateLimited, Retryable
from channels.delivery.models import Delivery, Receipt
from channels.delivery.services import materialise_due, try_again
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, MemoryChannel, approved_script, memory_channel, once_now, plan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
# Wednesday 18 November 2026, 07:00 in Vietnam.
SEVEN = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


@pytest.fixture
def at_seven():
    with clock.frozen(SEVEN):
        yield


def hourly(misfire: str = Misfire.SEND_LATE, **kwargs: Any) -> None:
    """A plan for 07:00, 08:00 and 09:00 today."""
    plan(when=once_now(times=("07:00", "08:00", "09:00"), misfire=misfire, **kwargs))


def hours(number: float) -> Any:
    return clock.shifted(timedelta(hours=number))


def states() -> list[str]:
    return list(Delivery.objects.order_by("planned_at").values_list("state", flat=True))


def failing(error: Exception) -> Any:
    def behave(outgoing: object) -> None:
        raise error

    return behave


def test_slots_that_failed_while_the_line_was_down_do_not_all_go_when_it_is_back(
    channel: MemoryChannel, at_seven: None
) -> None:
    hourly()
    channel.behave = failing(Retryable("not_reached"))
    for moment in (0, 1, 2):
        with hours(moment):
            engine.run_due()
    channel.behave = lambda outgoing: None
    with hours(2.6):
        engine.run_due()
    assert len(channel.posted) == 1, "only the latest"
    assert states() == [S.EXPIRED, S.EXPIRED, S.SENT]
    assert list(Receipt.objects.order_by("planned_at").values_list("kind", flat=True)) == ["missed", "missed", "sent"]


@pytest.mark.parametrize("misfire", [Misfire.SKIP, Misfire.NEXT_SLOT])
def test_what_may_not_be_late_is_not_tried_late_either(channel: MemoryChannel, at_seven: None, misfire: str) -> None:
    hourly(misfire)
    channel.behave = failing(Retryable("not_reached"))
    engine.run_due()
    channel.behave = lambda outgoing: None
    with hours(0.6):
        engine.run_due()
    assert channel.posted == []
    assert states() == [S.EXPIRED, S.SCHEDULED, S.SCHEDULED]
    with hours(1):
        engine.run_due()
    assert states() == [S.EXPIRED, S.SENT, S.SCHEDULED], "the next slot is served by its own delivery"


def test_being_asked_to_wait_makes_late_too(channel: MemoryChannel, at_seven: None) -> None:
    hourly(Misfire.SKIP)
    channel.behave = failing(RateLimited("retry_after", until=SEVEN + timedelta(minutes=20)))
    engine.run_due()
    channel.behave = lambda outgoing: None
    with hours(0.5):
        engine.run_due()
    assert states()[0] == S.EXPIRED
    assert Receipt.objects.get().kind == ReceiptKind.MISSED


@pytest.mark.parametrize("misfire", list(Misfire))
def test_what_a_person_asks_for_again_goes_whatever_the_rule_says(
    channel: MemoryChannel, at_seven: None, misfire: str
) -> None:
    hourly(misfire)
    channel.behave = failing(Permanent("chat_not_found"))
    engine.run_due()
    failed = Delivery.objects.get(state=S.FAILED)
    channel.behave = lambda outgoing: None
    with hours(0.9):
        try_again(failed, user=UserFactory(role=Role.EDITOR))
        engine.run_due()
    assert states() == [S.SENT, S.SCHEDULED, S.SCHEDULED]


def test_held_beyond_its_usefulness_is_missed(channel: MemoryChannel, at_seven: None) -> None:
    endpoint = EndpointFactory(active=True)
    plan(when=once_now(times=("07:00",), useful_minutes=60), endpoint=endpoint)
    type(endpoint).objects.update(active=False)
    engine.run_due()
    assert Delivery.objects.get().hold == Hold.ENDPOINT
    with hours(1.1):
        reaper.recheck_held()
    assert states() == [S.EXPIRED]
    assert Receipt.objects.get().kind == ReceiptKind.MISSED


def test_held_rows_take_turns(channel: MemoryChannel, at_seven: None) -> None:
    item, shut = approved_script(), EndpointFactory()
    for _number in range(3):
        plan(item=item, endpoint=shut)
    free = EndpointFactory()
    plan(item=item, endpoint=free)
    type(shut).objects.update(active=False)
    engine.run_due()
    type(shut).objects.filter(pk=free.pk).update(active=True)
    assert Delivery.objects.filter(state=S.HELD).count() == 4
    reaper._turn["after"] = 0
    assert sum(reaper.recheck_held(limit=2) for _look in range(2)) == 1, "behind those whose cause stays"


def test_a_row_that_cannot_be_judged_keeps_only_itself(channel: MemoryChannel, at_seven: None) -> None:
    reaper._turn["after"] = 0
    shut = EndpointFactory()
    plan(endpoint=shut)
    plan(item=approved_script(), endpoint=EndpointFactory())
    type(shut).objects.update(active=False)
    engine.run_due()
    type(shut).objects.update(active=True)
    Delivery.objects.filter(endpoint=shut).update(hold=Hold.NOT_READY)

    def render(approval: object) -> None:
        raise ZeroDivisionError

    channel.render = render
    assert reaper.recheck_held() == 1
    assert sorted(states()) == [S.HELD, S.SCHEDULED]


def test_a_ticker_that_slept_for_days_records_what_was_missed(channel: MemoryChannel, at_seven: None) -> None:
    day = clock.local_now().date()
    plan(when=once_now(times=("07:00",), date_to=day + timedelta(days=20)))
    engine.run_due()
    with clock.shifted(timedelta(days=4, hours=3)):
        materialise_due()
        assert materialise_due() == 0, "doing it again makes nothing new"
        engine.run_due()
    kinds = list(Receipt.objects.order_by("planned_at").values_list("kind", flat=True))
    assert kinds == ["sent", "missed", "missed", "missed", "sent"]
    assert len(channel.posted) == 2
