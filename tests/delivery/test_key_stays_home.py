"""A stored key goes only to the server that it was typed for."""

import pytest

from channels.delivery.models import Endpoint
from channels.delivery.services import change_endpoint, create_endpoint
from cms.core.errors import BadInput
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory

pytestmark = pytest.mark.django_db
KINDS = {"wordpress": "site", "webhook": "url"}
ELSEWHERE = "https://noi-khac.example.org/cong"


def change(endpoint: Endpoint, address: str, *, secret: str = "") -> Endpoint:
    config = {**endpoint.config, KINDS[endpoint.kind]: address}
    return change_endpoint(
        endpoint, name=endpoint.name, organisation=endpoint.organisation, config=config, secret=secret,
        user=UserFactory(role=Role.ADMINISTRATOR),
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_another_server_wants_the_key_typed_again(kind: str) -> None:
    endpoint = EndpointFactory(**{kind: True})
    before = endpoint.credential.secret
    with pytest.raises(BadInput):
        change(endpoint, ELSEWHERE)
    endpoint.refresh_from_db()
    assert endpoint.config[KINDS[kind]] != ELSEWHERE
    same_server = endpoint.config[KINDS[kind]].rstrip("/") + "/trang"
    assert change(endpoint, same_server).credential.secret == before
    moved = change(endpoint, ELSEWHERE, secret="khoa-moi-cho-noi-moi-0123456789-abcdefgh")
    assert moved.config[KINDS[kind]].startswith("https://noi-khac.example.org")


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_key_serves_no_new_place_elsewhere(kind: str) -> None:
    endpoint = EndpointFactory(**{kind: True})
    with pytest.raises(BadInput):
        create_endpoint(
            kind=kind, name="Nơi khác", organisation=endpoint.organisation, credential=endpoint.credential,
            config={**endpoint.config, KINDS[kind]: ELSEWHERE}, user=UserFactory(role=Role.ADMINISTRATOR),
        )  # fmt: skip
    assert Endpoint.objects.count() == 1
