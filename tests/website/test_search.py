"""Searching what is live."""

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.services import publishing
from cms.core.text import fold
from cms.website import search
from cms.website.models import SearchEntry
from tests.factories.campaigns import make_script
from tests.factories.roof import World, make_world, publish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def titles(query: str, code: str | None = None) -> list[str]:
    return [entry.title for entry in search.find(query, code)]


@pytest.mark.parametrize(
    "query", ["trộm cắp", "trom cap", "TRỘM CẮP", "tro\u0302\u0323m ca\u0306\u0301p", "cắp trộm", "  trom   cap "]
)
def test_found_with_and_without_accents(world: World, query: str) -> None:
    assert "Giữ nhà khi đi rẫy" in titles(query)


def test_words_are_whole(world: World) -> None:
    assert titles("rộ") == []
    assert titles("tro") == []


def test_accents_that_were_typed_come_first(world: World) -> None:
    people = world.people
    for title in ("Mùa bận", "Mua bán"):
        item = make_script(user=people["editor"], campaign=world.campaign, title=title)
        publish(item, editor=people["editor"], approver=people["approver"])
    assert titles("mua bán")[0] == "Mua bán"
    assert titles("mùa bận")[0] == "Mùa bận"


def test_what_was_taken_down_is_not_found(world: World) -> None:
    publishing.unpublish(world.script, "vi")
    assert "Giữ nhà khi đi rẫy" not in titles("trộm cắp")


def test_a_draft_is_not_found(world: World) -> None:
    make_script(user=world.people["editor"], campaign=world.campaign, title="Bản nháp chưa duyệt")
    assert titles("bản nháp") == []


def test_one_language_alone(world: World) -> None:
    translate(world.script, "jra", world=world)
    assert {entry.orthography for entry in search.find("a b", "jra")} <= {"jra"}
    assert "Giữ nhà khi đi rẫy" not in titles("trộm cắp", "jra")


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "'; --", "\x00", "🙂"])
def test_nothing_that_is_no_word_finds_anything(client: Client, world: World, query: str) -> None:
    assert titles(query) == []
    assert client.get("/tim-kiem/", {"q": query}).status_code == 200


def test_page_of_results(client: Client, world: World) -> None:
    text = client.get("/tim-kiem/", {"q": "trom cap"}).content.decode()
    assert "Giữ nhà khi đi rẫy" in text and "trang</strong>" in text
    assert 'name="robots" content="noindex"' in text
    empty = client.get("/tim-kiem/", {"q": "khủng long"}).content.decode()
    assert "Không tìm thấy" in empty


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999999"])
def test_odd_page_numbers_are_forgiven(client: Client, world: World, page: str) -> None:
    assert client.get("/tim-kiem/", {"q": "nhà", "trang": page}).status_code == 200


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=260))
def test_any_text_may_be_searched(query: str) -> None:
    words = fold(query).split()
    assert not list(search.find(query)[:1]) or words


def test_the_index_is_made_again_when_words_change(world: World) -> None:
    entry = SearchEntry.objects.get(page__slug="giu-nha-khi-di-ray", orthography="vi")
    assert " khoa phanh dia " in entry.text_key
