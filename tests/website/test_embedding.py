"""A text of ours inside other people's pages: small, silent, framed by anybody, and gone when it is taken down."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree
from django.core.cache import cache
from django.test import Client

from campaigns.services import items, publishing
from cms.website import generation
from tests.factories.campaigns import make_script
from tests.factories.roof import World, approve, make_world, publish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    generation.forget()
    return make_world()


def oembed(client: Client, url: str, **more: Any) -> Any:
    return client.get(f"/oembed?{urlencode({'url': url, **more})}")


def page_url(item: Any, code: str = "vi") -> str:
    return items.page_of(item, orthography=code).get_url()


def test_the_small_page(client: Client, world: World) -> None:
    response = client.get(f"/nhung/{world.script.pk}/vi/")
    body = response.content.decode()
    assert response.status_code == 200
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response and not response.cookies
    assert "<script" not in body and "style=" not in body
    assert world.department.name in body and world.hotline.number in body
    assert '<audio controls preload="none" src="/a/' in body
    assert all('target="_blank"' in link for link in re.findall(r"<a [^>]*>", body))
    css = b"".join(client.get("/static/site/embed.css").streaming_content)
    assert len(response.content) + len(css) < 30_000
    # Everything else stays closed to other people's frames.
    assert "frame-ancestors 'none'" in client.get(page_url(world.script))["Content-Security-Policy"]


def test_the_headers_stay_when_the_page_is_kept(client: Client, world: World) -> None:
    path = f"/nhung/{world.script.pk}/vi/"
    first, second = client.get(path), client.get(path)
    assert second["X-Cong-Cache"] == "kept"
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    signed_in = Client()
    signed_in.force_login(world.people["editor"])
    own = signed_in.get(path)
    assert "X-Frame-Options" not in own and "frame-ancestors *" in own["Content-Security-Policy"]


def test_a_very_long_text_stays_small(client: Client, world: World) -> None:
    body = [("turn", {"voice": "male", "text": "Bà con nhớ khóa cửa & gửi nhà. " * 60}) for _ in range(30)]
    item = make_script(campaign=world.campaign, title="Dài", body=body, user=world.people["editor"])
    publish(item, editor=world.people["editor"], approver=world.people["approver"])
    response = client.get(f"/nhung/{item.pk}/vi/")
    assert len(response.content) < 28_000
    assert "Đọc tiếp" in response.content.decode()


def test_strangers_see_nothing_that_was_not_approved(client: Client, world: World) -> None:
    draft = make_script(campaign=world.campaign, title="Lời chưa ai duyệt", user=world.people["editor"])
    for when in ("draft", "approved, not published"):
        if when != "draft":
            approve(draft, editor=world.people["editor"], approver=world.people["approver"])
        for who in (None, "editor", "centre"):
            visitor = Client()
            if who:
                visitor.force_login(world.people[who])
            response = visitor.get(f"/nhung/{draft.pk}/vi/")
            assert response.status_code == 404, (when, who)
            assert "chưa ai duyệt" not in response.content.decode()
    assert client.get(f"/nhung/{world.script.pk}/jra/").status_code == 404
    assert client.get(f"/nhung/{world.script.pk}/xx/").status_code == 404
    assert client.get("/nhung/999999/vi/").status_code == 404


def test_taken_down_means_gone_from_other_pages_too(client: Client, world: World) -> None:
    path, url = f"/nhung/{world.script.pk}/vi/", f"http://testserver{page_url(world.script)}"
    assert client.get(path).status_code == oembed(client, url).status_code == 200
    publishing.unpublish(world.script, "vi")
    generation.forget()
    gone = client.get(path)
    assert gone.status_code == 404 and "frame-ancestors *" in gone["Content-Security-Policy"]
    assert "không còn" in gone.content.decode()
    assert oembed(client, url).status_code == 404


def test_oembed_answers_for_our_addresses(client: Client, world: World) -> None:
    url = f"http://testserver{page_url(world.script)}"
    response = oembed(client, url)
    answer = json.loads(response.content)
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (answer["version"], answer["type"], answer["width"], answer["height"]) == ("1.0", "rich", 600, 480)
    assert (answer["author_name"], answer["title"]) == (world.department.name, "Giữ nhà khi đi rẫy")
    source = re.search(r'src="([^"]+)"', answer["html"])
    assert source is not None
    assert client.get(source[1].replace("http://localhost:8000", "")).status_code == 200
    assert json.loads(oembed(client, source[1].replace("localhost:8000", "testserver")).content) == answer
    small = json.loads(oembed(client, url, maxwidth=320, maxheight=9999).content)
    assert (small["width"], small["height"]) == (320, 480) and 'width="320"' in small["html"]
    root = ElementTree.fromstring(oembed(client, url, format="xml").content)
    assert {node.tag: node.text for node in root} == {key: str(value) for key, value in answer.items()}


def test_oembed_of_another_language(client: Client, world: World) -> None:
    translate(world.script, "km", world=world)
    answer = json.loads(oembed(client, f"http://testserver{page_url(world.script, 'km')}").content)
    assert answer["html"].count(f"/nhung/{world.script.pk}/km/") == 1


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "http://evil.example/giu-nha/", "javascript:alert(1)", "http://testserver/", "http://testserver/admin/",
        "http://testserver@evil.example/", "http://[::1/", "http://testserver/khong/co/", "/", "http://testserver/nhung/1/xx/",
    ],
)  # fmt: skip
def test_oembed_of_anything_else_is_not_found(client: Client, world: World, url: str) -> None:
    assert oembed(client, url).status_code == 404


@pytest.mark.parametrize("path", ["nhung/9223372036854775808/vi/", "nhung/99999999999999999999999999/vi/"])
def test_numbers_that_no_database_has_are_not_found(client: Client, world: World, path: str) -> None:
    assert client.get(f"/{path}").status_code == 404
    assert oembed(client, f"http://testserver/{path}").status_code == 404


def test_an_address_with_a_nul_is_not_looked_up(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    # PostgreSQL refuses the question itself; the one query asks how old the kept pages are.
    with django_assert_max_num_queries(1):
        assert oembed(client, "http://testserver/a\x00b/").status_code == 404


def test_oembed_refuses_what_it_does_not_know(client: Client, world: World) -> None:
    url = f"http://testserver{page_url(world.script)}"
    assert oembed(client, url, format="yaml").status_code == 501
    assert oembed(client, url, maxwidth="nhiều").status_code == 400
    assert oembed(client, url, maxheight="0").status_code == 400


def test_pages_say_how_to_embed_them(client: Client, world: World) -> None:
    body = client.get(page_url(world.article)).content.decode()
    (discovery,) = re.findall(r'<link rel="alternate" type="application/json\+oembed"[^>]*href="([^"]+)"', body)
    assert "format=json" in discovery and "oembed?url=http" in discovery
    assert 'type="text/xml+oembed"' in body
    assert f"&lt;iframe src=&quot;http://localhost:8000/nhung/{world.article.pk}/vi/&quot;" in body
    landing = items.page_of(world.script, orthography="vi").get_parent().get_url()
    assert "oembed" not in client.get(landing).content.decode()
