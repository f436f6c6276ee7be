"""Two workers on one bot: what the other side asks for holds for both, and burns nobody's tries."""

from datetime import timedelta
from itertools import pairwise

import pytest

from channels.delivery.models import Attempt, Delivery, RateBucket
from channels.delivery.services import RuleInput
from cms.core import clock
from cms.ops.simulators.telegram_world import Fault
from tests.crash.conftest import Field, wait_for
from tests.factories.delivery import approved_script, once_now, plan

pytestmark = pytest.mark.crash


def _useful_all_day() -> RuleInput:
    return once_now(useful_minutes=24 * 60)


@pytest.mark.parametrize("wait", [34, 10_072])
def test_asked_to_wait(field: Field, wait: int) -> None:
    field.plan(4)
    chat = Delivery.objects.order_by("pk")[0].endpoint.config["chat_id"]
    Delivery.objects.update(useful_until=clock.now() + timedelta(days=1))
    field.rig.simulator.world.order(Fault("429", retry_after=wait, chat=chat))
    with field.worker(threads=2), field.worker(threads=2):
        wait_for(lambda: field.states() == {"sent": 3, "scheduled": 1}, what=lambda: str(field.states()))
    waiting = Delivery.objects.get(state="scheduled")
    assert (waiting.failures, waiting.crashes) == (0, 0)
    asked = RateBucket.objects.get(key__endswith=str(chat)).blocked_until
    assert asked is not None and abs((asked - clock.now()).total_seconds() - wait) < 30
    assert field.rig.simulator.world.calls["sendMessage"] == 4, "asked once, and not again before the time"
    with field.worker(shift=wait - 20.0):
        wait_for(lambda: Attempt.objects.count() == 4)
        assert field.states() == {"sent": 3, "scheduled": 1}
    with field.worker(shift=wait + 30.0), field.worker(shift=wait + 30.0):
        wait_for(lambda: field.states() == {"sent": 4}, what=lambda: str(field.states()))
    assert set(field.rig.copies().values()) == {1}


def test_no_window_is_exceeded_by_two_workers(field: Field) -> None:
    """Four hands on one chat: between two intents lies the second that the chat's budget asks for."""
    field.plan(1)
    endpoint = Delivery.objects.get().endpoint
    for number in range(4):
        plan(item=approved_script(title=f"Tin thêm {number}"), endpoint=endpoint, when=_useful_all_day())
    with field.worker(threads=2), field.worker(threads=2):
        wait_for(lambda: field.states() == {"sent": 5}, what=lambda: str(field.states()))
    moments = sorted(Attempt.objects.values_list("intent_at", flat=True))
    assert len(moments) == 5
    assert all((later - earlier).total_seconds() >= 1.0 for earlier, later in pairwise(moments))
