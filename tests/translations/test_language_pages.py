"""Every content language, from the approved source to the page that answers in it."""

from typing import Any

import pytest
from django.test import Client

from campaigns.services import publishing
from cms.core.languages import ORTHOGRAPHIES
from tests.factories.campaigns import HotlineFactory
from tests.factories.translations import make_reviewer, make_source, make_submitted
from translations.services import approve_job

pytestmark = pytest.mark.django_db

TARGETS = [code for code in ORTHOGRAPHIES if code != "vi"]


def address_of(page: Any) -> str:
    url = page.get_url()
    assert url, "the page has no address: its home page is not under the site"
    return "/" + url.split("://", 1)[-1].split("/", 1)[-1] if "://" in url else url


@pytest.mark.parametrize("code", TARGETS)
def test_a_page_answers_200_in_its_own_language(client: Client, code: str) -> None:
    item = make_source(hotline=HotlineFactory())
    job = make_submitted(code, item=item)
    approval = approve_job(job=job, user=make_reviewer(code))
    page = publishing.publish(approval)
    address = address_of(page)
    assert address.startswith(f"/{code}/")

    answer = client.get(address, headers={"accept-language": "en"})

    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == code
    text = answer.content.decode()
    assert f'lang="{ORTHOGRAPHIES[code].tag}"' in text
    assert approval.payload["title"] in text and "0269 3 869 999" in text


def test_the_vietnamese_page_stands_at_the_root(client: Client) -> None:
    item = make_source()
    page = publishing.publish(item.approvals.get())
    address = address_of(page)
    assert not address.startswith("/vi/")
    answer = client.get(address, headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "vi")
