"""An article that was shown, and whose broadcast never came: it stands at Zalo, whatever became of its delivery."""

from datetime import timedelta

import pytest

from campaigns.services import hotlines
from channels.delivery import engine, reaper
from channels.delivery.deeds import deeds_for
from channels.delivery.enums import Action, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.leftovers import left_standing
from channels.delivery.models import Delivery, Endpoint, Receipt
from channels.delivery.services import cancel_delivery, corrections, take_down_delivery
from cms.core import clock
from cms.core.errors import Conflict
from cms.core.models import Role
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import Fault
from tests.delivery.test_corrections import correct_text, told
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import approved_script, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
OLD, NEW = "0269 3 869 999", "0269 3 868 686"


def only() -> Delivery:
    return Delivery.objects.get(action=Action.SEND)


def half_out(simulator: ZaloSimulator, sending: Endpoint, **kwargs: object) -> Delivery:
    """Shown; the key was refused at the broadcast."""
    simulator.world.order(Fault("code", step="broadcast", code=-216))
    plan(endpoint=sending, useful_minutes=60, **kwargs)
    engine.run_due()
    row = only()
    assert (row.state, row.hold) == (S.HELD, Hold.CREDENTIAL)
    assert simulator.world.standing()[0].shown
    return row


def new_key(endpoint: Endpoint) -> None:
    endpoint.credential.refresh_from_db()
    endpoint.credential.state = "healthy"
    endpoint.credential.save()


def expire() -> Delivery:
    with clock.shifted(timedelta(hours=2)):
        reaper.recheck_held()
    assert only().state == S.EXPIRED
    return only()


def test_what_expired_half_way_is_told_and_can_be_taken_down(simulator: ZaloSimulator, sending: Endpoint) -> None:
    half_out(simulator, sending)
    row = expire()
    (article,) = simulator.world.standing()
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.evidence["left_standing"]) == ("missed", article.id)
    assert "go" in {deed.name for deed in deeds_for(row)}
    new_key(sending)
    with clock.shifted(timedelta(hours=2)):
        down = take_down_delivery(row, user=UserFactory(role=Role.EDITOR))
        engine.run_due()
    down.refresh_from_db()
    assert down.state == S.SENT
    assert not simulator.world.standing()
    assert Receipt.objects.filter(kind="taken_down").count() == 1


def test_what_was_cancelled_half_way_can_be_taken_down(simulator: ZaloSimulator, sending: Endpoint) -> None:
    row = half_out(simulator, sending)
    editor = UserFactory(role=Role.EDITOR)
    cancel_delivery(row, user=editor)
    new_key(sending)
    down = take_down_delivery(row, user=editor)
    with clock.shifted(timedelta(minutes=2)):
        engine.run_due()
    down.refresh_from_db()
    assert down.state == S.SENT
    assert not simulator.world.standing()


@pytest.mark.parametrize("text_in_time", [True, False])
def test_a_correction_finds_what_expired_half_way(
    simulator: ZaloSimulator, sending: Endpoint, text_in_time: bool
) -> None:
    hotline = HotlineFactory(number=OLD)
    item = told(hotline)
    half_out(simulator, sending, item=item)
    expire()
    new_key(sending)
    with clock.shifted(timedelta(hours=2)):
        editor = UserFactory(role=Role.EDITOR)
        new = hotlines.change_number(hotline, number=NEW, user=editor)
        hotlines.verify(new, user=editor)
        if text_in_time:
            correct_text(item, new)
        corrections.work_all()
        engine.run_due()
        corrections.work_all()
    words = str([article.content for article in simulator.world.standing()])
    assert OLD not in words
    assert (NEW in words) is text_in_time
    assert Receipt.objects.filter(kind="corrected" if text_in_time else "taken_down").count() == 1
    assert not simulator.world.broadcasts


def test_a_hidden_copy_stands_before_nobody(simulator: ZaloSimulator, sending: Endpoint) -> None:
    """Refused before it was shown: nothing is told as standing, and there is nothing to take down."""
    simulator.world.order(Fault("code", step="update", code=-216))
    plan(item=approved_script(), endpoint=sending, useful_minutes=60)
    engine.run_due()
    row = expire()
    assert left_standing(row) == ""
    assert "left_standing" not in Receipt.objects.get().evidence
    with pytest.raises(Conflict):
        take_down_delivery(row, user=UserFactory(role=Role.EDITOR))
