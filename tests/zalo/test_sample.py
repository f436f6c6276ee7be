"""The sample province posts to the simulated account, and never asks the real Zalo."""

from datetime import timedelta

import pytest

from channels.delivery import engine
from channels.delivery.models import Delivery, Endpoint
from cms.core import clock
from cms.ops.sample.load import load
from cms.ops.simulators.zalo import ZaloSimulator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_sample_posts_to_the_simulated_account(simulator: ZaloSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.ops.sample.sound.load_voices", lambda cast: [])  # speaking has its own tests
    load()
    account = Endpoint.objects.get(kind="zalo")
    Delivery.objects.exclude(endpoint=account).update(not_before=clock.now() + timedelta(days=300))
    with clock.shifted(timedelta(minutes=2)):
        engine.run_due()
    assert any(account.organisation.name in str(article.content) for article in simulator.world.standing())
    load(refresh=True)
    assert Endpoint.objects.filter(kind="zalo").count() == 1
