"""A pause keeps new words back; a wrong number that stands somewhere is put right all the same."""

from datetime import timedelta

import pytest
from django.test import Client

from campaigns.models import Approval, Campaign, ContentItem, Hotline, Pause
from campaigns.services import hotlines, publishing
from campaigns.services.items import page_of
from channels.delivery import engine, reaper
from channels.delivery.enums import Action, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Correction, Delivery, Receipt
from channels.delivery.services import corrections
from cms.core import clock
from cms.core.errors import Conflict, NotReady
from cms.core.models import Role
from tests.delivery.test_corrections import change, correct_text, told
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import EndpointFactory, approve, plan

pytestmark = pytest.mark.django_db
OLD, NEW = "0269 3 869 999", "0269 3 868 686"


def pause(campaign: Campaign) -> Pause:
    now = clock.now()
    return Pause.objects.create(
        scope="campaign", campaign=campaign, starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=2),
        reason="Tình hình", created_by=UserFactory(),
    )  # fmt: skip


@pytest.fixture
def hotline() -> Hotline:
    return HotlineFactory(number=OLD)


def on_our_page(hotline: Hotline) -> ContentItem:
    item = told(hotline)
    plan(item=item, endpoint=EndpointFactory(website=True))
    engine.run_due()
    assert OLD in read(item)
    return item


def read(item: ContentItem) -> str:
    page = page_of(item, orthography="vi")
    assert page is not None
    return Client().get(page.get_url()).content.decode()


def in_force(item: ContentItem) -> Approval:
    return Approval.objects.get(item=item, status="approved")


def test_a_correction_on_our_own_page_passes_the_pause(hotline: Hotline) -> None:
    item = on_our_page(hotline)
    pause(item.campaign)
    new = change(hotline, NEW)
    engine.run_due()
    assert OLD not in read(item)
    correct_text(item, new)
    corrections.work_all()
    engine.run_due()
    corrections.work_all()
    assert NEW in read(item)
    assert Receipt.objects.filter(kind="corrected", channel="website").count() == 1
    assert Correction.objects.get().closed_at is not None


def test_an_ordinary_publish_is_refused_in_a_pause(hotline: Hotline) -> None:
    item = on_our_page(hotline)
    pause(item.campaign)
    newer = approve(item)
    with pytest.raises(NotReady):
        publishing.publish(newer)
    other = told(hotline, campaign=item.campaign)
    plan(item=other, endpoint=EndpointFactory(website=True))
    engine.run_due()
    assert Delivery.objects.get(occurrence__rule__item=other).hold == Hold.PAUSED
    assert not page_of(other, orthography="vi").live


def test_mending_brings_no_page_up_that_was_down(hotline: Hotline) -> None:
    """Only what stands is mended: a page that somebody took off the web stays off while the pause holds."""
    item = on_our_page(hotline)
    publishing.unpublish(item, "vi")
    pause(item.campaign)
    with pytest.raises(NotReady):
        publishing.publish(in_force(item), mends=True)
    assert not page_of(item, orthography="vi").live


def test_mending_passes_a_pause_and_nothing_else(hotline: Hotline) -> None:
    item = on_our_page(hotline)
    pause(item.campaign)
    hotlines.change_number(hotline, number=NEW, user=UserFactory(role=Role.EDITOR))
    with pytest.raises(Conflict):
        publishing.publish(in_force(item), mends=True)


def test_an_edit_that_belongs_to_no_correction_waits_for_the_end_of_the_pause(hotline: Hotline) -> None:
    """Only a correction passes: newer words of a page are an announcement like any other."""
    item = on_our_page(hotline)
    root = Delivery.objects.get()
    now = clock.now()
    edit = Delivery.objects.create(
        endpoint=root.endpoint, variant=root.variant, action=Action.CORRECT, original=root, state=S.SCHEDULED,
        idem_key="thu-sua", planned_at=now, not_before=now, useful_until=now + timedelta(hours=9),
    )  # fmt: skip
    held = pause(item.campaign)
    engine.run_due()
    edit.refresh_from_db()
    assert (edit.state, edit.hold) == (S.HELD, Hold.PAUSED)
    with clock.shifted(held.ends_at - clock.now() + timedelta(minutes=1)):
        reaper.recheck_held()
        engine.run_due()
    edit.refresh_from_db()
    assert edit.state == S.SENT
