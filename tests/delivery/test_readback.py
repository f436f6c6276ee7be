"""Asking the other side about what was sent without an answer: read only, bounded, and never a second send."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from channels.delivery import engine, reaper
from channels.delivery.contract import Look, Outgoing, Sent
from channels.delivery.enums import CredentialState, ReadBack
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import AuthFailed, RateLimited, Retryable
from channels.delivery.models import Attempt, Delivery, RateBucket, Receipt
from channels.delivery.services import readback, resolve_unconfirmed
from cms.core import clock
from cms.core.errors import Conflict, NotAllowed, NotReady
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import CredentialFactory, EndpointFactory, memory_channel, plan
from tests.factories.looking import LookingChannel, looking_channel, lose_reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> LookingChannel:
    return looking_channel()


def raising(error: Exception) -> Callable[[Outgoing], Look | None]:
    def seeing(outgoing: Outgoing) -> Look | None:
        raise error

    return seeing


def unconfirmed(channel: LookingChannel, *, arrived: bool, **kwargs: object) -> Delivery:
    """A delivery whose answer was lost, after or before it arrived."""
    channel.after = lose_reply if arrived else lambda outgoing: None
    channel.behave = (lambda outgoing: None) if arrived else lose_reply
    plan(**kwargs)
    engine.run_due()
    channel.after = channel.behave = lambda outgoing: None
    row = Delivery.objects.order_by("-pk")[0]
    assert row.state == S.UNCONFIRMED
    return row


def look_after(seconds: float) -> int:
    with clock.shifted(timedelta(seconds=seconds)):
        return readback.look_due()


def test_found_there_it_is_sent_with_the_evidence(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=True)
    assert look_after(1) == 0, "not at once: give the other side a moment"
    assert look_after(11) == 1
    row.refresh_from_db()
    attempt, receipt = Attempt.objects.get(), Receipt.objects.get()
    assert row.state == S.SENT
    assert (attempt.read_back, attempt.remote_id) == (ReadBack.THERE, "m1")
    assert (receipt.kind, receipt.remote_id, receipt.evidence["read_back"]) == ("sent", "m1", True)
    assert look_after(3600) == 0
    assert len(channel.posted) == 1


def test_not_there_stays_with_a_person_and_is_looked_at_ever_more_seldom(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=False)
    asked = sum(look_after(seconds) for seconds in range(0, 2 * 86400, 300))
    row.refresh_from_db()
    assert row.state == S.UNCONFIRMED
    assert Attempt.objects.get().read_back == ReadBack.ABSENT
    assert asked <= len(readback.LOOKS_AFTER), "bounded"
    assert channel.posted == [], "never sent again by itself"
    with clock.shifted(timedelta(days=30)):
        assert not readback.due_attempts(now=clock.now()).exists()


def test_what_appears_late_is_found_by_a_later_look(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=True)
    channel.seeing = lambda outgoing: Look(ReadBack.ABSENT)
    look_after(11)
    channel.seeing = lambda outgoing: None
    look_after(70)
    row.refresh_from_db()
    assert row.state == S.SENT


def test_there_without_a_number_is_not_certain(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=True)
    channel.seeing = lambda outgoing: Look(ReadBack.THERE)
    look_after(11)
    row.refresh_from_db()
    assert (row.state, Attempt.objects.get().read_back) == (S.UNCONFIRMED, ReadBack.UNKNOWN)


def test_a_person_who_was_quicker_wins_once(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=True)

    def meanwhile(outgoing: Outgoing) -> Look | None:
        resolve_unconfirmed(row, decision="there", user=UserFactory(role=Role.EDITOR))
        return None

    channel.seeing = meanwhile
    look_after(11)
    row.refresh_from_db()
    assert row.state == S.SENT
    assert Receipt.objects.get().kind == "confirmed"


def test_a_look_of_an_older_attempt_decides_nothing(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=False)

    def sent_again_meanwhile(outgoing: Outgoing) -> Look | None:
        resolve_unconfirmed(row, decision="send_again", user=UserFactory(role=Role.EDITOR))
        return Look(ReadBack.THERE, Sent(remote_id="x"))

    channel.seeing = sent_again_meanwhile
    look_after(11)
    row.refresh_from_db()
    assert row.state == S.SCHEDULED
    assert not Receipt.objects.exists()


def test_the_late_reply_after_a_look_writes_nothing_twice(channel: LookingChannel) -> None:
    def slow(outgoing: Outgoing) -> None:
        reaper.reap(now=clock.now() + timedelta(hours=1))
        with clock.shifted(timedelta(hours=1)):
            readback.look_due()

    channel.after = slow
    plan()
    engine.run_due()
    assert Delivery.objects.get().state == S.SENT
    assert Receipt.objects.count() == 1


def test_the_late_reply_after_send_again_stops_the_second_send(channel: LookingChannel) -> None:
    """Somebody looked too early and said "send again"; then the first answer came after all."""

    def slow(outgoing: Outgoing) -> None:
        reaper.reap(now=clock.now() + timedelta(hours=1))
        row = Delivery.objects.get()
        resolve_unconfirmed(row, decision="send_again", user=UserFactory(role=Role.EDITOR))

    channel.after = slow
    plan()
    engine.run_due()
    channel.after = lambda outgoing: None
    engine.run_due()
    row = Delivery.objects.get()
    assert len(channel.posted) == 1
    assert row.state == S.SENT
    assert Receipt.objects.get().kind == "sent"


def test_a_limit_on_looking_is_kept(channel: LookingChannel) -> None:
    from channels.delivery.contract import Budget

    row = unconfirmed(channel, arrived=True)
    channel.limits = [Budget("memory:a", ((100, 1.0),))]
    until = clock.now() + timedelta(minutes=10)
    channel.seeing = raising(RateLimited("retry_after", until=until))
    look_after(11)
    assert RateBucket.objects.get().blocked_until == until
    channel.seeing = lambda outgoing: None
    assert look_after(400) == 0, "it asked to wait"
    assert look_after(700) == 1
    row.refresh_from_db()
    assert row.state == S.SENT


def test_a_refused_key_is_written_down_and_not_tried_again(channel: LookingChannel) -> None:
    credential = CredentialFactory(kind="memory")
    unconfirmed(channel, arrived=True, endpoint=EndpointFactory(credential=credential))
    channel.seeing = raising(AuthFailed("token_refused"))
    look_after(11)
    credential.refresh_from_db()
    assert credential.state == CredentialState.REAUTH_NEEDED
    assert look_after(400) == 0


def test_one_that_cannot_be_asked_stops_none_of_the_others(channel: LookingChannel) -> None:
    first, second = unconfirmed(channel, arrived=True), unconfirmed(channel, arrived=True)
    for error in (RuntimeError("a fault in the channel"), Retryable("not_reached")):
        Attempt.objects.update(read_back_at=None)

        def seeing(outgoing: Outgoing, error: Exception = error) -> Look | None:
            if outgoing.delivery_id == first.pk:
                raise error
            return None

        channel.seeing = seeing
        look_after(11)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (S.UNCONFIRMED, S.SENT)
    assert Attempt.objects.get(delivery=first).read_back == ReadBack.UNKNOWN


def test_a_failed_look_keeps_what_an_earlier_one_saw(channel: LookingChannel) -> None:
    unconfirmed(channel, arrived=False)
    look_after(11)
    channel.seeing = raising(Retryable("not_reached"))
    look_after(70)
    assert Attempt.objects.get().read_back == ReadBack.ABSENT


def test_a_person_may_look_at_once(channel: LookingChannel) -> None:
    row = unconfirmed(channel, arrived=True)
    with pytest.raises(NotAllowed):
        readback.look_now(row, user=UserFactory(role=Role.TRANSLATOR))
    assert readback.look_now(row, user=UserFactory(role=Role.APPROVER)).verdict == ReadBack.THERE
    with pytest.raises(Conflict):
        readback.look_now(row, user=UserFactory(role=Role.EDITOR))
    assert Receipt.objects.get().recorded_by


def test_channels_that_cannot_be_asked_say_so() -> None:
    channel = memory_channel()
    channel.after = lose_reply
    plan()
    engine.run_due()
    assert look_after(11) == 0
    with pytest.raises(NotReady, match="nơi nhận|destination"):
        readback.look_now(Delivery.objects.get(), user=UserFactory(role=Role.EDITOR))


def test_the_tick_rings_only_when_something_is_due(channel: LookingChannel, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    from channels.delivery import desk_tasks

    with django_assert_num_queries(1):
        desk_tasks.ring_looks()
