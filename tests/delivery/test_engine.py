"""The engine on one database, with a channel in memory: the five classes, the checks of the intent, the reaper."""

import pytest

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery, Receipt
from tests.factories.delivery import memory_channel, plan

pytestmark = pytest.mark.django_db


def test_a_due_delivery_is_sent_once_with_its_receipt() -> None:
    channel = memory_channel()
    plan()
    assert engine.run_due() == 1
    assert engine.run_due() == 0
    delivery = Delivery.objects.get()
    assert delivery.state == S.SENT
    assert len(channel.posted) == 1
    receipt = Receipt.objects.get()
    assert receipt.kind == "sent"
    assert receipt.remote_id == "m1"
    assert receipt.payload_sha256 == delivery.variant.payload_sha256
