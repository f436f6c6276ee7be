"""What workers leave behind when they die, and what is held until its cause is gone."""

from datetime import timedelta

import pytest
from django.db import connection

from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing
from channels.delivery.enums import CredentialState, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Credential, Delivery, Receipt
from cms.core import claims, clock
from cms.core.errors import NotReady
from tests.factories.campaigns import make_script
from tests.factories.delivery import (
    CredentialFactory,
    EndpointFactory,
    MemoryChannel,
    memory_channel,
    plan,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


def raising(error: Exception):
    def behave(outgoing: Outgoing) -> None:
        raise error

    return behave


def only() -> Delivery:
    return Delivery.objects.get()


def test_the_late_reply_of_a_slow_worker_finds_its_place(channel: MemoryChannel) -> None:
    channel.after = lambda outgoing: reaper.reap(now=clock.now() + timedelta(hours=1))  # reaped while it is sending
    plan()
    engine.run_due()
    assert only().state == S.SENT
    assert Receipt.objects.count() == 1


def test_a_worker_that_lost_its_claim_writes_nothing(channel: MemoryChannel) -> None:
    plan()
    row = engine.claim(1, owner="first", now=clock.now())[0]
    reaper.reap(now=clock.now() + timedelta(hours=1))
    engine.claim(1, owner="second", now=clock.now())
    engine.deliver(row)
    assert channel.posted == []
    assert only().owner == "second"


def test_reaped_before_the_intent_is_due_again(channel: MemoryChannel) -> None:
    plan()
    engine.claim(1, owner="dead", now=clock.now())
    assert reaper.reap() == 0, "the lease still holds"
    assert reaper.reap(now=clock.now() + claims.default_lease() + timedelta(seconds=5)) == 1
    assert only().state == S.SCHEDULED
    engine.run_due()
    assert only().state == S.SENT
    assert len(channel.posted) == 1


def test_poison_is_given_up_and_what_is_behind_it_goes_on(channel: MemoryChannel) -> None:
    plan()
    poison = only()
    for _death in range(reaper.MAX_CRASHES):
        assert engine.claim(20, owner="dies", now=clock.now())
        reaper.reap(now=clock.now() + timedelta(hours=1))
    plan()
    engine.run_due()
    poison.refresh_from_db()
    assert poison.state == S.FAILED
    assert Delivery.objects.exclude(pk=poison.pk).get().state == S.SENT


def test_a_row_that_a_worker_died_with_is_taken_up_alone(channel: MemoryChannel) -> None:
    plan(priority=5)
    suspect = only()
    Delivery.objects.update(crashes=1)
    plan()
    plan()
    first = engine.claim(20, owner="a", now=clock.now())
    assert len(first) == 2
    assert suspect.pk not in {row.pk for row in first}
    assert [row.pk for row in engine.claim(20, owner="a", now=clock.now())] == [suspect.pk]


def test_what_is_held_too_long_is_missed(channel: MemoryChannel) -> None:
    plan(item=make_script(), useful_minutes=10)
    engine.run_due()
    reaper.recheck_held(now=clock.now() + timedelta(minutes=11))
    assert only().state == S.EXPIRED
    assert Receipt.objects.get().kind == "missed"


def test_what_is_missing_holds_until_it_comes(channel: MemoryChannel) -> None:
    channel.render = raising(NotReady("chưa có bản ghi"))
    plan()
    engine.run_due()
    assert (only().state, only().hold) == (S.HELD, Hold.NOT_READY)
    assert reaper.recheck_held() == 0
    channel.render = lambda approval: None
    assert reaper.recheck_held() == 1
    engine.run_due()
    assert only().state == S.SENT


def test_a_key_that_cannot_be_read_holds_and_is_not_tried_in_a_circle(channel: MemoryChannel) -> None:
    credential = CredentialFactory(kind="memory")
    plan(endpoint=EndpointFactory(credential=credential))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE delivery_credential SET secret = %s", ["enc:v1:not-a-token"])
    engine.run_due()
    assert only().hold == Hold.CREDENTIAL
    assert Credential.objects.values_list("state", flat=True).get() == CredentialState.REAUTH_NEEDED
    assert reaper.recheck_held() == 0
    assert channel.posted == []
