"""No broadcast between 22:00 and 06:00 in Vietnam, whatever the clock of the machine says."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.delivery import engine
from channels.delivery.contract import channel_for
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery, Endpoint
from channels.zalo.night import VIETNAM, next_midnight, next_opening, opens_at
from cms.core import clock
from cms.ops.simulators.zalo import ZaloSimulator
from tests.factories.delivery import approved_script, plan


def local(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (local(18, 21, 59, 59), None),
        (local(18, 22), local(19, 6)),
        (local(18, 23, 59, 59), local(19, 6)),
        (local(19, 0), local(19, 6)),
        (local(19, 5, 59, 59), local(19, 6)),
        (local(19, 6), None),
        (local(19, 12), None),
    ],
)
def test_the_edges_of_the_night(at: datetime, opens: datetime | None) -> None:
    assert opens_at(at) == opens
    assert opens_at(at.astimezone(UTC)) == opens


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_it_always_opens_by_day_within_eight_hours(at: datetime) -> None:
    opens = opens_at(at)
    if opens is not None:
        assert at < opens <= at + timedelta(hours=8)
        assert opens_at(opens) is None
    assert at < next_opening(at) <= at + timedelta(hours=24)
    assert at < next_midnight(at) <= at + timedelta(hours=24)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Tokyo"])
def test_another_zone_of_the_process_changes_nothing(zone: str) -> None:
    code = (
        "from datetime import UTC, datetime\nfrom channels.zalo.night import opens_at\n"
        "print(opens_at(datetime(2026,11,18,15,0,tzinfo=UTC)).astimezone(UTC), opens_at(datetime(2026,11,18,14,59,59,tzinfo=UTC)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "2026-11-18 23:00:00+00:00 None"


@pytest.mark.django_db
def test_only_broadcasts_wait_for_the_morning(simulator: ZaloSimulator, endpoint: Endpoint, sending: Endpoint) -> None:
    item = approved_script()
    with clock.frozen(local(18, 22, 30).astimezone(UTC)):
        plan(item=item, endpoint=endpoint)
        plan(item=item, endpoint=sending)
        engine.run_due()
        assert Delivery.objects.get(endpoint=endpoint).state == S.SENT
        waiting = Delivery.objects.get(endpoint=sending)
        assert (waiting.state, waiting.not_before, waiting.failures) == (S.SCHEDULED, local(19, 4, 30), 0) or (
            waiting.not_before <= local(19, 6)
        )
        assert simulator.world.calls["broadcast"] == 0


@pytest.mark.django_db
def test_a_broadcast_planned_at_night_goes_at_six(simulator: ZaloSimulator, sending: Endpoint) -> None:
    with clock.frozen(local(18, 22, 30).astimezone(UTC)):
        plan(endpoint=sending, useful_minutes=24 * 60)
        engine.run_due()
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.not_before, waiting.last_error) == (S.SCHEDULED, local(19, 6), "closed_now")
        assert waiting.attempts.count() == 0
        assert not simulator.world.articles, "nothing is made before it can be finished"
    with clock.frozen(local(19, 5, 59, 59).astimezone(UTC)):
        engine.run_due()
        assert not simulator.world.broadcasts
    with clock.frozen(local(19, 6).astimezone(UTC)):
        engine.run_due()
        assert Delivery.objects.get().state == S.SENT
        assert len(simulator.world.broadcasts) == 1


@pytest.mark.django_db
def test_a_send_that_crosses_into_the_night_keeps_its_article(simulator: ZaloSimulator, sending: Endpoint) -> None:
    """Zalo's clock goes ahead of ours: it says −234 when we think that it is still day."""
    with clock.frozen(local(18, 21, 59, 30).astimezone(UTC)):
        simulator.world.clock = lambda: (clock.now() + timedelta(minutes=1)).timestamp()
        plan(endpoint=sending, useful_minutes=24 * 60)
        engine.run_due()
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.last_error, waiting.not_before) == (S.SCHEDULED, "zalo_night", local(19, 6))
    with clock.frozen(local(19, 6, 0, 1).astimezone(UTC)):
        engine.run_due()
        assert Delivery.objects.get().state == S.SENT
    assert (len(simulator.world.articles), len(simulator.world.broadcasts)) == (1, 1)


@pytest.mark.django_db
def test_closed_hours_are_the_channels_word(endpoint: Endpoint, sending: Endpoint) -> None:
    channel = channel_for("zalo")
    payload = channel.render_variant(approved_script().approvals.get(), sending)
    assert channel.closed_until(sending, payload, local(18, 22)) == local(19, 6)
    assert channel.closed_until(endpoint, payload, local(18, 22)) is None, "taken back in the settings since"
    assert channel.closed_until(sending, {**payload, "broadcast": False}, local(18, 22)) is None
