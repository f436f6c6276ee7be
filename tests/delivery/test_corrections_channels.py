"""A changed hotline on the channels themselves: our own pages mask and follow, Telegram's posts are edited or deleted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns.models import Hotline
from campaigns.services import hotlines
from campaigns.services.items import page_of
from channels.delivery import engine
from channels.delivery.models import Correction, Delivery, Endpoint, Receipt
from channels.delivery.services import corrections
from cms.core import clock
from cms.core.models import Role
from cms.ops.simulators.telegram import TelegramSimulator
from tests.delivery.test_corrections import change, correct_text, told
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import EndpointFactory, plan

pytestmark = pytest.mark.django_db
OLD, NEW = "0269 3 869 999", "0269 3 868 686"


@pytest.fixture
def hotline() -> Hotline:
    return HotlineFactory()


@pytest.fixture
def simulator(settings: Settings) -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as running:
        settings.CONG_TELEGRAM_API_BASE = running.url
        yield running


def test_our_own_page_masks_at_once_and_follows_the_corrected_text(hotline: Hotline) -> None:
    item = told(hotline)
    plan(item=item, endpoint=EndpointFactory(website=True))
    engine.run_due()
    address = page_of(item, orthography="vi").get_url()

    def read() -> str:
        return Client().get(address).content.decode()

    assert OLD in read()
    new = hotlines.change_number(hotline, number=NEW, user=UserFactory(role=Role.EDITOR))
    assert OLD not in read(), "masked with the commit itself"
    assert NEW not in read(), "and the new one is told only when it is verified and approved"
    hotlines.verify(new, user=UserFactory(role=Role.EDITOR))
    corrections.work_all()
    engine.run_due()
    assert Correction.objects.get().deliveries.get().last_error == "masked_until_corrected"
    correct_text(item, new)
    engine.run_due()
    corrections.work_all()
    assert NEW in read()
    assert Correction.objects.get().closed_at is not None
    assert Receipt.objects.filter(kind="corrected", channel="website").count() == 1


@pytest.mark.parametrize("text_in_time", [True, False])
def test_posts_on_telegram_are_edited_or_deleted(
    simulator: TelegramSimulator, hotline: Hotline, text_in_time: bool
) -> None:
    endpoint: Endpoint = EndpointFactory(telegram=True)
    item = told(hotline)
    plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert OLD in simulator.world.snapshot()[0].text
    new = hotlines.change_number(hotline, number=NEW, user=UserFactory(role=Role.EDITOR))
    hotlines.verify(new, user=UserFactory(role=Role.EDITOR))
    if text_in_time:
        correct_text(item, new)
    corrections.work_all()
    with clock.shifted(timedelta(minutes=1)):  # one message a second in one chat
        engine.run_due()
        corrections.work_all()
    standing = [message.text for message in simulator.world.snapshot() if not message.deleted]
    assert not any(OLD in text for text in standing)
    assert any(NEW in text for text in standing) is text_in_time
    assert Receipt.objects.filter(kind="corrected" if text_in_time else "taken_down").count() == 1
    assert Correction.objects.get().closed_at is not None


def test_every_channel_at_once_each_with_its_receipt(simulator: TelegramSimulator, hotline: Hotline) -> None:
    item = told(hotline)
    for endpoint in (EndpointFactory(website=True), EndpointFactory(telegram=True), EndpointFactory(telegram=True)):
        plan(item=item, endpoint=endpoint)
    engine.run_due()
    new = change(hotline, NEW)
    with clock.shifted(timedelta(minutes=1)):  # one message a second in one chat
        engine.run_due()
    with clock.shifted(timedelta(minutes=2)):
        correct_text(item, new)
        engine.run_due()
        corrections.work_all()
    kinds = list(Receipt.objects.exclude(kind="sent").order_by("channel", "pk").values_list("channel", "kind"))
    assert kinds == [("telegram", "taken_down"), ("telegram", "taken_down"), ("website", "corrected")]
    assert not Delivery.objects.filter(correction__isnull=False).exclude(state="sent").exists()
