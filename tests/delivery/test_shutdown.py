"""SIGTERM to a real worker in the middle of its work: what is in hand ends, the rest is given back at once."""

import signal

import pytest

from channels.delivery.models import Attempt, Delivery
from cms.ops.simulators.telegram_world import Fault
from tests.crash.conftest import Field, field, wait_for  # noqa: F401 - the fixture
from tests.crash.test_doorbell import BOOT, celery

pytestmark = [pytest.mark.crash, pytest.mark.both_databases]


def test_a_worker_that_is_asked_to_end_finishes_and_gives_back(field: Field) -> None:  # noqa: F811
    for _number in range(8):
        field.rig.simulator.world.order(Fault("delay", seconds=0.8))
    field.plan(8)
    # The lease is long: what is not given back would still be leased when the worker is gone.
    with celery(field, CONG_LEASE_SECONDS="60") as process:
        wait_for(lambda: Delivery.objects.filter(state="sending").exists(), seconds=BOOT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    states = field.states()
    assert states.keys() == {"sent", "scheduled"}, states
    assert states["scheduled"] >= 1, "it took nothing more up"
    assert field.rig.accepted() == states["sent"] == Attempt.objects.count()
    waiting = Delivery.objects.filter(state="scheduled")
    assert set(waiting.values_list("crashes", "owner", "lease_until")) == {(0, "", None)}, "that was no crash"
