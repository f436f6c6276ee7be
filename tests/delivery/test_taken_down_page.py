"""The page of a delivery that was taken down says so, and offers nothing that is done already."""

import pytest
from django.test import Client
from django.urls import reverse

from channels.delivery import engine
from channels.delivery.enums import Action, DeliveryState
from channels.delivery.models import Delivery
from channels.delivery.services import take_down_delivery
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import memory_channel, plan

pytestmark = pytest.mark.django_db


def test_what_was_taken_down_is_not_offered_again(client: Client) -> None:
    memory_channel()
    plan()
    engine.run_due()
    delivery = Delivery.objects.get()
    editor = UserFactory(role=Role.EDITOR)
    client.force_login(editor)
    address, act = reverse("delivery_detail", args=[delivery.pk]), reverse("delivery_act", args=[delivery.pk, "go"])
    assert act in client.get(address).content.decode()

    take_down_delivery(delivery, user=editor)
    assert act not in client.get(address).content.decode()
    engine.run_due()
    page = client.get(address).content.decode()
    assert act not in page and "● đã gỡ" in page

    Delivery.objects.filter(action=Action.TAKE_DOWN).update(state=DeliveryState.FAILED)
    assert act in client.get(address).content.decode()
