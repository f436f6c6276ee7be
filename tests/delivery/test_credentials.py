"""Keys through their life: the table, dates, refusals while sending, saving, testing, who may."""

from datetime import timedelta
from typing import Any

import pytest

from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing
from channels.delivery.credential_states import TRANSITIONS, move
from channels.delivery.enums import CredentialState as C
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import Hold
from channels.delivery.errors import AuthFailed, Retryable
from channels.delivery.models import Attempt, Credential, Delivery
from channels.delivery.services import renewal, save_credential
from channels.delivery.services.credentials import FRESH, check_connection, refused, watch
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Role
from tests.delivery.keys import HOUR, Provider, again, key, outgoing_key
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_side() -> Provider:
    from channels.delivery.contract import register

    provider = Provider()
    register(provider)
    return provider


# --- the table --------------------------------------------------------------------------------------------------


def test_the_table_names_every_state_and_nothing_else() -> None:
    assert set(TRANSITIONS) == set(C)
    assert all(after <= set(C) for after in TRANSITIONS.values())
    assert TRANSITIONS[C.REAUTH_NEEDED] == {C.HEALTHY}, "only a working key ends it"


def test_what_the_table_does_not_allow_is_refused() -> None:
    row = key(state=C.REAUTH_NEEDED)
    with pytest.raises(Conflict):
        move(row, C.EXPIRING, origins=[C.REAUTH_NEEDED])


def test_a_stale_row_moves_nothing() -> None:
    row = key()
    save_credential(kind="memory", name=row.name, secret="typed")
    assert not move(row, C.REAUTH_NEEDED, origins=[C.HEALTHY])
    assert again(row).state == C.HEALTHY


# --- dates ------------------------------------------------------------------------------------------------------


def test_a_key_that_is_renewed_expires_when_its_channel_says_and_another_a_week_before(other_side: Provider) -> None:
    now = clock.now()
    renewed, by_hand = key(expires_at=now + 3 * HOUR), key(refresh_secret="", expires_at=now + 100 * HOUR)
    never, later = key(expires_at=None), key(refresh_secret="", expires_at=now + 400 * HOUR)
    watch()
    assert [again(row).state for row in (renewed, by_hand, never, later)] == [
        "healthy",
        "expiring",
        "healthy",
        "healthy",
    ]
    watch(now=now + 2 * HOUR)
    assert again(renewed).state == C.EXPIRING
    watch(now=now + 101 * HOUR)
    row = again(by_hand)
    assert (row.state, row.state_note) == (C.REAUTH_NEEDED, "key_expired")
    assert again(renewed).state == C.EXPIRING, "a key that can be renewed is renewed, not given up"
    assert not watch(now=now + 101 * HOUR)


# --- refusals while sending ---------------------------------------------------------------------------------------


def test_a_refused_key_is_renewed_once_and_what_was_held_drains_in_order(other_side: Provider) -> None:
    row = key(expires_at=clock.now() + 20 * HOUR)
    other_side.number = 2  # the other side has ended a1 early
    other_side.spent = set()
    endpoint = EndpointFactory(kind="memory", credential=row)
    plans = [plan(endpoint=endpoint, when=None) for _number in range(3)]
    engine.run_due()
    assert {(each.state, each.hold) for each in Delivery.objects.all()} == {(S.HELD, Hold.CREDENTIAL)}
    assert Attempt.objects.count() == 1, "the others are held without asking"
    assert again(row).state == C.REFRESHING
    assert reaper.recheck_held() == 0
    assert renewal.renew_due() == 1
    assert reaper.recheck_held() == 3
    engine.run_due()
    assert [post.delivery_id for post in other_side.posted] == list(
        Delivery.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert len(plans) == 3 and other_side.asked == ["r1"]


def test_refused_again_right_after_the_renewal_needs_a_person(other_side: Provider) -> None:
    row = key(expires_at=clock.now() + 20 * HOUR)
    other_side.behave = lambda outgoing: (_ for _ in ()).throw(AuthFailed("token_refused"))
    plan(endpoint=EndpointFactory(kind="memory", credential=row))
    for _again in range(4):
        engine.run_due()
        renewal.renew_due()
        reaper.recheck_held()
    assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "token_refused")
    assert other_side.asked == ["r1"], "refresh once, retry once"
    assert Attempt.objects.count() == 2


def test_a_refusal_long_after_a_renewal_is_renewed_again(other_side: Provider) -> None:
    row = key()
    refused(row, generation=1, note="token_refused")
    renewal.renew_due()
    with clock.shifted(FRESH + timedelta(seconds=1)):
        refused(again(row), generation=2, note="token_refused")
        assert again(row).state == C.REFRESHING


def test_a_refusal_of_an_older_key_only_sends_again(other_side: Provider) -> None:
    row = key()
    endpoint = EndpointFactory(kind="memory", credential=row)
    plan(endpoint=endpoint)

    def renewed_meanwhile(outgoing: Outgoing) -> None:
        other_side.behave = lambda outgoing: None
        renewal.renew_due()

    # The intent was written with a1; while the call is under way another worker stores a2.
    original = other_side.send

    def send(outgoing: Outgoing) -> Any:
        if outgoing.generation == 1:
            renewed_meanwhile(outgoing)
        return original(outgoing)

    other_side.send = send  # type: ignore[method-assign]
    engine.run_due(limit=1)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.failures, again(row).state) == (S.SCHEDULED, 0, C.HEALTHY)
    engine.run_due()
    assert Delivery.objects.get().state == S.SENT
    assert [post.secret for post in other_side.posted] == ["a2"]


def test_a_refusal_while_another_worker_renews_changes_nothing(other_side: Provider) -> None:
    row = key()
    held = renewal.claim(owner="other", now=clock.now())
    assert held is not None
    assert refused(row, generation=1, note="token_refused") is False
    assert again(row).refresh_owner == held.owner


def test_a_key_without_renewal_needs_a_person_at_once(other_side: Provider) -> None:
    row = key(refresh_secret="")
    refused(row, generation=1, note="token_refused")
    assert again(row).state == C.REAUTH_NEEDED


def test_a_refusal_does_not_forget_a_lost_answer(other_side: Provider) -> None:
    other_side.lost = [True]
    row = key()
    renewal.renew_due()
    refused(again(row), generation=1, note="token_refused")
    renewal.renew_due()
    assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "renewal_used_up")
    assert other_side.asked == ["r1", "r1"]


# --- saving and testing -------------------------------------------------------------------------------------------


def test_saving_parts(other_side: Provider) -> None:
    row = save_credential(kind="memory", name="Khóa", secret=" a1 ", refresh_secret="r1", app_secret="s")
    assert outgoing_key(row) == (C.HEALTHY, "a1", "r1", 1)
    save_credential(kind="memory", name="Khóa", app_secret="s2")
    assert (again(row).generation, str(again(row).app_secret)) == (1, "s2")
    Credential.objects.update(state=C.REAUTH_NEEDED, state_note="token_refused", expires_at=clock.now())
    save_credential(kind="memory", name="Khóa", secret="a9")
    stored = again(row)
    assert outgoing_key(row) == (C.HEALTHY, "a9", "r1", 2)
    assert (stored.state_note, stored.expires_at) == ("", None)
    for bad in ("", "  ", "a\x00b", "a\r\nX-Evil: 1"):
        with pytest.raises(BadInput):
            save_credential(kind="memory", name="Khác", secret=bad)


@pytest.mark.parametrize(("role", "allowed"), [(Role.ADMINISTRATOR, True), (Role.EDITOR, False), (None, False)])
def test_who_may_handle_keys(other_side: Provider, role: str | None, allowed: bool) -> None:
    user = UserFactory(role=role)
    endpoint = EndpointFactory(kind="memory", credential=key())
    if allowed:
        save_credential(kind="memory", name="Khóa", secret="a", user=user)
        assert check_connection(endpoint, user=user) == "ok"
        return
    with pytest.raises(NotAllowed):
        save_credential(kind="memory", name="Khóa", secret="a", user=user)
    with pytest.raises(NotAllowed):
        check_connection(endpoint, user=user)


def test_testing_the_connection_is_remembered(other_side: Provider) -> None:
    row = key(refresh_secret="", expires_at=None)
    endpoint = EndpointFactory(kind="memory", credential=row)
    assert check_connection(endpoint) == "ok"
    assert again(row).checked_at is not None
    other_side.tested = AuthFailed("token_refused")
    with pytest.raises(AuthFailed):
        check_connection(endpoint)
    assert again(row).state == C.REAUTH_NEEDED
    other_side.tested = Retryable("not_reached")
    with pytest.raises(Retryable):
        check_connection(endpoint)
    assert again(row).state == C.REAUTH_NEEDED
    other_side.tested = None
    check_connection(endpoint)
    assert again(row).state == C.HEALTHY, "somebody mended it over there"
