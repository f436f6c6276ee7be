"""What will be sent is made when it is planned; what cannot be made then keeps nobody waiting."""

from collections import Counter
from datetime import timedelta

import pytest

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from channels.delivery.services import preparing
from channels.delivery.services.preparing import prepare_due
from cms.core import clock
from cms.core.errors import NotReady
from tests.factories.campaigns import make_script
from tests.factories.delivery import MemoryChannel, approve, approved_script, memory_channel, once_now, plan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def channel() -> MemoryChannel:
    preparing._failed.clear()
    return memory_channel()


def counting(channel: MemoryChannel) -> Counter[int]:
    """Approval → how often it was rendered."""
    rendered: Counter[int] = Counter()
    channel.render = lambda approval: rendered.update([approval.pk])
    return rendered


def test_the_send_does_not_render_what_was_made_ahead(channel: MemoryChannel) -> None:
    rendered = counting(channel)
    day = clock.local_now().date()
    local = clock.local_now()
    hours = tuple(sorted({local.strftime("%H:%M"), (local + timedelta(hours=1)).strftime("%H:%M")}))
    plan(when=once_now(times=hours, date_from=day - timedelta(days=1), date_to=day + timedelta(days=1)))
    assert prepare_due() == 1
    assert set(rendered.values()) == {1}, "once for all the slots of a rule"
    assert not Delivery.objects.filter(variant=None).exists()
    assert prepare_due() == 0
    engine.run_due()
    assert set(rendered.values()) == {1}
    assert len(channel.posted) == 1


def test_a_fault_stops_no_other_and_the_send_renders_again(channel: MemoryChannel) -> None:
    bad, good = approved_script(title="Hỏng"), approved_script(title="Lành")
    broken = True

    def render(approval: object) -> None:
        if broken and approval.item_id == bad.pk:  # type: ignore[attr-defined]
            raise ZeroDivisionError

    channel.render = render
    plan(item=bad)
    plan(item=good)
    assert prepare_due() == 1
    assert Delivery.objects.get(variant=None).occurrence.rule.item == bad
    broken = False
    assert prepare_due() == 0, "left alone for a while"
    engine.run_due()
    assert {row.state for row in Delivery.objects.all()} == {S.SENT}


def test_what_is_not_ready_or_not_approved_waits(channel: MemoryChannel) -> None:
    def render(approval: object) -> None:
        raise NotReady("no recording yet")

    channel.render = render
    draft = make_script()
    plan(item=draft)
    plan(item=approved_script())
    assert prepare_due() == 0
    assert {row.state for row in Delivery.objects.all()} == {S.SCHEDULED}
    assert Delivery.objects.filter(variant=None).count() == 2


def test_a_newer_approval_is_rendered_anew_at_the_send(channel: MemoryChannel) -> None:
    item = approved_script()
    plan(item=item)
    prepare_due()
    newer = approve(item)
    engine.run_due()
    assert [posted.payload["approval"] for posted in channel.posted] == [newer.pk]
