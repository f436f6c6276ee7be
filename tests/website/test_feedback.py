"""Residents' messages: few words, no names, no cookie, no flood."""

import pytest
from django.core.cache import cache
from django.test import Client

from cms.core.models import Role
from cms.website.feedback import PER_ADDRESS_HOUR
from cms.website.models import ResidentMessage
from tests.factories.roof import PASSWORD, person

pytestmark = pytest.mark.django_db
GOOD = {"kind": "too_early", "place": "Làng Nú", "text": "Năm giờ sáng loa đã phát.", "page": "/x/", "website": ""}


@pytest.fixture(autouse=True)
def _nobody_has_written_yet() -> None:
    cache.clear()


def send(client: Client, **values: str) -> object:
    return client.post("/gop-y/", {**GOOD, **values})


def test_a_message_is_stored_without_anything_about_its_writer(client: Client) -> None:
    response = send(client)
    assert response.status_code == 200 and "Cảm ơn bà con" in response.content.decode()  # type: ignore[attr-defined]
    assert not response.cookies  # type: ignore[attr-defined]
    row = ResidentMessage.objects.get()
    assert (row.kind, row.place, row.text, row.page) == ("too_early", "Làng Nú", GOOD["text"], "/x/")
    assert not [
        field.name for field in ResidentMessage._meta.get_fields() if "ip" in field.name or "name" in field.name
    ]


@pytest.mark.parametrize(
    ("change", "left"),
    [({"text": "  "}, "Làng Nú"), ({"kind": "xx"}, "Năm giờ sáng"), ({"text": "a" * 1001}, "Làng Nú")],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(client: Client, change: dict[str, str], left: str) -> None:
    response = send(client, **change)
    assert response.status_code == 400 and left in response.content.decode()  # type: ignore[attr-defined]
    assert not ResidentMessage.objects.exists()


def test_a_program_is_thanked_and_forgotten(client: Client) -> None:
    assert send(client, website="http://x").status_code == 200  # type: ignore[attr-defined]
    assert not ResidentMessage.objects.exists()


def test_a_flood_is_stopped_and_the_words_are_kept(client: Client) -> None:
    for number in range(PER_ADDRESS_HOUR):
        send(client, text=f"Lời {number}")
    response = send(client, text="Lời cuối")
    assert response.status_code == 429 and "Lời cuối" in response.content.decode()  # type: ignore[attr-defined]
    assert ResidentMessage.objects.count() == PER_ADDRESS_HOUR


def test_markup_stays_text(client: Client) -> None:
    send(client, text="<script>alert(1)</script>\x00")
    person("ai", Role.EDITOR)
    client.login(username="ai", password=PASSWORD)
    assert "<script>alert" not in client.get("/gop-y/da-nhan/").content.decode()


@pytest.mark.parametrize(
    ("role", "reads", "handles"), [("editor", 200, 302), ("leader", 200, 403), ("centre", 403, 403), ("", 403, 403)]
)
def test_who_reads_and_who_handles(client: Client, role: str, reads: int, handles: int) -> None:
    send(client)
    row = ResidentMessage.objects.get()
    person("ai", role)
    client.login(username="ai", password=PASSWORD)
    assert client.get("/gop-y/da-nhan/").status_code == reads
    assert client.post(f"/gop-y/da-nhan/{row.pk}/xong/").status_code == handles
    row.refresh_from_db()
    assert (row.handled_at is not None) == (handles == 302)


def test_handled_once(client: Client) -> None:
    send(client)
    row = ResidentMessage.objects.get()
    person("ai", Role.EDITOR)
    client.login(username="ai", password=PASSWORD)
    client.post(f"/gop-y/da-nhan/{row.pk}/xong/")
    text = client.post(f"/gop-y/da-nhan/{row.pk}/xong/", follow=True).content.decode()
    assert "đồng nghiệp" in text
    assert "Không có ý kiến nào chờ" in text and GOOD["text"] in client.get("/gop-y/da-nhan/?tat-ca=1").content.decode()
