"""The website channel through the engine: shown from its moment to its end, each item on its own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from wagtail.models import Revision

from campaigns.services.items import page_of
from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery, Receipt
from channels.delivery.services import RuleInput, take_down_delivery
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approve, approved_script, plan

pytestmark = pytest.mark.django_db
VN = ZoneInfo("Asia/Ho_Chi_Minh")
END = datetime(2026, 11, 19, 18, 0, tzinfo=VN)


def shown(until: datetime | None = END) -> RuleInput:
    day = clock.today()
    return RuleInput(times=("12:00",), date_from=day, date_to=day, until=until)


def test_from_its_moment_to_its_end(noon: datetime) -> None:
    item = approved_script()
    plan(item=item, endpoint=EndpointFactory(website=True), when=shown())
    engine.run_due()
    page = page_of(item, orthography="vi")
    assert page.live
    sent = Receipt.objects.get()
    assert sent.remote_id == str(page.pk)
    with clock.shifted(timedelta(days=1, hours=6)):
        engine.run_due()
    assert not page_of(item, orthography="vi").live
    assert set(Receipt.objects.values_list("kind", flat=True)) == {"sent", "taken_down"}


def test_one_bad_item_stops_no_other(noon: datetime) -> None:
    endpoint = EndpointFactory(website=True)
    bad, good = approved_script(title="Hỏng"), approved_script(title="Tốt")
    for item in (bad, good):
        plan(item=item, endpoint=endpoint, when=shown())
    page = page_of(bad, orthography="vi")
    revision = page.revisions.get()
    Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "title": "Lời chưa ai duyệt"})
    engine.run_due()
    assert Delivery.objects.get(occurrence__rule__item=bad, action="send").state == S.FAILED
    assert page_of(good, orthography="vi").live


def test_publishing_twice_is_publishing_once(noon: datetime) -> None:
    item = approved_script()
    for _ in range(2):
        plan(item=item, endpoint=EndpointFactory(website=True), when=shown(None))
    engine.run_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {S.SENT}
    assert page_of(item, orthography="vi").revisions.filter(approved_go_live_at=None).exists()


def test_a_worker_that_died_while_publishing_needs_nobody(noon: datetime) -> None:
    from channels.delivery import intent, reaper

    item = approved_script()
    plan(item=item, endpoint=EndpointFactory(website=True), when=shown(None))
    row = engine.claim(1, owner="dead", now=clock.now())[0]
    try:
        intent.declare(row, now=clock.now())
    except intent.NeedsVariant as need:
        row.variant = engine.ensure_variant(need.approval, row.endpoint)
        Delivery.objects.filter(pk=row.pk).update(variant=row.variant)
        assert intent.declare(row, now=clock.now()) is not None
    assert Delivery.objects.get().state == S.SENDING
    with clock.shifted(timedelta(hours=1)):
        reaper.reap()
        engine.run_due()
    assert Delivery.objects.get().state == S.SENT


def test_taking_down_at_once(noon: datetime) -> None:
    item = approved_script()
    plan(item=item, endpoint=EndpointFactory(website=True), when=shown(None))
    engine.run_due()
    take_down_delivery(Delivery.objects.get(), user=UserFactory(role=Role.EDITOR))
    engine.run_due()
    assert not page_of(item, orthography="vi").live


def test_a_newer_approval_is_what_is_shown(noon: datetime) -> None:
    item = approved_script()
    plan(item=item, endpoint=EndpointFactory(website=True), when=shown(None))
    newer = approve(item)
    engine.run_due()
    assert Delivery.objects.get().variant.approval == newer
