"""A simulated Zalo for every test of this room, and quick pauses."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from channels.delivery.models import Credential, Endpoint
from channels.zalo import posting
from cms.core import clock
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import World
from tests.factories.delivery import EndpointFactory

APP, SECRET = "1234567890123456789", "bi-mat-cua-ung-dung-canary"


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[ZaloSimulator]:
    """Zalo over real HTTP, on the product's clock (PostgreSQL's own), so that a frozen night is night there as well."""
    monkeypatch.setattr(posting, "VERIFY_PAUSES", (0.01, 0.01))
    world = World(clock=lambda: clock.now().timestamp(), apps={APP: SECRET})
    with ZaloSimulator(world=world) as running:
        settings.CONG_ZALO_API_BASE = settings.CONG_ZALO_OAUTH_BASE = running.url
        yield running


@pytest.fixture
def endpoint(db: None) -> Endpoint:
    """An account that shows its articles and sends them to nobody."""
    return EndpointFactory(zalo=True)


@pytest.fixture
def sending(db: None) -> Endpoint:
    """An account that sends its articles to the followers as well."""
    return EndpointFactory(zalo=True, config={"status": "show", "broadcast": True, "comment": False, "cover_url": ""})


@pytest.fixture
def connected(endpoint: Endpoint, simulator: ZaloSimulator) -> Credential:
    """The account's key as a connection leaves it: real tokens of the simulator."""
    account = next(iter(simulator.world.accounts))
    tokens = simulator.world.grant_tokens(APP, account)
    simulator.world.strict_tokens = True
    credential = endpoint.credential
    assert credential is not None
    credential.secret, credential.refresh_secret = tokens["access_token"], tokens["refresh_token"]
    credential.app_secret, credential.config = SECRET, {"app_id": APP, "oa_id": account}
    credential.save()
    return credential
