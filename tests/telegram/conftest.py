"""A simulated Telegram and a destination there."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from channels.delivery.models import Endpoint
from channels.telegram import sending
from cms.ops.simulators.telegram import TelegramSimulator
from tests.factories.delivery import EndpointFactory


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramSimulator]:
    monkeypatch.setattr(sending, "PAUSE_SECONDS", 0.0)
    with TelegramSimulator() as running:
        settings.CONG_TELEGRAM_API_BASE = running.url
        yield running


@pytest.fixture
def endpoint() -> Endpoint:
    return EndpointFactory(telegram=True)
