"""Residents see the official accounts: verified, in use, without a word about persons, new at once."""

import pytest
from django.test import Client

from channels.delivery.enums import Platform
from channels.delivery.models import OfficialAccount
from channels.delivery.services import accounts
from channels.delivery.services.accounts import AccountInput
from cms.website import generation
from tests.factories.campaigns import OrganisationFactory, UserFactory
from tests.factories.roof import make_world

pytestmark = pytest.mark.django_db


def register(name: str, *, verify: bool = True) -> OfficialAccount:
    account = accounts.register_account(
        AccountInput(
            platform=Platform.FACEBOOK_PAGE, name=name, address=f"https://facebook.com/{name.lower()}",
            organisation=OrganisationFactory(name=f"Đơn vị {name}"), contact="0905 000 111",
            person_in_charge=UserFactory(full_name="Nguyễn Văn Kín"),
        ),
        user=None,
    )  # fmt: skip
    return accounts.verify_account(account, user=None) if verify else account


def read(client: Client, path: str) -> str:
    generation.forget()
    return client.get(path).content.decode()


def test_the_home_page_shows_some_and_the_page_all(client: Client) -> None:
    make_world()
    assert "Các kênh chính thức" not in read(client, "/")
    assert "Chưa có kênh nào" in read(client, "/kenh-chinh-thuc/")
    register("A1")
    assert "facebook.com/a1" in read(client, "/"), "a kept page goes as soon as the register changes"
    for number in range(2, 9):
        register(f"A{number}")
    register("Chua", verify=False)
    home, every = read(client, "/"), read(client, "/kenh-chinh-thuc/")
    assert home.count("https://facebook.com/") == 6
    assert "/kenh-chinh-thuc/" in home
    assert every.count("https://facebook.com/") == 8
    for page in (home, every):
        assert "Kín" not in page
        assert "0905" not in page
        assert "facebook.com/chua" not in page
    accounts.retire_account(OfficialAccount.objects.get(name="A1"), user=None)
    assert "facebook.com/a1" not in read(client, "/kenh-chinh-thuc/")


def test_it_answers_visitors_only_by_reading(client: Client) -> None:
    assert client.post("/kenh-chinh-thuc/").status_code == 405
