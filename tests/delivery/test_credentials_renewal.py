"""Renewing a key: once, stored whole before use, a lost answer, a dead worker, a late reply."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from channels.delivery.contract import Renewed
from channels.delivery.credential_states import tries_of
from channels.delivery.credential_tasks import ring
from channels.delivery.enums import CredentialState as C
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable
from channels.delivery.services import renewal, save_credential
from cms.core import clock
from tests.delivery.keys import HOUR, Provider, again, key, outgoing_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_side() -> Provider:
    from channels.delivery.contract import register

    provider = Provider()
    register(provider)
    return provider


def test_what_is_due_is_renewed_once_and_stored_whole(other_side: Provider) -> None:
    row = key()
    key(expires_at=clock.now() + 3 * HOUR, secret="far", refresh_secret="far")
    assert renewal.is_due(now=clock.now())
    assert renewal.renew_due() == 1
    assert outgoing_key(row) == (C.HEALTHY, "a2", "r2", 2)
    stored = again(row)
    assert stored.expires_at > clock.now() + 24 * HOUR and stored.refresh_expires_at > clock.now() + 80 * 24 * HOUR
    assert (stored.refresh_owner, stored.refresh_lease_until, str(stored.app_secret)) == ("", None, "s")
    assert other_side.asked == ["r1"]
    assert renewal.renew_due() == 0 and not renewal.is_due(now=clock.now())


def test_the_network_is_outside_every_transaction(other_side: Provider) -> None:
    seen: list[tuple[bool, str]] = []
    row = key()
    depth = len(connection.savepoint_ids)  # pytest's own transaction is one; ours would add to it

    def during() -> None:
        seen.append((len(connection.savepoint_ids) == depth, again(row).state))

    other_side.during = during
    renewal.renew_due()
    assert seen == [(True, C.REFRESHING)]


def test_a_renewal_key_that_stays_good_is_kept(other_side: Provider) -> None:
    other_side.renew = lambda **kwargs: Renewed("fresh", expires_at=clock.now() + 25 * HOUR)  # type: ignore[method-assign]
    row = key()
    renewal.renew_due()
    assert outgoing_key(row) == (C.HEALTHY, "fresh", "r1", 2)


@pytest.mark.parametrize("limited", [False, True])
def test_not_reached_keeps_the_present_key_in_use_and_asks_again(other_side: Provider, limited: bool) -> None:
    until = clock.now() + 3 * HOUR
    other_side.before = [RateLimited("retry_after", until=until) if limited else Retryable("not_reached")]
    row = key(expires_at=clock.now() + 90 * timedelta(minutes=1))
    renewal.renew_due()
    resting = again(row)
    assert (resting.state, tries_of(resting)) == (C.EXPIRING, 0)
    assert renewal.renew_due() == 0, "it rests"
    with clock.shifted(3 * HOUR + timedelta(seconds=1)):
        assert renewal.renew_due() == 1
    assert outgoing_key(row) == (C.HEALTHY, "a2", "r2", 2)


def test_a_lost_answer_is_asked_once_more_and_then_a_person_is_needed(
    other_side: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    other_side.lost = [True]
    row = key()
    renewal.renew_due()
    assert (again(row).state, tries_of(again(row))) == (C.EXPIRING, 1), "the present key still works"
    assert renewal.renew_due() == 0, "not at once"
    with clock.shifted(timedelta(minutes=6)):
        renewal.renew_due()
        assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "renewal_used_up")
        assert "key needs a person" in caplog.text, "the operator's alarm"
        assert renewal.renew_due() == 0 and not renewal.is_due(now=clock.now())
    assert other_side.asked == ["r1", "r1"]


def test_two_lost_answers_end_it(other_side: Provider) -> None:
    other_side.before = [Ambiguous("reply_lost"), Ambiguous("server_error")]
    row = key()
    renewal.renew_due()
    with clock.shifted(timedelta(minutes=6)):
        renewal.renew_due()
        renewal.renew_due()
    assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "renewal_reply_lost")
    assert len(other_side.asked) == 2


def test_a_lost_answer_with_a_renewal_key_that_stays_good_mends_itself(other_side: Provider) -> None:
    other_side.before = [Ambiguous("reply_lost")]
    row = key()
    renewal.renew_due()
    with clock.shifted(timedelta(minutes=6)):
        renewal.renew_due()
    assert outgoing_key(row)[:2] == (C.HEALTHY, "a2")


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (AuthFailed("used_up"), "renewal_refused"),
        (Permanent("app_switched_off"), "app_switched_off"),
        (RuntimeError("a bug"), ""),
    ],
)
def test_refused_renewals(other_side: Provider, fault: Exception, note: str) -> None:
    other_side.before = [fault]
    row = key()
    renewal.renew_due()
    expected = C.REAUTH_NEEDED if note else C.EXPIRING
    assert again(row).state == expected
    if note:
        assert again(row).state_note == note


def test_a_worker_that_died_before_the_call_left_costs_nothing(other_side: Provider) -> None:
    row = key()
    assert renewal.claim(owner="dead", now=clock.now()) is not None
    assert renewal.renew_due() == 0, "its lease holds"
    with clock.shifted(timedelta(seconds=31)):
        assert renewal.renew_due() == 1
    assert outgoing_key(row) == (C.HEALTHY, "a2", "r2", 2)


def test_a_worker_that_died_between_the_answer_and_the_storing(other_side: Provider) -> None:
    row = key()
    held = renewal.claim(owner="dead", now=clock.now())
    assert held is not None
    other_side.renew(refresh_secret="r1", app_secret="s", config={})  # the other side rotated; nobody stored it
    with clock.shifted(timedelta(seconds=31)):
        renewal.renew_due()
    assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "renewal_used_up")
    assert other_side.asked == ["r1", "r1"], "tried once more, never a third time"


def test_two_workers_that_died_end_it_without_a_third_call(other_side: Provider) -> None:
    row = key()
    renewal.claim(owner="dead", now=clock.now())
    with clock.shifted(timedelta(seconds=31)):
        second = renewal.claim(owner="dead too", now=clock.now())
        assert second is not None and second.number == 2
    with clock.shifted(timedelta(seconds=62)):
        assert renewal.renew_due() == 0
    assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "renewal_reply_lost")
    assert other_side.asked == []


def test_an_answer_that_comes_late_is_still_the_only_key_there_is(other_side: Provider) -> None:
    row = key()
    slow = renewal.claim(owner="slow", now=clock.now())
    assert slow is not None
    renewed = other_side.renew(refresh_secret="r1", app_secret="s", config={})
    with clock.shifted(timedelta(seconds=31)):
        renewal.renew_due()
        assert again(row).state == C.REAUTH_NEEDED
        assert renewal.store(slow, renewed)
    assert outgoing_key(row) == (C.HEALTHY, "a2", "r2", 2)


def test_a_late_answer_never_overwrites_what_a_person_typed_meanwhile(other_side: Provider) -> None:
    row = key()
    slow = renewal.claim(owner="slow", now=clock.now())
    assert slow is not None
    save_credential(kind="memory", name=row.name, secret="typed", refresh_secret="typed too")
    assert not renewal.store(slow, Renewed("a2", "r2"))
    assert outgoing_key(row) == (C.HEALTHY, "typed", "typed too", 2)


def test_a_key_that_this_machine_cannot_read_is_not_sent_anywhere(other_side: Provider, settings: Any) -> None:
    from cryptography.fernet import Fernet

    row = key()
    settings.CONG_FIELD_KEYS = [Fernet.generate_key().decode()]
    renewal.renew_due()
    assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "key_unreadable")
    assert other_side.asked == []


def test_the_tick_rings_and_the_task_renews(other_side: Provider, settings: Any) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    from cms.celery import app

    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    try:
        row = key()
        ring()
    finally:
        app.conf.task_always_eager = before
    assert outgoing_key(row)[:2] == (C.HEALTHY, "a2")
