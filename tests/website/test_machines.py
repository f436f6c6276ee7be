"""What machines read: feeds, the site map, robots."""

import pytest
from defusedxml import ElementTree
from django.test import Client

from campaigns.models import CampaignPage
from tests.factories.roof import World, make_world, translate

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def world() -> World:
    return make_world()


def test_feed_of_a_campaign(client: Client, world: World) -> None:
    response = client.get(f"/nguon-tin/{world.campaign.slug}/vi/")
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    assert root.findtext("channel/language") == "vi"
    assert world.department.name in (root.findtext("channel/description") or "")
    titles = [item.findtext("title") for item in root.iter("item")]
    assert set(titles) == {"Giữ nhà khi đi rẫy", "Năm việc giữ tài sản"}
    enclosures = [node.get("url") for node in root.iter("enclosure")]
    assert len(enclosures) == 1 and "/a/" in str(enclosures[0])


def test_feed_in_another_language(client: Client, world: World) -> None:
    assert client.get(f"/nguon-tin/{world.campaign.slug}/jra/").status_code == 404
    landing = CampaignPage.objects.get(item__campaign=world.campaign, orthography="vi").item
    translate(landing, "jra", world=world)
    translate(world.script, "jra", world=world)
    root = ElementTree.fromstring(client.get(f"/nguon-tin/{world.campaign.slug}/jra/").content)
    assert root.findtext("channel/language") == "jra"
    assert len(list(root.iter("item"))) == 1


@pytest.mark.parametrize("path", ["/nguon-tin/khong-co/vi/", "/nguon-tin/phong-chong-trom-cap/xx/"])
def test_feeds_that_do_not_exist(client: Client, world: World, path: str) -> None:
    assert client.get(path).status_code == 404


def test_site_map_lists_live_pages_with_their_languages(client: Client, world: World) -> None:
    translate(world.script, "km", world=world)
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    urls = {node.findtext(f"{MAP}loc"): node for node in root.iter(f"{MAP}url")}
    script = next(node for loc, node in urls.items() if str(loc).endswith("/giu-nha-khi-di-ray/"))
    assert {link.get("hreflang") for link in script.iter(f"{XHTML}link")} == {"vi", "km"}
    assert all(str(loc).startswith("http") for loc in urls)


def test_robots_names_the_map_and_closes_the_working_rooms(client: Client, world: World) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http" in text
    for path in ("/admin/", "/co-so/", "/dieu-hanh/", "/dich/"):
        assert f"Disallow: {path}" in text
