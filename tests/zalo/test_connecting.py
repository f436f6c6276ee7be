"""Connecting an account: PKCE, states good for one use, tokens stored together and encrypted, nothing typed lost."""

import json
import logging
import urllib.parse
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from campaigns.models import Organisation
from channels.delivery.enums import CredentialState
from channels.delivery.models import Credential, Endpoint
from channels.zalo import oauth
from cms.core import clock
from cms.core.models import Role
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import Fault
from tests.factories.campaigns import OrganisationFactory, UserFactory
from tests.zalo.conftest import APP, SECRET

pytestmark = pytest.mark.django_db


def client_of(role: str | None) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def admin() -> Client:
    return client_of(Role.ADMINISTRATOR)


def typed(**more: object) -> dict[str, object]:
    organisation = Organisation.objects.first() or OrganisationFactory()
    return {
        "name": "Zalo Thông tin cơ sở", "organisation": organisation.pk, "app_id": APP, "app_secret": SECRET,
        "config-status": "show", "config-broadcast": "on", **more,
    }  # fmt: skip


def begin(client: Client, url: str = "", **more: object) -> str:
    """Fill in the form and return the address at Zalo that the next page leads to."""
    answer = client.post(url or reverse("zalo_connect"), typed(**more))
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer["Location"])
    return str(page.context["address"])


def agree(address: str) -> str:
    """Agree at Zalo; returns our address with code and state, as the browser would be sent there."""
    answer = httpx.get(address, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    where = urllib.parse.urlsplit(answer.headers["location"])
    return f"{where.path}?{where.query}"


def said(client: Client) -> str:
    return client.get(reverse("delivery_destinations")).content.decode()


def test_the_whole_way(simulator: ZaloSimulator, admin: Client) -> None:
    simulator.world.strict_tokens = True
    answer = admin.get(agree(begin(admin)))
    assert answer["Location"] == reverse("delivery_destinations")
    endpoint = Endpoint.objects.get()
    assert (endpoint.kind, endpoint.name, endpoint.config["broadcast"]) == ("zalo", "Zalo Thông tin cơ sở", True)
    key = endpoint.credential
    assert key is not None
    assert (key.state, key.app_secret) == (CredentialState.HEALTHY, SECRET)
    assert key.secret in simulator.world.access and key.refresh_secret in simulator.world.refresh
    assert key.config["app_id"] == APP and key.config["oa_id"] in simulator.world.accounts
    assert key.expires_at is not None and key.refresh_expires_at is not None
    assert abs(key.expires_at - clock.now() - timedelta(hours=25)) < timedelta(minutes=1), '"90000" is a text'
    assert key.refresh_expires_at > clock.now() + timedelta(days=80)
    page = said(admin)
    assert "nay đăng bài cho tài khoản Zalo “Thông tin cơ sở (mô phỏng)”" in page
    assert reverse("zalo_connect") in page, "the list of destinations leads here"
    assert (
        reverse("zalo_reconnect", args=[endpoint.pk])
        in admin.get(reverse("delivery_destination_change", args=[endpoint.pk])).content.decode()
    )


def test_secrets_stand_encrypted_in_database_and_session(simulator: ZaloSimulator, admin: Client) -> None:
    address = begin(admin)
    waiting = json.dumps(Session.objects.get(pk=admin.session.session_key).get_decoded())
    assert SECRET not in waiting
    admin.get(agree(address))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, refresh_secret, app_secret FROM delivery_credential")
        stored = "".join(cursor.fetchone())
    assert stored.count("enc:v1:") == 3
    assert SECRET not in stored and "at-" not in stored
    assert "zalo_connecting" not in admin.session


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.CENTRE, None])
def test_only_administrators(simulator: ZaloSimulator, admin: Client, role: str | None) -> None:
    stranger = client_of(role)
    back = agree(begin(admin))
    for name in ("delivery_destinations", "zalo_connect", "zalo_ask"):
        assert stranger.get(reverse(name)).status_code in (302, 403)
    assert stranger.post(reverse("zalo_connect"), typed()).status_code in (302, 403)
    assert stranger.get(back).status_code in (302, 403)
    assert Client().get(back).status_code == 302
    assert not Credential.objects.exists()


def test_another_administrators_answer_is_refused(simulator: ZaloSimulator, admin: Client) -> None:
    back = agree(begin(admin))
    other = client_of(Role.ADMINISTRATOR)
    other.get(back)
    assert not Credential.objects.exists()
    assert "không thuộc" in said(other)
    assert simulator.world.calls["exchange"] == 0


def test_a_state_is_good_for_one_use(simulator: ZaloSimulator, admin: Client) -> None:
    back = agree(begin(admin))
    admin.get(back)
    key = Credential.objects.get()
    admin.get(back)
    assert simulator.world.calls["exchange"] == 1
    key.refresh_from_db()
    assert key.generation == 1


@pytest.mark.parametrize("change", [lambda q: q.replace("state=", "state=x"), lambda q: q.split("&state=")[0]])
def test_a_forged_state_does_nothing_and_spoils_nothing(
    simulator: ZaloSimulator, admin: Client, change: Callable[[str], str]
) -> None:
    back = agree(begin(admin))
    admin.get(change(back))
    assert simulator.world.calls["exchange"] == 0
    admin.get(back)
    assert Credential.objects.exists(), "the honest answer still counts"


def test_an_old_state_is_refused(simulator: ZaloSimulator, admin: Client) -> None:
    back = agree(begin(admin))
    with clock.shifted(timedelta(minutes=16)):
        admin.get(back)
    assert simulator.world.calls["exchange"] == 0
    assert not Credential.objects.exists()


def test_the_form_is_protected_against_foreign_pages(simulator: ZaloSimulator) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(role=Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("zalo_connect"), typed()).status_code == 403


def test_a_wrong_verifier_is_refused_by_zalo(simulator: ZaloSimulator, admin: Client) -> None:
    """Somebody else's code under our state: the verifier does not belong to it."""
    address = begin(admin)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
    query["code_challenge"] = oauth.challenge_of(oauth.new_verifier())
    foreign = f"{address.split('?')[0]}?{urllib.parse.urlencode(query)}"
    answer = admin.get(agree(foreign))
    assert not Credential.objects.exists()
    assert answer["Location"] == reverse("zalo_connect")
    page = admin.get(answer["Location"]).content.decode()
    assert "không còn nhận" in page
    assert "Zalo Thông tin cơ sở" in page, "nothing typed is lost"
    assert SECRET not in page
    admin.get(agree(begin(admin, app_secret="")))
    assert Credential.objects.get().app_secret == SECRET, "the secret was kept, too"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("code", step="exchange", code=-14003), "không còn nhận"),
        (Fault("code", step="exchange", code=-14004), "mã ứng dụng hoặc khóa bí mật"),
        (Fault("500", step="exchange"), "chưa kết nối được"),
        (Fault("garbage", step="exchange"), "chưa kết nối được"),
        (Fault("drop_reply", step="exchange"), "chưa kết nối được"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_what_goes_wrong_is_said_and_nothing_typed_is_lost(
    simulator: ZaloSimulator, admin: Client, fault: Fault, words: str
) -> None:
    back = agree(begin(admin))
    simulator.world.order(Fault(**vars(fault)))
    answer = admin.get(back)
    page = admin.get(answer["Location"]).content.decode()
    assert words.lower() in page.lower()
    assert "Zalo Thông tin cơ sở" in page
    assert not Credential.objects.exists()


def test_no_is_an_answer(simulator: ZaloSimulator, admin: Client) -> None:
    back = agree(begin(admin))
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["state"][0]
    answer = admin.get(reverse("zalo_return"), {"state": state, "error": "access_denied"})
    assert "chưa được cấp" in admin.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"app_id": "abc"}, "chỉ gồm chữ số"),
        ({"app_secret": ""}, "khóa bí mật"),
        ({"app_secret": "khóa có dấu"}, "chỉ gồm chữ"),
        ({"name": ""}, "Zalo"),
        ({"config-status": "hide"}, "không thể gửi"),
        ({"config-cover_url": "http://vidu.vn/a.png"}, "https://"),
        ({"config-cover_url": "không phải địa chỉ"}, "địa chỉ"),
    ],
)
def test_mistakes_in_the_form(simulator: ZaloSimulator, admin: Client, more: dict[str, object], words: str) -> None:
    page = admin.post(reverse("zalo_connect"), typed(**more))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert SECRET not in page.content.decode()


def test_connecting_again_keeps_the_destination(simulator: ZaloSimulator, admin: Client) -> None:
    admin.get(agree(begin(admin)))
    endpoint, key = Endpoint.objects.get(), Credential.objects.get()
    Credential.objects.update(state=CredentialState.REAUTH_NEEDED, state_note="zalo_renewal_used_up")
    admin.get(agree(begin(admin, reverse("zalo_reconnect", args=[endpoint.pk]), app_secret="")))
    fresh = Credential.objects.get()
    assert (fresh.pk, fresh.state, fresh.app_secret) == (key.pk, CredentialState.HEALTHY, SECRET)
    assert fresh.generation == key.generation + 1
    assert fresh.secret != key.secret
    assert Endpoint.objects.count() == 1


def test_another_account_than_before_is_refused(simulator: ZaloSimulator, admin: Client) -> None:
    admin.get(agree(begin(admin)))
    before = Credential.objects.get()
    simulator.world.accounts = {"2000000000000000002": "Trang của người khác"}
    simulator.world.strict_tokens = True
    answer = admin.get(agree(begin(admin, reverse("zalo_reconnect", args=[Endpoint.objects.get().pk]), app_secret="")))
    assert "Trang của người khác" in admin.get(answer["Location"]).content.decode()
    assert Credential.objects.get().secret == before.secret


def test_one_account_has_one_key(simulator: ZaloSimulator, admin: Client) -> None:
    simulator.world.strict_tokens = True
    admin.get(agree(begin(admin)))
    admin.get(agree(begin(admin, name="Zalo chỉ đăng bài")))
    assert Endpoint.objects.count() == 2
    assert Endpoint.objects.values("credential").distinct().count() == 1
    taken = admin.post(reverse("zalo_connect"), typed())
    assert "mang tên này" in taken.content.decode()


def test_no_secret_in_any_log(simulator: ZaloSimulator, admin: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    back = agree(begin(admin))
    simulator.world.order(Fault("code", step="exchange", code=-14003, message=f"bad secret_key={SECRET}"))
    admin.get(back)
    admin.get(agree(begin(admin, app_secret="")))
    key = Credential.objects.get()
    ours = [f"{r.getMessage()} {r.__dict__}" for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    for secret in (SECRET, str(key.secret), str(key.refresh_secret)):
        assert not any(secret in line for line in ours)
    assert not any(SECRET in address for address in simulator.world.seen_addresses)


def test_challenge_is_the_one_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert (
        oauth.challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    assert len(oauth.new_verifier()) >= 43
