"""A simulated Facebook over real HTTP, and the page of a province as a destination."""

from collections.abc import Iterator
from typing import Any

import pytest

from channels.delivery.contract import Outgoing, channel_for
from channels.delivery.enums import Action
from channels.delivery.models import Endpoint
from channels.facebook.channel import FacebookChannel
from cms.ops.simulators.facebook import FacebookSimulator
from tests.factories.delivery import CredentialFactory, EndpointFactory

PAGE = "100200300400"
TOKEN = "EAA" + "canaryPageKey0123456789abcdefghijklmnopqrstuv"
SECRET = "canaryappsecret0123456789abcdef0"


@pytest.fixture
def facebook(settings: Any) -> Iterator[FacebookSimulator]:
    """The simulator; the channel is pointed at it."""
    with FacebookSimulator() as simulator:
        settings.CONG_FACEBOOK_API_BASE = simulator.url
        simulator.world.pages[PAGE] = "Công an tỉnh"
        yield simulator


def page_endpoint(*, app_secret: str = "", **config: Any) -> Endpoint:
    """A page as a destination, with its key."""
    credential = CredentialFactory(kind="facebook", secret=TOKEN, app_secret=app_secret)
    settings = {"page_id": PAGE, "pictures": "none", "hashtags": "", **config}
    return EndpointFactory(kind="facebook", credential=credential, config=settings)


def post_of(message: str = "Khóa cửa khi đi rẫy\n\n— Công an tỉnh", **more: Any) -> dict[str, Any]:
    """The payload of a post."""
    draft = {"title": "", "paragraphs": [message], "hotlines": [], "link": "", "issuer": "", "tags": ""}
    return {"message": message, "link": "", "pictures": [], "shortened": False, "draft": draft, **more}


def outgoing_to(endpoint: Endpoint, payload: dict[str, Any] | None = None, **more: Any) -> Outgoing:
    """What the engine would hand to the channel."""
    fields: dict[str, Any] = {
        "delivery_id": 1, "idem_key": "k", "action": Action.SEND, "endpoint": endpoint,
        "secret": endpoint.credential.secret, "payload": payload or post_of(), "payload_sha256": "", "approval": None,
    }  # fmt: skip
    return Outgoing(**{**fields, **more})


def the_channel() -> FacebookChannel:
    """The registered channel."""
    channel = channel_for("facebook")
    assert isinstance(channel, FacebookChannel)
    return channel
