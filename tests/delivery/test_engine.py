"""The engine with a channel in memory: the five classes, the checks of the intent, the reaper."""

from datetime import timedelta

import pytest

from campaigns.enums import CampaignState
from campaigns.models import Pause
from channels.delivery import engine, reaper, settle
from channels.delivery.contract import Budget, Outgoing
from channels.delivery.enums import CredentialState, Hold, Misfire, Outcome
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable
from channels.delivery.models import Attempt, Delivery, RateBucket, Receipt
from channels.delivery.services import resolve_unconfirmed, save_credential
from cms.core import clock
from cms.core.errors import Conflict
from cms.core.models import Role
from tests.factories.campaigns import UserFactory, make_script
from tests.factories.delivery import (
    CredentialFactory,
    EndpointFactory,
    MemoryChannel,
    approve,
    approved_script,
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


def test_a_due_delivery_is_sent_once_with_its_receipt(channel: MemoryChannel) -> None:
    plan()
    assert engine.run_due() == 1
    assert engine.run_due() == 0
    delivery = only()
    assert delivery.state == S.SENT
    assert len(channel.posted) == 1
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.remote_id, receipt.delivery_ref) == ("sent", "m1", delivery.pk)
    assert receipt.payload_sha256 == delivery.variant.payload_sha256
    assert receipt.approval_sha256 == delivery.variant.approval.payload_sha256


def test_receipts_are_written_once_and_outlive_what_they_testify(channel: MemoryChannel) -> None:
    plan()
    engine.run_due()
    receipt = Receipt.objects.get()
    with pytest.raises(TypeError):
        Receipt.objects.update(kind="missed")
    with pytest.raises(TypeError):
        receipt.delete()
    with pytest.raises(TypeError):
        receipt.save()
    Attempt.objects.all().delete()
    Delivery.objects.all().delete()
    assert Receipt.objects.get().campaign_title


def test_not_reached_is_tried_again_after_a_growing_pause(channel: MemoryChannel) -> None:
    channel.behave = raising(Retryable("not_reached"))
    plan()
    engine.run_due()
    delivery = only()
    assert (delivery.state, delivery.failures, delivery.last_error) == (S.RETRY_WAIT, 1, "not_reached")
    assert delivery.not_before <= clock.now() + timedelta(seconds=30)
    channel.behave = lambda outgoing: None
    with clock.shifted(timedelta(seconds=31)):
        engine.run_due()
    assert only().state == S.SENT
    assert list(Attempt.objects.order_by("n").values_list("outcome", flat=True)) == ["retryable", "sent"]


def test_backoff_has_full_jitter_and_a_cap() -> None:
    assert all(settle.backoff(1) <= timedelta(seconds=30) for _ in range(50))
    assert all(settle.backoff(40) <= timedelta(minutes=30) for _ in range(50))
    assert min(settle.backoff(40) for _ in range(200)) < timedelta(minutes=10)


def test_tries_end_with_the_usefulness(channel: MemoryChannel) -> None:
    channel.behave = raising(Retryable("not_reached"))
    plan(useful_minutes=1)
    Delivery.objects.update(failures=8)
    while only().state in {S.SCHEDULED, S.RETRY_WAIT}:
        with clock.shifted(timedelta(seconds=59)):
            Delivery.objects.update(not_before=clock.now())
            engine.run_due()
    assert only().state in {S.EXPIRED, S.FAILED}
    assert Receipt.objects.get().kind in {"missed", "failed"}


def test_asked_to_wait_blocks_the_bucket_and_burns_no_try(channel: MemoryChannel) -> None:
    channel.limits = [Budget("memory:chat", ((100, 1.0),))]
    until = clock.now() + timedelta(seconds=34)
    channel.behave = raising(RateLimited("retry_after", until=until))
    endpoint = EndpointFactory()
    plan(endpoint=endpoint)
    plan(endpoint=endpoint)
    elsewhere = EndpointFactory()
    engine.run_due()
    assert {d.failures for d in Delivery.objects.all()} == {0}
    assert {d.state for d in Delivery.objects.all()} == {S.SCHEDULED}
    assert all(d.not_before >= until for d in Delivery.objects.all())
    assert Attempt.objects.count() == 1, "the second one was not even tried"
    assert RateBucket.objects.get().blocked_until == until
    channel.behave, channel.limits = (lambda outgoing: None), [Budget("memory:other", ((100, 1.0),))]
    plan(endpoint=elsewhere)
    engine.run_due()
    assert Delivery.objects.get(endpoint=elsewhere).state == S.SENT, "other destinations go on"


def test_a_wait_longer_than_the_usefulness_ends_as_expired(channel: MemoryChannel) -> None:
    channel.limits = [Budget("memory:chat", ((100, 1.0),))]
    channel.behave = raising(RateLimited("retry_after", until=clock.now() + timedelta(seconds=10_072)))
    plan(useful_minutes=30)
    engine.run_due()
    with clock.shifted(timedelta(minutes=31)):
        engine.run_due()
    assert only().state == S.EXPIRED
    assert Receipt.objects.get().kind == "missed"


def test_a_refused_key_holds_and_a_new_key_releases(channel: MemoryChannel) -> None:
    channel.behave = raising(AuthFailed("token_refused"))
    credential = CredentialFactory(kind="memory")
    endpoint = EndpointFactory(credential=credential)
    first, second = plan(endpoint=endpoint), plan(endpoint=endpoint)
    engine.run_due()
    assert {d.hold for d in Delivery.objects.all()} == {Hold.CREDENTIAL}
    assert Attempt.objects.count() == 1, "the second one is held without asking the other side again"
    credential.refresh_from_db()
    assert credential.state == CredentialState.REAUTH_NEEDED
    channel.behave = lambda outgoing: None
    save_credential(kind="memory", name=credential.name, secret="another-key")
    assert reaper.recheck_held() == 2
    engine.run_due()
    assert {d.state for d in Delivery.objects.all()} == {S.SENT}
    assert {p.secret for p in channel.posted} == {"another-key"}
    assert first.pk != second.pk


def test_refused_for_good_is_failed_and_the_next_goes_on(channel: MemoryChannel) -> None:
    bad, good = EndpointFactory(), EndpointFactory()

    def behave(outgoing: Outgoing) -> None:
        if outgoing.endpoint.pk == bad.pk:
            raise Permanent("chat_not_found")

    channel.behave = behave
    plan(endpoint=bad)
    plan(endpoint=good)
    engine.run_due()
    assert Delivery.objects.get(endpoint=bad).state == S.FAILED
    assert Delivery.objects.get(endpoint=good).state == S.SENT
    assert set(Receipt.objects.values_list("kind", flat=True)) == {"failed", "sent"}


@pytest.mark.parametrize("fault", [Ambiguous("reply_lost"), RuntimeError("a bug in the channel")])
def test_no_answer_is_unconfirmed_and_never_repeated_by_itself(channel: MemoryChannel, fault: Exception) -> None:
    channel.after = raising(fault)
    plan()
    for _again in range(3):
        engine.run_due()
        reaper.reap(now=clock.now() + timedelta(hours=1))
    assert only().state == S.UNCONFIRMED
    assert len(channel.posted) == 1
    assert not Receipt.objects.exists()


def test_no_answer_from_a_repeatable_channel_is_tried_again() -> None:
    channel = memory_channel(repeatable=True)
    channel.after = raising(Ambiguous("reply_lost"))
    plan()
    engine.run_due()
    assert only().state == S.RETRY_WAIT


def test_a_person_settles_what_is_unconfirmed(channel: MemoryChannel) -> None:
    channel.after = raising(Ambiguous("reply_lost"))
    plan()
    plan()
    engine.run_due()
    editor, stranger = UserFactory(role=Role.EDITOR), UserFactory(role=Role.CENTRE)
    there, again = Delivery.objects.order_by("pk")
    with pytest.raises(Exception, match="."):
        resolve_unconfirmed(there, decision="there", user=stranger)
    resolve_unconfirmed(there, decision="there", user=editor, remote_id="77")
    with pytest.raises(Conflict):
        resolve_unconfirmed(there, decision="send_again", user=editor)
    resolve_unconfirmed(again, decision="send_again", user=editor)
    channel.after = lambda outgoing: None
    engine.run_due()
    assert {d.state for d in Delivery.objects.all()} == {S.SENT}
    seen = Receipt.objects.get(delivery_ref=there.pk)
    assert (seen.kind, seen.remote_id, seen.recorded_by) == ("confirmed", "77", str(editor))
    assert len(channel.posted) == 3


def test_the_urgent_goes_first(channel: MemoryChannel) -> None:
    plan()
    plan(priority=5)
    engine.run_due()
    assert channel.posted[0].delivery_id == Delivery.objects.get(priority=5).pk


def test_not_approved_is_held_and_goes_once_approved(channel: MemoryChannel) -> None:
    item = make_script()
    plan(item=item)
    engine.run_due()
    assert (only().state, only().hold) == (S.HELD, Hold.NOT_APPROVED)
    assert reaper.recheck_held() == 0
    approve(item)
    assert reaper.recheck_held() == 1
    engine.run_due()
    assert only().state == S.SENT


def test_a_newer_approval_replaces_the_older_words(channel: MemoryChannel) -> None:
    item = approved_script()
    plan(item=item)
    newer = approve(item)
    engine.run_due()
    assert only().variant.approval == newer
    assert channel.posted[0].payload["approval"] == newer.pk


def test_approval_revoked_between_claim_and_intent_stops_it(channel: MemoryChannel) -> None:
    item = approved_script()
    plan(item=item)
    row = engine.claim(1, owner="w", now=clock.now())[0]
    item.approvals.update(status="revoked")
    engine.deliver(row)
    assert channel.posted == []
    assert only().hold == Hold.NOT_APPROVED


def test_stored_words_that_changed_after_approval_never_leave(channel: MemoryChannel) -> None:
    item = approved_script()
    plan(item=item)
    approval = item.approvals.get()
    item.approvals.update(payload={**approval.payload, "title": "Lời khác"})
    engine.run_due()
    assert channel.posted == []
    assert only().state == S.FAILED


def test_a_campaign_that_is_not_running_holds(channel: MemoryChannel) -> None:
    item = approved_script()
    plan(item=item)
    item.campaign.state = CampaignState.CANCELLED
    item.campaign.save()
    engine.run_due()
    assert (only().state, only().hold) == (S.HELD, Hold.CAMPAIGN)


@pytest.mark.parametrize(
    ("misfire", "state"), [(Misfire.SEND_LATE, S.HELD), (Misfire.SKIP, S.EXPIRED), (Misfire.NEXT_SLOT, S.EXPIRED)]
)
def test_a_pause_holds_or_skips_as_the_rule_says(channel: MemoryChannel, misfire: str, state: str) -> None:
    plan(misfire=misfire)
    now = clock.now()
    Pause.objects.create(
        scope="province",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        reason="Quốc tang",
        created_by=UserFactory(),
    )
    engine.run_due()
    assert only().state == state
    assert channel.posted == []
    if state == S.HELD:
        after = now + timedelta(hours=1)
        assert reaper.recheck_held(now=after) == 1
        engine.run_due()


@pytest.mark.parametrize(
    ("misfire", "sent"), [(Misfire.SEND_LATE, True), (Misfire.SKIP, False), (Misfire.NEXT_SLOT, False)]
)
def test_late_by_an_hour(channel: MemoryChannel, misfire: str, sent: bool) -> None:
    plan(misfire=misfire)
    with clock.shifted(timedelta(hours=1)):
        engine.run_due()
    assert bool(channel.posted) is sent
    assert Receipt.objects.get().kind == ("sent" if sent else "missed")


def test_a_destination_that_is_switched_off_holds(channel: MemoryChannel) -> None:
    endpoint = EndpointFactory()
    plan(endpoint=endpoint)
    type(endpoint).objects.update(active=False)
    engine.run_due()
    assert only().hold == Hold.ENDPOINT
    type(endpoint).objects.update(active=True)
    assert reaper.recheck_held() == 1


def test_a_fault_while_rendering_stops_nobody_else(channel: MemoryChannel) -> None:
    bad = approved_script(title="Hỏng")

    def render(approval: object) -> None:
        if approval.item_id == bad.pk:  # type: ignore[attr-defined]
            raise ZeroDivisionError

    channel.render = render
    plan(item=bad)
    plan()
    engine.run_due()
    first, second = Delivery.objects.order_by("pk")
    assert (first.state, first.failures) == (S.RETRY_WAIT, 1)
    assert second.state == S.SENT


def test_an_attempt_says_how_it_ended(channel: MemoryChannel) -> None:
    plan()
    engine.run_due()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.n, attempt.remote_id) == (Outcome.SENT, 1, "m1")
    assert attempt.ended_at >= attempt.intent_at
