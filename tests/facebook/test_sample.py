"""The sample province posts to the simulated page, and never asks the real Facebook."""

from datetime import timedelta
from typing import Any

import pytest

from channels.delivery import engine
from channels.delivery.models import Delivery, Endpoint
from cms.core import clock
from cms.ops.sample.load import load
from cms.ops.simulators.facebook import FacebookSimulator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def quick_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speaking takes seconds; the voices have their own tests."""
    monkeypatch.setattr("cms.ops.sample.sound.load_voices", lambda cast: [])


def test_the_sample_posts_to_the_simulated_page(facebook: FacebookSimulator, quick_voices: None) -> None:
    load()
    page = Endpoint.objects.get(kind="facebook")
    Delivery.objects.exclude(endpoint=page).update(not_before=clock.now() + timedelta(days=300))
    with clock.shifted(timedelta(minutes=2)):
        engine.run_due()
    post = facebook.world.snapshot()[0]
    assert page.organisation.name in post.message and "#BìnhYênBuônLàng" in post.message
    load(refresh=True)
    assert Endpoint.objects.filter(kind="facebook").count() == 1


def test_without_the_simulator_there_is_no_page(quick_voices: None, settings: Any) -> None:
    assert settings.CONG_FACEBOOK_API_BASE == "https://graph.facebook.com"
    load()
    assert not Endpoint.objects.filter(kind="facebook").exists()
