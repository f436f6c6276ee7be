"""Factories of what people carry out: a place of each kind, a plan that the engine has handed over."""

from typing import Any

from campaigns.models import ContentItem
from channels.delivery.engine import run_due
from channels.delivery.models import Endpoint
from channels.delivery.services.endpoints import create_endpoint
from channels.manual.models import ManualTask
from tests.factories.delivery import once_now, plan
from tests.factories.roof import World


def place(world: World, means: str = "van", **settings: Any) -> Endpoint:
    """A destination of the world's centre where people carry things out in this way."""
    organisation = settings.pop("organisation", world.centre)
    name = settings.pop("name", f"Nơi thực hiện {Endpoint.objects.count() + 1}")
    config = {"means": means, "place": "Thôn Làng Nú", "due_hours": 24, **settings}
    return create_endpoint(kind="manual", name=name, organisation=organisation, config=config, user=None)


def hand_over(
    world: World,
    means: str = "van",
    *,
    item: ContentItem | None = None,
    endpoint: Endpoint | None = None,
    **settings: Any,
) -> ManualTask:
    """The task that the engine hands over for the world's script: planned, materialised, sent."""
    plan(
        item=item or world.script, endpoint=endpoint or place(world, means, **settings), user=world.people["editor"],
        when=once_now(),
    )  # fmt: skip
    assert run_due() == 1
    return ManualTask.objects.latest("pk")
