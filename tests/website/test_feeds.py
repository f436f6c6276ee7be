"""Feeds to pull from, in three formats: valid, in the right language, and only what may leave now."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from defusedxml import ElementTree
from django.core.cache import cache
from django.test import Client
from django.utils.http import http_date

from campaigns.models import CampaignPage, Pause
from campaigns.services import items, publishing
from cms.core import clock
from cms.website import generation
from tests.factories.campaigns import AreaFactory, HotlineFactory, make_campaign, make_script
from tests.factories.roof import World, approve, make_world, publish, translate

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ENDINGS = ["", "atom.xml", "feed.json"]


@pytest.fixture
def world() -> World:
    cache.clear()
    return make_world()


def fetch(client: Client, path: str, **headers: str) -> Any:
    generation.forget()
    return client.get(path, headers=headers)


def titles(client: Client, path: str) -> set[str]:
    return {item["title"] for item in json.loads(fetch(client, f"{path}feed.json").content)["items"]}


def check_json_feed(feed: dict[str, Any]) -> None:
    """The rules of jsonfeed.org/version/1.1 as far as we use its fields."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str) and feed["title"]
    for name in ("home_page_url", "feed_url"):
        assert urlsplit(feed[name]).scheme in ("http", "https")
    assert set(feed) <= {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items"}
    names = [item["id"] for item in feed["items"]]
    assert len(set(names)) == len(names)
    for item in feed["items"]:
        assert isinstance(item["id"], str) and item["content_html"]
        for moment in ("date_published", "date_modified"):
            assert datetime.fromisoformat(item[moment]).tzinfo is not None
        for file in item.get("attachments", ()):
            assert file["url"].startswith("http") and file["mime_type"] == "audio/mpeg"
            assert isinstance(file["size_in_bytes"], int) and isinstance(file["duration_in_seconds"], int)


def check_atom(root: Any) -> None:
    """What RFC 4287 section 4.1 demands of a feed and its entries."""
    assert root.tag == f"{ATOM}feed"
    for place in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(place.findall(f"{ATOM}{name}")) == 1, name
        assert place.find(f"{ATOM}author/{ATOM}name").text
        assert datetime.fromisoformat(place.findtext(f"{ATOM}updated")).tzinfo is not None
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]


def test_three_formats_say_the_same(client: Client, world: World) -> None:
    base = f"/nguon-tin/{world.campaign.slug}/vi/"
    answers = {ending: fetch(client, base + ending) for ending in ENDINGS}
    kinds = [answers[ending]["Content-Type"].split(";")[0] for ending in ENDINGS]
    assert kinds == ["application/rss+xml", "application/atom+xml", "application/feed+json"]
    feed = json.loads(answers["feed.json"].content)
    check_json_feed(feed)
    check_atom(ElementTree.fromstring(answers["atom.xml"].content))
    known = {item["id"]: item for item in feed["items"]}
    assert {item["title"] for item in feed["items"]} == {"Giữ nhà khi đi rẫy", "Năm việc giữ tài sản"}
    for ending, version in (("", "rss20"), ("atom.xml", "atom10")):
        parsed = feedparser.parse(answers[ending].content)
        assert not parsed.bozo and parsed.version == version
        assert parsed.feed.language == feed["language"] == "vi"
        assert parsed.feed.updated_parsed
        assert {entry.id for entry in parsed.entries} == set(known)
        for entry in parsed.entries:
            item = known[entry.id]
            assert (entry.title, entry.link, entry.author) == (item["title"], item["url"], world.department.name)
            sounds = [file["url"] for file in item.get("attachments", ())]
            assert [link.href for link in entry.enclosures] == sounds
        script = next(entry for entry in parsed.entries if entry.title.startswith("Giữ nhà"))
        assert script.enclosures[0].type == "audio/mpeg" and int(script.enclosures[0].length) > 0
        words = script.content[0].value
        assert world.department.name in words and world.hotline.number in words
    assert world.department.name in feed["description"]


@pytest.mark.parametrize("code", ["jra", "blt-tavt", "km"])
def test_language_tags(client: Client, world: World, code: str) -> None:
    landing = CampaignPage.objects.get(item__campaign=world.campaign, orthography="vi").item
    translate(landing, code, world=world)
    translate(world.script, code, world=world)
    tag = {"jra": "jra", "blt-tavt": "blt-Tavt", "km": "km"}[code]
    for path in (f"/nguon-tin/{world.campaign.slug}/{code}/", f"/nguon-tin/{code}/"):
        feed = json.loads(fetch(client, f"{path}feed.json").content)
        check_json_feed(feed)
        assert feed["language"] == feed["items"][0]["language"] == tag
        assert f'lang="{tag}"' in feed["items"][0]["content_html"]
        assert ElementTree.fromstring(fetch(client, path).content).findtext("channel/language") == tag
        xml = "{http://www.w3.org/XML/1998/namespace}lang"
        assert ElementTree.fromstring(fetch(client, f"{path}atom.xml").content).get(xml) == tag


def test_the_name_of_an_entry_is_lasting(client: Client, world: World) -> None:
    path = f"/nguon-tin/{world.campaign.slug}/vi/feed.json"
    before = {item["id"] for item in json.loads(fetch(client, path).content)["items"]}
    page = items.page_of(world.article, orthography="vi")
    page.title = "Tên mới của bài"
    page.save_revision(user=world.people["editor"])
    publish(world.article, editor=world.people["editor"], approver=world.people["approver"])
    after = json.loads(fetch(client, path).content)["items"]
    assert {item["id"] for item in after} == before
    assert "Tên mới của bài" in {item["title"] for item in after}


def test_feeds_of_places(client: Client, world: World) -> None:
    elsewhere = make_campaign(issuer=world.department, title="Chỉ cho Đak Đoa")
    elsewhere.areas.set([world.other_commune])
    script = make_script(campaign=elsewhere, title="Riêng Đak Đoa", user=world.people["editor"])
    publish(script, editor=world.people["editor"], approver=world.people["approver"])
    assert "Riêng Đak Đoa" in titles(client, f"/nguon-tin/dia-ban/{world.other_commune.pk}/vi/")
    village = AreaFactory(parent=world.other_commune, name="Làng Bok", kind="village")
    assert "Riêng Đak Đoa" in titles(client, f"/nguon-tin/dia-ban/{village.pk}/vi/")
    assert "Riêng Đak Đoa" not in titles(client, f"/nguon-tin/dia-ban/{world.commune.pk}/vi/")
    assert "Riêng Đak Đoa" in titles(client, "/nguon-tin/vi/")
    assert fetch(client, "/nguon-tin/dia-ban/999999/vi/").status_code == 404
    assert fetch(client, f"/nguon-tin/dia-ban/{world.commune.pk}/jra/").status_code == 404
    assert fetch(client, "/nguon-tin/xx/").status_code == 404
    assert fetch(client, "/nguon-tin/jra/").status_code == 404, "nothing is published in this language"


def test_only_what_may_leave_now(client: Client, world: World) -> None:
    path = f"/nguon-tin/{world.campaign.slug}/vi/"
    both = {"Giữ nhà khi đi rẫy", "Năm việc giữ tài sản"}
    editor = world.people["editor"]
    draft = make_script(campaign=world.campaign, title="Bản nháp chưa ai duyệt", user=editor)
    assert titles(client, path) == both
    approve(draft, editor=editor, approver=world.people["approver"])
    assert titles(client, path) == both, "approved, but not on the web"
    now = clock.now()
    pause = Pause.objects.create(
        scope="campaign", campaign=world.campaign, starts_at=now, ends_at=now + timedelta(hours=1), reason="bão",
        created_by=editor,
    )  # fmt: skip
    _forget_pages()
    assert titles(client, path) == set()
    pause.delete()
    world.hotline.replaced_by = HotlineFactory()
    world.hotline.valid_to = clock.today() - timedelta(days=1)
    world.hotline.save()
    _forget_pages()
    assert titles(client, path) == {"Năm việc giữ tài sản"}, "a number that changed is not passed on"
    type(world.article).objects.filter(pk=world.article.pk).update(expires_at=now)
    _forget_pages()
    assert titles(client, path) == set()


def test_what_stands_there_is_given_until_the_newer_words_are_published(client: Client, world: World) -> None:
    path = f"/nguon-tin/{world.campaign.slug}/vi/"
    page = items.page_of(world.article, orthography="vi")
    page.title = "Duyệt rồi, chưa đăng"
    page.save_revision(user=world.people["editor"])
    newer = approve(world.article, editor=world.people["editor"], approver=world.people["approver"])
    _forget_pages()
    assert "Năm việc giữ tài sản" in titles(client, path)
    assert "chưa đăng" not in fetch(client, path).content.decode()
    publishing.publish(newer)
    assert "Duyệt rồi, chưa đăng" in titles(client, path)


def test_nothing_new_is_said_in_304(client: Client, world: World) -> None:
    path = f"/nguon-tin/{world.campaign.slug}/vi/"
    first = fetch(client, path)
    tag, changed = first["ETag"], first["Last-Modified"]
    assert fetch(client, path, if_none_match=tag).status_code == 304
    assert fetch(client, path, if_modified_since=changed).status_code == 304
    assert fetch(client, path, if_modified_since=http_date(0)).status_code == 200
    assert fetch(client, path, if_none_match='W/"other"', if_modified_since=changed).status_code == 200
    # What is taken away changes no date of what is left; who asks by date alone must hear of it all the same.
    oldest = min(
        (world.script, world.article), key=lambda item: items.page_of(item, orthography="vi").first_published_at
    )
    publishing.unpublish(oldest, "vi")
    again = fetch(client, path, if_modified_since=changed)
    assert again.status_code == 200 and again["Last-Modified"] > changed


def test_an_empty_feed_is_not_new_each_time(client: Client, world: World) -> None:
    for item in (world.script, world.article):
        publishing.unpublish(item, "vi")
    first = fetch(client, f"/nguon-tin/{world.campaign.slug}/vi/")
    with clock.shifted(timedelta(minutes=5)):
        _forget_pages()
        assert fetch(client, f"/nguon-tin/{world.campaign.slug}/vi/")["ETag"] == first["ETag"]
    assert not feedparser.parse(first.content).entries


def test_many_texts_cost_no_more_queries(client: Client, world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        script = make_script(campaign=world.campaign, title=f"Bài {number}", user=world.people["editor"])
        publish(script, editor=world.people["editor"], approver=world.people["approver"])
    from cms.website import offered

    with django_assert_max_num_queries(12):
        assert len(offered.in_campaign(world.campaign, "vi")) == 7


def test_pages_lead_to_their_feeds(client: Client, world: World) -> None:
    world.campaign.areas.set([world.commune])
    landing = CampaignPage.objects.get(item__campaign=world.campaign, orthography="vi")
    for path in (landing.get_url(), items.page_of(world.script, orthography="vi").get_url()):
        body = client.get(path).content.decode()
        for kind in ("application/rss+xml", "application/atom+xml", "application/feed+json"):
            assert f'<link rel="alternate" type="{kind}"' in body
        assert f"/nguon-tin/dia-ban/{world.commune.pk}/vi/feed.json" in body
    assert 'href="/nguon-tin/vi/atom.xml"' in client.get("/").content.decode()


def _forget_pages() -> None:
    """As if the minute had passed for which a page is kept."""
    cache.clear()


@pytest.mark.parametrize("ending", ["", "atom.xml", "feed.json"])
def test_a_fresh_installation_has_empty_feeds(client: Client, ending: str) -> None:
    cache.clear()
    generation.forget()
    # Its home page came with the installation: nobody ever published it.
    assert fetch(client, f"/nguon-tin/vi/{ending}").status_code == 200
