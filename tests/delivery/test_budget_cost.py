"""A send that counts as several (an album) is weighed whole in every window."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.delivery.contract import Budget, Channel
from channels.delivery.models import Endpoint, RateBucket
from channels.delivery.services import budgets
from tests.factories.delivery import EndpointFactory

pytestmark = pytest.mark.django_db


def take(cost: int, seconds: float = 0.0, windows: tuple[tuple[int, float], ...] = ((18, 60.0),)) -> float | None:
    """None when there was room, else in how many seconds there is."""
    now = START + timedelta(seconds=seconds)
    again = budgets.take([Budget("chat", windows, cost=cost)], now=now)
    return None if again is None else (again - now).total_seconds()


START = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_an_album_takes_its_number_of_places() -> None:
    assert take(10) is None
    assert len(RateBucket.objects.get().recent) == 10
    assert take(8, seconds=1) is None
    assert take(1, seconds=2) == pytest.approx(58.01, abs=0.02)
    assert take(1, seconds=61.5) is None
    assert take(18, seconds=62) == pytest.approx(59.51, abs=0.02), "whole or not at all"


def test_what_costs_more_than_a_window_holds_goes_when_it_is_empty() -> None:
    second = ((1, 1.0), (18, 60.0))
    assert take(1, windows=second) is None
    assert take(10, seconds=0.5, windows=second) == pytest.approx(0.51, abs=0.02)
    assert take(10, seconds=1.1, windows=second) is None
    assert take(1, seconds=1.5, windows=second) == pytest.approx(0.61, abs=0.02)


def test_a_channel_says_what_a_send_costs() -> None:
    class Album(Channel):
        def budgets(self, endpoint: Endpoint) -> list[Budget]:
            return [Budget("a", ((5, 1.0),)), Budget("b", ((5, 1.0),), scope="credential")]

        def cost(self, payload: dict[str, object], action: str) -> int:
            return 3 if action == "send" else 1

    endpoint = EndpointFactory()
    assert [limit.cost for limit in Album().counted_budgets(endpoint, {}, "send")] == [3, 3]
    assert [limit.cost for limit in Album().counted_budgets(endpoint, {}, "take_down")] == [1, 1]
    assert Channel().counted_budgets(endpoint, {}, "send") == []
