"""Destinations and keys in the admin: parts typed once and never shown, tests remembered, a stored key shared, who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from channels.delivery.contract import channels, register
from channels.delivery.enums import CredentialState as C
from channels.delivery.errors import AuthFailed, Retryable
from channels.delivery.models import Credential, Endpoint
from cms.core import clock
from cms.core.models import Role
from tests.delivery.keys import Provider
from tests.factories.campaigns import OrganisationFactory, UserFactory
from tests.factories.delivery import CredentialFactory, EndpointFactory

pytestmark = pytest.mark.django_db
CANARY = "EAA" + "canaryKeyOfAPage0123456789"
PAGE = {"config-page_id": "100200300400", "config-pictures": "first", "config-hashtags": "#AnToàn"}


def client_of(role: str | None) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def administrator() -> Client:
    return client_of(Role.ADMINISTRATOR)


def new(client: Client, kind: str = "facebook", **data: Any) -> Any:
    fields = {"name": "Trang tỉnh", "organisation": OrganisationFactory().pk, **PAGE, **data}
    return client.post(reverse("delivery_destination_new", args=[kind]), fields)


def test_a_key_in_two_parts_with_its_last_day(administrator: Client) -> None:
    day = clock.today() + timedelta(days=60)
    answer = new(administrator, secret=CANARY, app_secret="canary app secret", last_day=day.strftime("%d/%m/%Y"))
    assert answer.status_code == 302
    endpoint = Endpoint.objects.get()
    assert endpoint.config == {"page_id": "100200300400", "pictures": "first", "hashtags": "#AnToàn"}
    key = endpoint.credential
    assert key is not None and (key.secret, key.app_secret) == (CANARY, "canary app secret")
    assert key.expires_at is not None and key.expires_at.astimezone(clock.local_zone()).date() == day


def test_what_was_typed_of_a_key_is_not_sent_back(administrator: Client) -> None:
    page = new(administrator, secret=CANARY, **{"config-page_id": "tỉnh"}).content.decode()
    assert "chỉ gồm chữ số" in page and "canary" not in page and "Trang tỉnh" in page
    page = new(administrator, secret="", app_secret="").content.decode()
    assert "help-critical" in page and not Endpoint.objects.exists()
    page = new(administrator, secret=CANARY, last_day="01/01/2020").content.decode()
    assert "đã qua" in page and "canary" not in page


def test_changing_keeps_what_is_left_empty(administrator: Client) -> None:
    new(administrator, secret=CANARY, app_secret="one")
    endpoint = Endpoint.objects.get()
    change = reverse("delivery_destination_change", args=[endpoint.pk])
    data = {"name": "Trang mới", "organisation": endpoint.organisation_id, **PAGE}
    assert "canary" not in administrator.get(change).content.decode()
    assert administrator.post(change, data).status_code == 302
    endpoint = Endpoint.objects.get()
    assert endpoint.credential is not None
    assert (endpoint.name, endpoint.credential.generation) == ("Trang mới", 1)
    administrator.post(change, {**data, "app_secret": "two"})
    key = Credential.objects.get()
    assert (key.secret, key.app_secret, key.generation) == (CANARY, "two", 1)
    Credential.objects.update(state=C.REAUTH_NEEDED, state_note="fb_token_expired")
    assert "đăng nhập lại vào Facebook" in administrator.get(change).content.decode()
    administrator.post(change, {**data, "secret": CANARY + "2"})
    key = Credential.objects.get()
    assert (key.secret, key.state, key.generation) == (CANARY + "2", C.HEALTHY, 2)
    day = clock.today() + timedelta(days=3)
    administrator.post(change, {**data, "last_day": day.strftime("%d/%m/%Y")})
    assert Credential.objects.get().expires_at is not None and Credential.objects.get().generation == 2


def test_a_stored_key_serves_another_destination(administrator: Client) -> None:
    key = CredentialFactory(kind="facebook", name="Ứng dụng của Sở")
    CredentialFactory(kind="telegram", name="Bot")
    page = administrator.get(reverse("delivery_destination_new", args=["facebook"])).content.decode()
    assert "Ứng dụng của Sở" in page and ">Bot<" not in page
    assert new(administrator, stored=key.pk).status_code == 302
    assert Endpoint.objects.get().credential == key and Credential.objects.count() == 2


def test_the_list_says_state_end_and_last_answer(administrator: Client) -> None:
    key = CredentialFactory(
        kind="facebook", state=C.REAUTH_NEEDED, state_note="fb_blocked", checked_at=clock.now(), secret=CANARY
    )
    endpoint = EndpointFactory(kind="facebook", credential=key, config={"page_id": "100200300400"})
    EndpointFactory(website=True, active=False)
    page = administrator.get(reverse("delivery_destinations")).content.decode()
    for words in ("■ bị từ chối", "chặn trang đăng bài", "trả lời lúc", "○ đang tắt", "Nhập khóa mới"):
        assert words in page, words
    assert "canary" not in page and reverse("delivery_destination_change", args=[endpoint.pk]) in page


def test_testing_the_connection(administrator: Client) -> None:
    provider = Provider()
    register(provider)
    key = CredentialFactory(kind="memory", refresh_secret="")
    endpoint = EndpointFactory(kind="memory", credential=key)
    test = reverse("delivery_destination_test", args=[endpoint.pk])
    assert administrator.get(test).status_code == 405
    assert administrator.post(test).status_code == 302
    key.refresh_from_db()
    assert key.checked_at is not None
    provider.tested = Retryable("not_reached")
    assert "không liên lạc được" in administrator.post(test, follow=True).content.decode().lower()
    provider.tested = AuthFailed("token_refused")
    administrator.post(test)
    key.refresh_from_db()
    assert (key.state, key.state_note) == (C.REAUTH_NEEDED, "token_refused")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER])
def test_only_administrators(role: str) -> None:
    endpoint = EndpointFactory(kind="facebook", credential=CredentialFactory(kind="facebook"))
    client = client_of(role)
    for name, *args in (("destinations",), ("destination_new", "facebook"), ("destination_change", endpoint.pk)):
        assert client.get(reverse(f"delivery_{name}", args=args)).status_code == 302
    for name in ("test", "switch"):
        assert client.post(reverse(f"delivery_destination_{name}", args=[endpoint.pk])).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.active
    assert client_of(None).get(reverse("delivery_destinations")).status_code == 403


def test_every_channel_has_its_form(administrator: Client) -> None:
    for channel in channels():
        path = reverse("delivery_destination_new", args=[channel.kind])
        assert administrator.get(path).status_code == 200, channel.kind
        assert administrator.post(path, {}).status_code == 200, channel.kind
    assert administrator.get(reverse("delivery_destination_new", args=["fax"])).status_code == 404
