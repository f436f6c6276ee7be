"""Keys under many hands: workers that race or are killed, every path through the states, a change of our own keys."""

import os
import signal
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.delivery.credential_states import TRANSITIONS, tries_of
from channels.delivery.enums import CredentialState as C
from channels.delivery.errors import AuthFailed, Retryable, SendError
from channels.delivery.models import Credential
from channels.delivery.services import renewal, save_credential
from channels.delivery.services.credentials import refused, watch
from cms.core import clock
from tests.delivery.keys import HOUR, Provider, again, key, outgoing_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_side() -> Provider:
    from channels.delivery.contract import register

    provider = Provider()
    register(provider)
    return provider


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
