"""Whole pages kept for visitors: quick, the same for everybody, never stale after a change, never somebody's own."""

import gzip

import pytest
from django.core.cache import cache
from django.test import Client

from campaigns.services import publishing
from cms.website import generation
from cms.website.page_cache import KEEP_SECONDS, MARK
from tests.factories.campaigns import make_script
from tests.factories.roof import PASSWORD, World, make_world, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    generation.forget()
    return make_world()


def test_the_second_visitor_gets_the_kept_page_without_a_query(
    client: Client, world: World, django_assert_num_queries: object
) -> None:
    first = client.get("/")
    assert first[MARK] == "new" and first["Cache-Control"] == f"public, max-age={KEEP_SECONDS}"
    generation.current()
    with django_assert_num_queries(0):  # type: ignore[operator]
        second = Client().get("/")
    assert second[MARK] == "kept" and second.content == first.content


def test_publishing_makes_kept_pages_unreachable(client: Client, world: World) -> None:
    client.get("/")
    people = world.people
    item = make_script(user=people["editor"], campaign=world.campaign, title="Mới toanh")
    publish(item, editor=people["editor"], approver=people["approver"])
    assert client.get("/")[MARK] == "new"


def test_taking_down_is_seen_at_once(client: Client, world: World) -> None:
    url = world.script.scriptpages.get(orthography="vi").get_url()
    assert client.get(url).status_code == 200
    publishing.unpublish(world.script, "vi")
    assert client.get(url).status_code == 404


def test_a_changed_hotline_is_seen_at_once(client: Client, world: World) -> None:
    url = world.script.scriptpages.get(orthography="vi").get_url()
    assert world.hotline.number in client.get(url).content.decode()
    world.hotline.verified_by = world.hotline.verified_at = None
    world.hotline.save()
    assert world.hotline.number not in client.get(url).content.decode()


def test_people_who_signed_in_get_their_own_pages(client: Client, world: World) -> None:
    client.get("/")
    signed_in = Client()
    assert signed_in.login(username="bientap", password=PASSWORD)
    assert MARK not in signed_in.get("/")


def test_pages_of_working_rooms_are_never_kept(client: Client, world: World) -> None:
    for path in ("/dang-nhap/", "/co-so/", "/tim-kiem/?q=a", "/khong-co/"):
        assert MARK not in client.get(path), path


def test_compressed_for_those_who_can_read_it(client: Client, world: World) -> None:
    plain = client.get("/")
    packed = Client().get("/", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) * 0.6
    assert "Accept-Encoding" in packed["Vary"]


def test_unchanged_page_is_answered_with_304(client: Client, world: World) -> None:
    etag = client.get("/")["ETag"]
    again = client.get("/", headers={"If-None-Match": etag})
    assert again.status_code == 304 and again.content == b""
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_has_no_body(client: Client, world: World) -> None:
    client.get("/")
    answer = client.head("/")
    assert answer.status_code == 200 and answer.content == b""


def test_hosts_and_addresses_do_not_share_pages(client: Client, world: World) -> None:
    client.get("/")
    assert client.get("/", headers={"host": "127.0.0.1"})[MARK] == "new"
    assert client.get("/?x=1")[MARK] == "new"
