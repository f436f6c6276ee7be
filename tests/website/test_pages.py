"""The residents' pages: languages, who issues them, hotlines, sound, weight."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import CampaignPage, ScriptPage
from cms.core import clock
from tests.factories.campaigns import HotlineFactory, make_script
from tests.factories.roof import World, letters, make_world, publish, sounds, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def page_url(world: World, code: str = "vi") -> str:
    return ScriptPage.objects.get(item=world.script, orthography=code).get_url()


def campaign_url(world: World, code: str = "vi") -> str:
    return CampaignPage.objects.get(item__campaign=world.campaign, orthography=code).get_url()


def test_home_lists_the_running_campaign_and_what_can_be_heard(client: Client, world: World) -> None:
    text = read(client, "/")
    assert world.campaign.title in text
    assert 'preload="none"' in text, "a cheap phone fetches no sound before it is asked for"
    assert "/a/" in text


def test_campaign_page_names_its_issuer_and_lists_scripts_and_articles(client: Client, world: World) -> None:
    text = read(client, campaign_url(world))
    assert text.count(world.department.name) >= 2
    assert "Giữ nhà khi đi rẫy" in text and "Năm việc giữ tài sản" in text


def test_every_content_page_names_the_issuing_body(client: Client, world: World) -> None:
    for item, kind in ((world.script, "scriptpages"), (world.article, "articlepages")):
        page = getattr(item, kind).get(orthography="vi")
        assert world.department.name in read(client, page.get_url())


def test_languages_are_offered_in_their_own_names_with_hreflang(client: Client, world: World) -> None:
    for code in ("jra", "km", "blt-tavt"):
        translate(world.script, code, world=world)
    text = read(client, page_url(world))
    for tag, name in (("jra", "Jrai"), ("km", "ភាសាខ្មែរ"), ("blt-Tavt", "ꪼꪕꪒꪾ")):
        assert re.search(rf'rel="alternate" hreflang="{tag}"', text)
        assert f'lang="{tag}">{name}' in text
    assert 'aria-current="true"' in text


def test_a_page_says_its_language_and_brings_its_face(client: Client, world: World) -> None:
    translate(world.script, "km", world=world)
    text = read(client, page_url(world, "km"))
    assert '<html lang="km"' in text
    assert "fonts/khmer.css" in text
    assert 'lang="vi"' in text, "words around the content stand in Vietnamese and say so"
    assert "fonts/khmer.css" not in read(client, page_url(world)), "a Vietnamese page fetches no Khmer face"


def test_only_languages_that_are_live_are_offered(client: Client, world: World) -> None:
    assert "hreflang" not in read(client, page_url(world))


def test_script_page_shows_voices_and_the_current_number(client: Client, world: World) -> None:
    text = read(client, page_url(world))
    assert world.hotline.number in text and 'href="tel:02693869999"' in text
    assert ">NAM<" in text and ">NỮ<" in text


def test_a_hotline_that_is_no_longer_current_is_masked(client: Client, world: World) -> None:
    world.hotline.valid_to = clock.today().replace(year=clock.today().year - 1)
    world.hotline.save()
    text = read(client, page_url(world))
    assert world.hotline.number not in text
    assert "số đang được xác minh lại" in text


def test_a_replaced_hotline_never_shows_the_old_number(client: Client, world: World) -> None:
    new = HotlineFactory(number="0269 3 111 222")
    world.hotline.replaced_by = new
    world.hotline.save()
    assert world.hotline.number not in read(client, page_url(world))


def test_sound_is_offered_once_it_may_be_aired(client: Client, world: World) -> None:
    people = world.people
    quiet = make_script(user=people["editor"], campaign=world.campaign, title="Chưa có tiếng")
    approval = publish(quiet, editor=people["editor"], approver=people["approver"])
    url = ScriptPage.objects.get(item=quiet, orthography="vi").get_url()
    assert "<audio" not in read(client, url)
    rendition = sounds(approval)
    text = read(Client(), url + "?x")
    assert f'src="/a/{rendition.sha256}"' in text
    assert "Giọng đọc máy (nháp)" not in text


def test_a_draft_voice_is_called_what_it_is(client: Client, world: World) -> None:
    quiet = make_script(user=world.people["editor"], campaign=world.campaign, title="Máy đọc")
    recording = sounds(publish(quiet, editor=world.people["editor"], approver=world.people["approver"])).recording
    recording.kind, recording.air_allowed_at = "draft_voice", clock.now()
    recording.air_allowed_by = world.people["approver"]
    recording.save()
    url = ScriptPage.objects.get(item=quiet, orthography="vi").get_url()
    assert "Giọng đọc máy (nháp)" in read(client, url)


def test_an_article_in_letters_of_another_script_keeps_them(client: Client, world: World) -> None:
    translate(world.article, "cjm-cham", world=world)
    url = world.article.articlepages.get(orthography="cjm-cham").get_url()
    assert letters("cjm-cham", 12) in read(client, url)


def test_an_unknown_address_says_what_to_do(client: Client, world: World) -> None:
    response = client.get("/khong-co-trang-nay/")
    assert response.status_code == 404
    assert "Không tìm thấy trang này" in response.content.decode()


def test_the_page_needs_no_script_and_no_style_of_its_own(client: Client, world: World) -> None:
    text = read(client, campaign_url(world))
    assert "<script" not in text
    assert " style=" not in text and "<style" not in text


def test_pages_take_few_queries(client: Client, world: World, django_assert_max_num_queries: object) -> None:
    people = world.people
    read(client, campaign_url(world))
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        read(client, campaign_url(world) + "?a")
    for number in range(5):
        item = make_script(user=people["editor"], campaign=world.campaign, title=f"Kịch bản {number}")
        publish(item, editor=people["editor"], approver=people["approver"])
    with CaptureQueriesContext(connection) as five:
        read(Client(), campaign_url(world) + "?b")
    item = make_script(user=people["editor"], campaign=world.campaign, title="Thêm một")
    publish(item, editor=people["editor"], approver=people["approver"])
    with CaptureQueriesContext(connection) as six:
        read(Client(), campaign_url(world) + "?c")
    # The library asks three questions of each approved text (hotlines, pauses); nothing else may grow with the list.
    assert len(six) - len(five) <= 4
