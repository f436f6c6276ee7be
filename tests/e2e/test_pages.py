"""Every kind of page in a real browser: no serious fault for assistive technology, no overflow, light, nothing blocked."""

from typing import Any

import pytest

from channels.loudspeaker.services.compiling import compile_due
from cms.core.models import Role
from tests.factories.press import FeedFactory, MentionFactory
from tests.factories.roof import World, all_day_station, bulletin_of, confirmation, make_world, person, translate
from translations.services import open_job

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# (who, address); None is a visitor.
PAGES = [
    (None, "/"),
    (None, "/{campaign}/"),
    (None, "/{campaign}/giu-nha-khi-di-ray/"),
    (None, "/{campaign}/nam-viec-giu-tai-san/"),
    (None, "/km/{campaign}/"),
    (None, "/tim-kiem/?q=trom+cap"),
    (None, "/dang-nhap/"),
    (None, "/kenh-chinh-thuc/"),
    (None, "/nhung/{script}/vi/"),
    (None, "/khong-co-trang-nay/"),
    ("coso", "/co-so/"),
    ("coso", "/co-so/lich-su/"),
    ("coso", "/co-so/viec/"),
    ("coso", "/co-so/xac-nhan/{script}/"),
    ("coso", "/co-so/kich-ban/{script}/vi/"),
    ("coso", "/ghi-am/"),
    ("lanhdao", "/dieu-hanh/"),
    ("lanhdao", "/dieu-hanh/lich/"),
    ("lanhdao", "/dieu-hanh/dot/{campaign}/"),
    ("bientap", "/dieu-hanh/"),
    ("dich", "/dich/"),
    ("dich", "/dich/{job}/"),
    ("bientap", "/dich/bang/"),
    ("theodoi", "/bao-chi/"),
    ("theodoi", "/bao-chi/nguon-tin/"),
    ("theodoi", "/bao-chi/tu-khoa/"),
    ("dai", "/dai/"),
    ("dai", "/dai/{station}/"),
    ("nguoila", "/bat-dau/"),
]
BUDGET = 100_000  # bytes on the wire of a residents' page, sound and pictures not counted
SERIOUS = {"serious", "critical"}


@pytest.fixture
def world() -> World:
    world = make_world()
    station = all_day_station(world)
    bulletin_of(world)
    compile_due()
    confirmation(world)
    person("dai", Role.OPERATOR, area=world.commune)
    MentionFactory(campaign=world.campaign)
    FeedFactory()
    world.extra["station"] = station.pk
    landing = world.campaign.items.get(kind="landing")
    for item in (landing, world.script, world.article):
        translate(item, "km", world=world)
    translate(world.article, "jra", world=world)
    job = open_job(
        item=world.script, orthography="jra", user=world.people["editor"], translator=world.people["translator"]
    )
    world.extra["job"] = job.pk
    return world


def address(path: str, world: World) -> str:
    return path.format(campaign=world.campaign.slug, script=world.script.pk, **world.extra)


def test_axe_finds_no_serious_fault_and_nothing_overflows(visit: Any, world: World) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    faults: list[str] = []
    for width in (360, 1280):
        pages: dict[str | None, Any] = {}
        for user, path in PAGES:
            page = pages.setdefault(user, None) or visit(user, width)
            pages[user] = page
            console: list[str] = []
            page.on("console", lambda message, said=console: said.append(message.text))
            response = page.goto(address(path, world))
            assert response.status in {200, 404}, (path, response.status)
            where = f"{user or 'visitor'} {path} {width}px"
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{where}: wider than the screen")
            faults += [f"{where}: {said}" for said in console if "Content Security Policy" in said]
            # The policy of the page forbids foreign scripts; axe is put in by the browser itself.
            for violation in axe.run(page).response["violations"]:
                if violation["impact"] in SERIOUS:
                    target = violation["nodes"][0]["target"]
                    faults.append(f"{where}: {violation['id']} ({violation['impact']}) at {target}")
    assert faults == []


@pytest.mark.parametrize("path", ["/", "/{campaign}/", "/{campaign}/giu-nha-khi-di-ray/", "/km/{campaign}/"])
def test_a_residents_page_is_light(visit: Any, world: World, path: str) -> None:
    page = visit(None, 360)
    sizes: dict[str, int] = {}

    def finished(request: Any) -> None:
        measured = request.sizes()
        sizes[request.url] = measured["responseBodySize"] + measured["responseHeadersSize"]

    page.on("requestfinished", finished)
    page.goto(address(path, world))
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 6, sizes
    assert sum(sizes.values()) < BUDGET, sizes
    assert not [url for url in sizes if url.endswith((".js", ".ttf"))], (
        "readable without scripts; faces only where none is there"
    )


def test_readable_without_scripts(browser: Any, live_server: Any, world: World) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(address("/{campaign}/giu-nha-khi-di-ray/", world))
    assert world.hotline.number in page.inner_text("main")
    assert page.locator("audio[controls]").count() == 1
    context.close()


def test_keyboard_reaches_the_content_first(visit: Any, world: World) -> None:
    page = visit(None, 360)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#noi-dung")
