"""Keys that die after 25 hours and renewal keys good for one use, through the engine's own state machine."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connections

from channels.delivery import engine, reaper
from channels.delivery.enums import Action, CredentialState, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Ambiguous, AuthFailed, Retryable
from channels.delivery.models import Credential, Delivery, Endpoint
from channels.delivery.services import renewal
from channels.zalo import oauth
from cms.core import clock
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import Fault
from tests.factories.delivery import plan
from tests.zalo.conftest import APP, SECRET


@pytest.mark.django_db
def test_a_renewal_key_is_good_for_one_use(simulator: ZaloSimulator, connected: Credential) -> None:
    old = str(connected.refresh_secret)
    tokens = oauth.renew(app_id=APP, app_secret=SECRET, refresh_token=old)
    assert tokens.access != connected.secret and tokens.refresh != old
    with pytest.raises(AuthFailed, match="zalo_renewal_used_up"):
        oauth.renew(app_id=APP, app_secret=SECRET, refresh_token=old)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("drop_reply", Ambiguous),
        ("500_after", Ambiguous),
        ("garbage", Ambiguous),
        ("no_fields", Ambiguous),
        ("502", Ambiguous),
    ],
)
@pytest.mark.django_db
def test_a_lost_answer_may_have_spent_the_key(
    simulator: ZaloSimulator, connected: Credential, kind: str, expected: type
) -> None:
    simulator.world.order(Fault(kind, step="renew"))
    with pytest.raises(expected):
        oauth.renew(app_id=APP, app_secret=SECRET, refresh_token=str(connected.refresh_secret))


@pytest.mark.django_db
def test_what_never_left_spent_nothing(simulator: ZaloSimulator, connected: Credential, settings: object) -> None:
    settings.CONG_ZALO_OAUTH_BASE = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    with pytest.raises(Retryable):
        oauth.renew(app_id=APP, app_secret=SECRET, refresh_token=str(connected.refresh_secret))


@pytest.mark.django_db
def test_an_expired_token_is_renewed_once_and_what_was_held_goes(
    simulator: ZaloSimulator, endpoint: Endpoint, connected: Credential
) -> None:
    simulator.world.access[str(connected.secret)].until = clock.now().timestamp() - 1
    plan(endpoint=endpoint)
    engine.run_due()
    held = Delivery.objects.get()
    assert (held.state, held.hold) == (S.HELD, Hold.CREDENTIAL)
    assert not simulator.world.articles
    assert renewal.renew_due() == 1
    connected.refresh_from_db()
    assert connected.state == CredentialState.HEALTHY
    reaper.recheck_held()
    engine.run_due()
    assert Delivery.objects.get(action=Action.SEND).state == S.SENT
    assert simulator.world.calls["renew"] == 1


@pytest.mark.django_db
def test_a_used_up_renewal_key_needs_a_person(simulator: ZaloSimulator, connected: Credential) -> None:
    simulator.world.refresh[str(connected.refresh_secret)].used = True
    Credential.objects.update(expires_at=clock.now() + timedelta(hours=1))
    renewal.renew_due()
    connected.refresh_from_db()
    assert connected.state == CredentialState.REAUTH_NEEDED


@pytest.mark.django_db(transaction=True)
def test_two_workers_renew_once(simulator: ZaloSimulator, connected: Credential) -> None:
    """The race of scheduling.md I 8: the renewal key is good for one use, and two workers want it at once."""
    Credential.objects.update(expires_at=clock.now() + timedelta(hours=1))
    simulator.world.order(Fault("delay", step="renew", seconds=0.5))
    gate = threading.Barrier(2)

    def work() -> None:
        try:
            gate.wait(10)
            renewal.renew_due()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    fresh = Credential.objects.get()
    assert simulator.world.calls["renew"] == 1
    assert (fresh.state, fresh.generation) == (CredentialState.HEALTHY, 2)
    assert fresh.secret in simulator.world.access
    assert not simulator.world.refresh[str(fresh.refresh_secret)].used


@pytest.mark.django_db
def test_no_secret_in_any_log_of_a_renewal(
    simulator: ZaloSimulator, connected: Credential, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = [str(connected.secret), str(connected.refresh_secret), SECRET]
    Credential.objects.update(expires_at=clock.now() + timedelta(hours=1))
    simulator.world.order(
        Fault("code", step="renew", code=-1, message=f"fault refresh_token={connected.refresh_secret}")
    )
    renewal.renew_due()
    with clock.shifted(timedelta(minutes=5)):
        renewal.renew_due()
    fresh = Credential.objects.get()
    ours = [f"{r.getMessage()} {r.__dict__}" for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    for secret in [*before, str(fresh.secret), str(fresh.refresh_secret)]:
        assert not any(secret in line for line in ours)
