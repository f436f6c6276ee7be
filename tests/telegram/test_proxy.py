"""Telegram behind the operator's proxy: sent through it, and a proxy that fails is no ambiguity."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from cms.ops.simulators.telegram import TelegramSimulator
from tests.core.proxy_server import ProxyServer
from tests.factories.delivery import EndpointFactory, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def simulator(settings: Settings) -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as running:
        settings.CONG_TELEGRAM_API_BASE = running.url
        yield running


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_post_goes_through_the_proxy(simulator: TelegramSimulator, settings: Settings, kind: str) -> None:
    with ProxyServer(kind, password="so:mat") as server:
        settings.CONG_TELEGRAM_PROXY = f"{kind}://so:mat@127.0.0.1:{server.port}"
        plan(endpoint=EndpointFactory(telegram=True))
        engine.run_due()
        assert server.asked == [simulator.url.removeprefix("http://")]
    assert Delivery.objects.get().state == S.SENT
    assert simulator.world.accepted == 1


def test_a_proxy_that_refuses_is_tried_again_later(simulator: TelegramSimulator, settings: Settings) -> None:
    with ProxyServer("http", fault="refuse") as server:
        settings.CONG_TELEGRAM_PROXY = f"http://127.0.0.1:{server.port}"
        plan(endpoint=EndpointFactory(telegram=True))
        engine.run_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error) == (S.RETRY_WAIT, "proxy_failed")
    assert "proxy" in str(delivery.reason)
    assert simulator.world.accepted == 0
