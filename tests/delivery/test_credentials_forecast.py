"""Which key dies before which planned slot: in the selectors, on the list of destinations, in the cockpit; keys asked in time."""

from datetime import timedelta
from typing import Any

import pytest

from channels.delivery.contract import register
from channels.delivery.credential_selectors import dies, key_troubles, key_view, sentence
from channels.delivery.enums import CredentialState as C
from channels.delivery.errors import AuthFailed, Retryable
from channels.delivery.models import Credential, Endpoint
from channels.delivery.services.credentials import watch
from channels.delivery.services.key_checks import check_soon_needed
from cms.cockpit import soon
from cms.core import clock
from tests.delivery.keys import Provider
from tests.factories.delivery import CredentialFactory, EndpointFactory, plan

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def other_side() -> Provider:
    provider = Provider()
    register(provider)
    return provider


def destination(**key: Any) -> Endpoint:
    fields: dict[str, Any] = {"kind": "memory", "refresh_secret": "", "name": "Khóa trang tỉnh", **key}
    return EndpointFactory(kind="memory", credential=CredentialFactory(**fields))


def daily(endpoint: Endpoint, *, days: int = 20) -> None:
    """07:05 every morning from tomorrow on."""
    tomorrow = clock.today() + DAY
    plan(endpoint=endpoint, times=("07:05",), date_from=tomorrow, date_to=tomorrow + timedelta(days=days))


def test_a_key_that_dies_before_a_slot_beyond_the_horizon(other_side: Provider, noon: Any) -> None:
    endpoint = destination(expires_at=clock.now() + 5 * DAY)
    daily(endpoint)
    watch()
    trouble = key_troubles()[0]
    # Now is Wednesday 18 November 12:00; the key ends on Monday 23 at 12:00; slots are made two days ahead only.
    assert trouble.first is not None and trouble.first.astimezone(clock.local_zone()).strftime("%d %H:%M") == "24 07:05"
    assert (trouble.count, trouble.held) == (9, 0)
    assert sentence(trouble) == (
        "Khóa “Khóa trang tỉnh” hết hạn lúc 12:00 23/11/2026, trước lượt gửi 07:05 24/11/2026 (9 lượt)"
    )
    assert endpoint.credential is not None and Credential.objects.get().state == C.EXPIRING


def test_slots_near_and_far_are_each_counted_once(other_side: Provider, noon: Any) -> None:
    endpoint = destination(state=C.REAUTH_NEEDED)
    daily(endpoint)
    trouble = key_troubles()[0]
    assert trouble.dies_at is None and trouble.count == 14
    assert trouble.first is not None and trouble.first.astimezone(clock.local_zone()).strftime("%d %H:%M") == "19 07:05"


@pytest.mark.parametrize(
    ("key", "troubled"),
    [
        ({"expires_at": None}, False),
        ({"expires_at": timedelta(days=15)}, False),
        ({"expires_at": timedelta(hours=1)}, True),
        ({"expires_at": timedelta(hours=1), "refresh_secret": "r1"}, False),
        ({"expires_at": timedelta(hours=1), "refresh_secret": "r1", "refresh_expires_at": timedelta(days=3)}, True),
        ({"expires_at": timedelta(hours=-1), "refresh_secret": "r1"}, True),
    ],
)
def test_what_is_renewed_by_itself_is_no_trouble(
    other_side: Provider, noon: Any, key: dict[str, Any], troubled: bool
) -> None:
    dated = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in key.items()}
    daily(destination(**dated))
    assert bool(key_troubles()) is troubled


def test_no_plan_no_trouble_but_a_refused_key_always_is_one(other_side: Provider, noon: Any) -> None:
    endpoint = destination(expires_at=clock.now() + DAY)
    assert key_troubles() == []
    Credential.objects.update(state=C.REAUTH_NEEDED)
    assert "bị từ chối" in sentence(key_troubles()[0])
    Endpoint.objects.filter(pk=endpoint.pk).update(active=False)
    assert key_troubles() == [], "nobody sends with it"


def test_a_renewal_that_does_not_come_by(other_side: Provider, noon: Any) -> None:
    row = destination(refresh_secret="r1", expires_at=clock.now() + DAY).credential
    assert row is not None and dies(row, at=clock.now()) is None
    Credential.objects.update(
        state=C.REFRESHING, refresh_owner="1:x", refresh_lease_until=clock.now(), changed_at=clock.now()
    )
    row.refresh_from_db()
    assert dies(row, at=clock.now()) is None
    assert dies(row, at=clock.now() + timedelta(minutes=11)) is not None


def test_the_cockpit_says_it(other_side: Provider, noon: Any) -> None:
    daily(destination(expires_at=clock.now() + 5 * DAY))
    found = {each.sentence: each.cases for each in soon.troubles()}
    assert any("hết hạn lúc 12:00 23/11/2026" in case for case in found["Có khóa hết hạn trước lượt gửi đã xếp lịch"])


def test_how_a_key_looks(other_side: Provider, noon: Any) -> None:
    row = destination(state=C.REAUTH_NEEDED, state_note="renewal_used_up", checked_at=clock.now()).credential
    assert row is not None
    view = key_view(row)
    assert (view.shape, view.sign) == ("failed", "■")
    assert view.lines == [
        "khóa gia hạn đã được dùng rồi; cần có người đăng nhập lại vào tài khoản",
        "trả lời lúc 12:00 18/11/2026",
    ]
    for state in C:
        Credential.objects.filter(pk=row.pk).update(
            state=state, refresh_owner="1:x", refresh_lease_until=clock.now(), expires_at=clock.now()
        )
        row.refresh_from_db()
        assert key_view(row).word and key_view(row).sign in "●▲◐■"


def test_keys_needed_soon_are_asked_and_a_dead_one_is_known_before_the_slot(other_side: Provider, noon: Any) -> None:
    soon_needed, later = destination(), destination(name="Khóa khác")
    plan(endpoint=soon_needed, times=("18:00",))
    plan(endpoint=later, times=("18:00",), date_from=clock.today() + DAY, date_to=clock.today() + DAY)
    assert check_soon_needed() == 1, "only the one that is needed within hours"
    assert check_soon_needed() == 0, "it has answered lately"
    other_side.tested = Retryable("not_reached")
    with clock.shifted(timedelta(hours=4, minutes=1)):
        assert check_soon_needed() == 1
        assert Credential.objects.get(pk=soon_needed.credential_id).state == C.HEALTHY
        other_side.tested = AuthFailed("token_refused")
        assert check_soon_needed() == 1
    refused = Credential.objects.get(pk=soon_needed.credential_id)
    assert refused.state == C.REAUTH_NEEDED
    assert key_troubles()[0].credential == refused
