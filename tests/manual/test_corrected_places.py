"""A correction of what people carried out: the page says that they were told, never that it is gone."""

import pytest

from channels.delivery.enums import Action, DeliveryState
from channels.delivery.models import Delivery, Endpoint
from channels.delivery.places import PlaceLine


@pytest.mark.parametrize("action", [Action.TAKE_DOWN, Action.CORRECT])
def test_people_were_told_and_no_more_is_said(action: Action) -> None:
    def line(kind: str) -> str:
        root = Delivery(endpoint=Endpoint(kind=kind))
        return PlaceLine(root, [Delivery(endpoint=root.endpoint, action=action, state=DeliveryState.SENT)]).outcome

    assert line("manual") != line("telegram")
    assert "cơ sở" in line("manual")
