"""Keys through their life: the table, dates, refusals, renewing once, a lost answer, a worker that dies between."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing, Renewed
from channels.delivery.credential_states import TRANSITIONS, move, tries_of
from channels.delivery.credential_tasks import ring
from channels.delivery.enums import CredentialState as C
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import Hold
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.delivery.models import Attempt, Credential, Delivery
from channels.delivery.services import renewal, save_credential
from channels.delivery.services.credentials import FRESH, check_connection, refused, watch
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import CredentialFactory as KeyFactory
from tests.factories.delivery import EndpointFactory, MemoryChannel, plan

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Provider(MemoryChannel):
    """The other side: access keys a1, a2, … that die, renewal keys r1, r2, … that are good for one use."""

    kind = "memory"
    needs_credential = True
    renew_before = timedelta(hours=2)
    single_use = True

    def reset(self) -> None:
        super().reset()
        self.number = 1
        self.asked: list[str] = []
        self.reached: list[str] = []
        self.spent: set[str] = set()
        # Raised instead of acting, or after acting (the answer is lost): one for each call.
        self.before: list[SendError | Exception | None] = []
        self.lost: list[bool] = []
        self.during: Callable[[], None] = lambda: None
        self.tested: SendError | None = None
        self.lock = threading.Lock()

    def renew(self, *, refresh_secret: str, app_secret: str, config: dict[str, Any]) -> Renewed:
        self.asked.append(str(refresh_secret))
        self.during()
        fault = self.before.pop(0) if self.before else None
        if not isinstance(fault, Retryable):
            self.reached.append(str(refresh_secret))
        if fault is not None:
            raise fault
        with self.lock:
            if refresh_secret in self.spent:
                raise AuthFailed("used_up")
            if self.single_use:
                self.spent.add(str(refresh_secret))
            self.number += 1
            number = self.number
        if self.lost and self.lost.pop(0):
            raise Ambiguous("reply_lost")
        now = clock.now()
        return Renewed(f"a{number}", f"r{number}", now + timedelta(hours=25), now + timedelta(days=90))

    def send(self, outgoing: Outgoing) -> Any:
        if outgoing.secret != f"a{self.number}":
            raise AuthFailed("token_refused")
        return super().send(outgoing)

    def test_connection(self, endpoint: Any, secret: str) -> str:
        if self.tested is not None:
            raise self.tested
        return "ok"


@pytest.fixture
def other_side() -> Provider:
    from channels.delivery.contract import register

    provider = Provider()
    register(provider)
    return provider


def key(**kwargs: Any) -> Credential:
    fields: dict[str, Any] = {
        "kind": "memory", "secret": "a1", "refresh_secret": "r1", "app_secret": "s",
        "expires_at": clock.now() + HOUR, "config": {"app_id": "7"},
    }  # fmt: skip
    return KeyFactory(**{**fields, **kwargs})


def again(row: Credential) -> Credential:
    return Credential.objects.get(pk=row.pk)


def outgoing_key(row: Credential) -> tuple[str, str, str, int]:
    row = again(row)
    return row.state, str(row.secret), str(row.refresh_secret), row.generation


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


# --- renewing ---------------------------------------------------------------------------------------------------


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


# --- many at once -------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_six_workers_race_for_one_refresh(other_side: Provider) -> None:
    row = key()
    start = threading.Barrier(6)
    taken: list[int] = []

    def worker() -> None:
        try:
            start.wait(10)
            taken.append(renewal.renew_due())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert other_side.asked == ["r1"], "exactly one call"
    assert sum(taken) == 1
    assert outgoing_key(row) == (C.HEALTHY, "a2", "r2", 2)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["renew", "renew_lost", "renew_refused", "renew_unreached", "die", "die_after", "late", "refuse",
                         "refuse_old", "person", "watch"]),
        st.integers(0, 400),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_path_spends_a_key_twice_or_uses_one_that_is_not_stored(other_side: Provider, steps: list[Any]) -> None:
    other_side.reset()
    Credential.objects.all().delete()
    row = key()
    slow: list[tuple[Any, Any]] = []
    elapsed = timedelta(0)
    for what, minutes in steps:
        elapsed += timedelta(minutes=minutes)
        with clock.shifted(elapsed):
            before = again(row)
            _play(what, other_side, again(row), slow)
            after = again(row)
            assert after.state == before.state or after.state in TRANSITIONS[before.state] or what == "person"
            assert after.generation >= before.generation
            if str(after.secret) != str(before.secret):
                assert after.generation == before.generation + 1, "a new secret is a new generation"
    assert max((other_side.reached.count(used) for used in set(other_side.reached)), default=0) <= 2
    stored = again(row)
    assert stored.state != C.REFRESHING or (stored.refresh_owner and stored.refresh_lease_until)


def _play(what: str, other_side: Provider, row: Credential, slow: list[tuple[Any, Any]]) -> None:
    faults: dict[str, SendError] = {
        "renew_refused": AuthFailed("no"), "renew_unreached": Retryable("no"),
    }  # fmt: skip
    other_side.before, other_side.lost = [], []
    if what in {"renew", "renew_lost", *faults}:
        if what in faults:
            other_side.before = [faults[what]]
        other_side.lost = [what == "renew_lost"]
        renewal.renew_due(limit=1)
    elif what in {"die", "die_after"}:
        held = renewal.claim(owner="dead", now=clock.now())
        if held is not None and what == "die_after":
            try:
                answer = other_side.renew(refresh_secret=str(row.refresh_secret), app_secret="", config={})
            except AuthFailed:
                return
            slow.append((held, answer))
    elif what == "late" and slow:
        renewal.store(*slow.pop())
    elif what == "refuse":
        refused(row, generation=row.generation, note="token_refused")
    elif what == "refuse_old":
        assert refused(row, generation=row.generation - 1, note="token_refused") is (row.generation > 1)
    elif what == "person":
        other_side.number += 1
        number = other_side.number
        save_credential(kind="memory", name=row.name, secret=f"a{number}", refresh_secret=f"r{number}",
                        expires_at=clock.now() + 25 * HOUR)  # fmt: skip
    elif what == "watch":
        watch()


# --- a real kill, a change of our own keys --------------------------------------------------------------------------


def _dies_at(point: str) -> None:
    """A worker process that renews what is due and is killed at `point`."""
    pid = os.fork()
    if pid == 0:
        try:
            for each in connections.all():
                each.connection = None  # the parent's; this process opens its own
            os.environ["CONG_CRASH_AT"] = point
            renewal.renew_due()
        finally:
            os._exit(3)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.crash
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_the_answer_and_the_storing(other_side: Provider) -> None:
    row = key()
    _dies_at("after_renewal_reply")
    other_side.spent.add("r1")  # what the other side knows since; the killed worker took the answer with it
    assert (again(row).state, tries_of(again(row)), again(row).generation) == (C.REFRESHING, 1, 1)
    assert renewal.renew_due() == 0, "its lease holds"
    with clock.shifted(timedelta(seconds=31)):
        renewal.renew_due()
        assert (again(row).state, again(row).state_note) == (C.REAUTH_NEEDED, "renewal_used_up")
        assert renewal.renew_due() == 0
    assert other_side.asked == ["r1"], "tried once more, and never again"


@pytest.mark.crash
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_its_claim_was_committed_left_nothing(other_side: Provider) -> None:
    row = key()
    _dies_at("before_renewal_claim_commit")
    assert (again(row).state, again(row).refresh_owner) == (C.HEALTHY, "")
    assert renewal.renew_due() == 1
    assert outgoing_key(row) == (C.HEALTHY, "a2", "r2", 2)


def test_a_change_of_our_own_keys_keeps_every_part_also_while_it_is_renewed(
    other_side: Provider, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from cryptography.fernet import Fernet
    from django.core.management import CommandError, call_command

    old, new = settings.CONG_FIELD_KEYS[0], Fernet.generate_key().decode()
    plain, renewing = key(name="một"), key(name="hai")
    held = renewal.claim(owner="other", now=clock.now())
    assert held is not None
    settings.CONG_FIELD_KEYS = [new, old]
    call_command("rotate_secrets")
    said = capsys.readouterr().out
    assert all(f"delivery.Credential.{part}: 2" in said for part in ("secret", "refresh_secret", "app_secret"))
    settings.CONG_FIELD_KEYS = [new]
    for row in (plain, renewing):
        stored = again(row)
        assert (str(stored.secret), str(stored.refresh_secret), str(stored.app_secret)) == ("a1", "r1", "s")
    settings.CONG_FIELD_KEYS = [new, old]
    assert renewal.renew(held), "a renewal that was under way meanwhile"
    settings.CONG_FIELD_KEYS = [new]
    assert sorted(str(row.secret) for row in Credential.objects.all()) == ["a1", "a2"]
    settings.CONG_FIELD_KEYS = [old]
    with pytest.raises(CommandError) as caught:
        call_command("rotate_secrets")
    assert "a1" not in str(caught.value)
