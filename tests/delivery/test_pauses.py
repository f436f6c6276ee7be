"""A pause keeps back what was due on every kind of channel, and its end lets go by the rule, never all at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.models import Area, Pause
from campaigns.services import pauses
from channels.delivery import engine, reaper
from channels.delivery.contract import channels
from channels.delivery.enums import Action, Hold, Misfire
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Attempt, Delivery, Endpoint, Receipt, Rule
from channels.delivery.services import RuleInput, materialise_due
from cms.core import clock
from tests.factories.campaigns import AreaFactory, OrganisationFactory, UserFactory
from tests.factories.delivery import EndpointFactory, MemoryChannel, approved_script, memory_channel, once_now, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


def pause(hours: float = 3, *, since: float = -1, **scope: Any) -> Pause:
    now = clock.now()
    return pauses.pause(
        starts_at=now + timedelta(hours=since), ends_at=now + timedelta(hours=hours), reason="Bão số 13",
        user=UserFactory(), **scope,
    )  # fmt: skip


def only() -> Delivery:
    return Delivery.objects.get(action=Action.SEND)


def at(area: Area | None, **kwargs: Any) -> Endpoint:
    return EndpointFactory(organisation=OrganisationFactory(area=area), **kwargs)


KINDS = sorted(channel.kind for channel in channels())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scope", ["province", "area", "campaign"])
def test_every_kind_of_channel_is_held_and_let_go(kind: str, scope: str) -> None:
    """The channels themselves are never asked while the pause holds: nothing is rendered, nothing is tried."""
    area, item = AreaFactory(), approved_script()
    endpoint = at(area, kind=kind, config={"chat_id": -100123} if kind == "telegram" else {})
    plan(item=item, endpoint=endpoint)
    pause(**{"area": {"area": area}, "campaign": {"campaign": item.campaign}}.get(scope, {}))
    engine.run_due()
    assert (only().state, only().hold) == (S.HELD, Hold.PAUSED)
    assert reaper.recheck_held() == 0
    with clock.shifted(timedelta(hours=4)):
        assert reaper.recheck_held() == 1
    assert (only().state, only().hold) == (S.SCHEDULED, "")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("misfire", [Misfire.SKIP, Misfire.NEXT_SLOT])
def test_what_need_not_come_late_is_left_out(channel: MemoryChannel, misfire: str) -> None:
    plan(misfire=misfire)
    pause()
    engine.run_due()
    assert (only().state, only().last_error) == (S.EXPIRED, "paused")
    assert Receipt.objects.get().kind == "missed"


def slots(times: tuple[str, ...], day: datetime) -> RuleInput:
    return RuleInput(
        times=times, date_from=day.date(), date_to=day.date() + timedelta(days=3), useful_minutes=7 * 24 * 60
    )


def test_after_a_pause_only_the_latest_slot_of_a_plan_goes(channel: MemoryChannel, noon: datetime) -> None:
    local = noon.astimezone(clock.local_zone())
    plan(when=slots(("12:00", "15:00", "18:00"), local))
    plan(when=slots(("12:00",), local))
    pause(hours=30)
    for hours in (0.1, 4, 7, 25, 29):
        with clock.shifted(timedelta(hours=hours)):
            materialise_due()
            engine.run_due()
    assert channel.posted == []
    with clock.shifted(timedelta(hours=30.2)):  # 18:12 on the next day
        reaper.recheck_held()
        engine.run_due()
        engine.run_due()
    assert len(channel.posted) == 2, "one for each plan, not one for each slot"
    sent = Delivery.objects.filter(state=S.SENT).order_by("planned_at")
    assert [f"{row.planned_at.astimezone(clock.local_zone()):%d %H:%M}" for row in sent] == ["19 12:00", "19 18:00"]
    overtaken = Delivery.objects.filter(state=S.EXPIRED, last_error="overtaken_by_later_slot")
    assert overtaken.count() == Receipt.objects.filter(kind="missed").count() == 6


def test_a_pause_around_the_place_holds_one_beside_it_does_not(channel: MemoryChannel) -> None:
    province = AreaFactory(province=True)
    commune, neighbour = AreaFactory(parent=province), AreaFactory(parent=province)
    plan(endpoint=at(commune))
    pause(area=neighbour)
    engine.run_due()
    assert only().state == S.SENT
    plan(endpoint=at(commune))
    pause(area=province)
    engine.run_due()
    assert Delivery.objects.order_by("-pk")[0].hold == Hold.PAUSED


def test_a_pause_of_a_commune_leaves_the_province_alone(channel: MemoryChannel) -> None:
    province = AreaFactory(province=True)
    plan(endpoint=at(province))
    pause(area=AreaFactory(parent=province))
    engine.run_due()
    assert only().state == S.SENT


def test_overlapping_pauses_hold_until_the_last_has_ended(channel: MemoryChannel) -> None:
    area = AreaFactory()
    plan(endpoint=at(area), when=once_now(useful_minutes=600))
    pause(hours=1)
    pause(hours=3, since=0.5, area=area)
    engine.run_due()
    with clock.shifted(timedelta(hours=2)):
        assert reaper.recheck_held() == 0
    with clock.shifted(timedelta(hours=3, seconds=1)):
        assert reaper.recheck_held() == 1
        engine.run_due()
    assert only().state == S.SENT


def test_a_pause_ended_early_lets_go_at_once(channel: MemoryChannel) -> None:
    plan(when=once_now(useful_minutes=600))
    row = pause(hours=20)
    engine.run_due()
    with clock.shifted(timedelta(hours=1)):
        pauses.end_now(row, user=UserFactory())
        assert reaper.recheck_held() == 1
        engine.run_due()
    assert only().state == S.SENT


def test_a_pause_that_comes_while_it_is_sent_changes_nothing(channel: MemoryChannel) -> None:
    """After the intent it counts as out; the pause keeps back only what has not begun."""
    channel.behave = lambda outgoing: pause() and None  # type: ignore[func-returns-value]
    plan()
    engine.run_due()
    assert only().state == S.SENT
    plan()
    engine.run_due()
    assert Delivery.objects.order_by("-pk")[0].hold == Hold.PAUSED


def test_a_pause_longer_than_the_use_of_it_ends_in_a_missed_receipt(channel: MemoryChannel) -> None:
    plan(useful_minutes=60)
    pause(hours=20)
    engine.run_due()
    with clock.shifted(timedelta(hours=2)):
        reaper.recheck_held()
    assert only().state == S.EXPIRED
    assert Receipt.objects.get().evidence["reason"] == "held:paused"


def test_taking_down_goes_through_a_pause(channel: MemoryChannel) -> None:
    from channels.delivery.services import take_down_delivery

    plan()
    engine.run_due()
    pause()
    take_down_delivery(only(), user=None)
    engine.run_due()
    assert [post.action for post in channel.posted] == ["send", "take_down"]


def test_days_left_out_by_a_rule_have_no_slot(channel: MemoryChannel, noon: datetime) -> None:
    """Holidays are exceptions of the rule: nothing is planned on them, so nothing is held or missed."""
    local = noon.astimezone(clock.local_zone())
    plan(
        when=RuleInput(
            times=("13:00",), date_from=local.date(), date_to=local.date() + timedelta(days=2),
            exceptions=(local.date() + timedelta(days=1),),
        )
    )  # fmt: skip
    with clock.shifted(timedelta(days=1)):
        materialise_due()
    assert Rule.objects.count() == 1
    days = {f"{row.planned_at.astimezone(clock.local_zone()):%d}" for row in Delivery.objects.all()}
    assert days == {"18", "20"}
