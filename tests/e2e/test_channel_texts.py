"""Planning and the texts of channels in a real browser: counted while typing, usable without scripts, on a telephone too."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.delivery.models import Variant
from channels.delivery.services import RuleInput
from channels.delivery.services import variants as verbs
from cms.core import clock
from tests.factories.delivery import CredentialFactory, EndpointFactory, plan
from tests.factories.roof import World, make_world, translate

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CONG_SHOTS", "")


@pytest.fixture
def world() -> World:
    world = make_world()
    translate(world.script, "km", world=world)
    translate(world.script, "rad", world=world)
    key = CredentialFactory(expires_at=clock.now() + timedelta(days=3))
    channel = EndpointFactory(
        telegram=True, name="Kênh Telegram của tỉnh", organisation=world.department, credential=key
    )
    EndpointFactory(website=True, name="Cổng thông tin tỉnh", organisation=world.department)
    zalo = EndpointFactory(
        kind="zalo", name="Zalo Công an tỉnh", organisation=world.department,
        config={"status": "show", "broadcast": True, "comment": False, "cover_url": ""},
    )  # fmt: skip
    tomorrow = clock.today() + timedelta(days=1)
    rule = plan(
        item=world.script, endpoint=channel, user=world.people["editor"],
        when=RuleInput(times=("06:00", "17:30"), date_from=tomorrow, date_to=tomorrow + timedelta(days=4)),
    )  # fmt: skip
    single = plan(
        item=world.article, endpoint=channel, user=world.people["editor"],
        when=RuleInput(times=("08:15",), date_from=tomorrow, date_to=tomorrow),
    )  # fmt: skip
    world.extra |= {"telegram": channel.pk, "zalo": zalo.pk, "rule": rule.pk, "single": single.pk}
    edited = verbs.ensure_variant(world.script.approvals.get(orthography="rad", status="approved"), channel)
    verbs.edit_variant(edited, text="Ă Â B Ƀ Č D Đ E Ê — #Êđê", user=world.people["editor"])
    return world


def pages_of(world: World) -> list[tuple[str, str, str]]:
    """(name, who, address)."""
    script, telegram = world.script.pk, world.extra["telegram"]
    tomorrow = clock.today() + timedelta(days=1)
    return [
        ("ban-theo-kenh", "duyet", "/admin/ban-theo-kenh/"),
        ("ma-tran", "bientap", f"/admin/ban-theo-kenh/{script}/"),
        ("ban-vi", "bientap", f"/admin/ban-theo-kenh/{script}/vi/{telegram}/"),
        ("ban-km", "bientap", f"/admin/ban-theo-kenh/{script}/km/{telegram}/"),
        ("ban-rad-duyet", "duyet", f"/admin/ban-theo-kenh/{script}/rad/{telegram}/"),
        ("lich", "bientap", "/admin/lich-gui/"),
        ("lich-moi", "bientap", f"/admin/lich-gui/moi/?item={script}&orthography=vi&orthography=km&endpoints={telegram}"),
        ("lich-doi", "bientap", f"/admin/lich-gui/{world.extra['rule']}/"),
        ("lich-huy", "bientap", f"/admin/lich-gui/{world.extra['rule']}/huy/"),
        ("lich-tuan", "bientap", f"/admin/lich-gui/tuan/?ngay={tomorrow.isoformat()}"),
        ("lich-doi-gio", "bientap", f"/admin/lich-gui/{world.extra['single']}/doi/?slot=08:15"),
    ]  # fmt: skip


def fill_in(page: Any) -> None:
    """Times at which one destination is closed, so that the preview has something to say."""
    page.get_by_label("Zalo Công an tỉnh").check()
    page.fill("[name=times]", "05:30, 12:00, 23:00")
    page.fill("[name=date_to]", (clock.today() + timedelta(days=20)).strftime("%d/%m/%Y"))
    # Whatever the calendar that opened with the day still covers.
    page.eval_on_selector("button[name=preview]", "button => button.form.requestSubmit(button)")
    page.wait_for_selector("#xem-truoc")


def shoot(page: Any, name: str, width: int) -> None:
    """A picture of the whole page, when somebody wants to look."""
    if SHOTS:
        size = page.viewport_size
        # The admin scrolls inside the window: the window is made as high as what is in it.
        high = page.evaluate(
            "Math.max(...[...document.querySelectorAll('main, .content-wrapper, body')].map(e => e.scrollHeight))"
        )
        page.set_viewport_size({"width": width, "height": min(int(high) + 80, 6000)})
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"))
        page.set_viewport_size(size)


@pytest.mark.slow
def test_no_serious_fault_and_nothing_overflows(visit: Any, world: World) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    faults: list[str] = []
    for width in (360, 1280):
        people: dict[str, Any] = {}
        for name, who, path in pages_of(world):
            page = people.get(who) or visit(who, width)
            people[who] = page
            console: list[str] = []
            page.on("console", lambda message, said=console: said.append(message.text))
            assert page.goto(path).status == 200, path
            if name == "lich-moi":
                fill_in(page)
            shoot(page, name, width)
            where = f"{path} {width}px"
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{where}: wider than the screen")
            faults += [f"{where}: {said}" for said in console if "Content Security Policy" in said or "Error" in said]
            inline = page.evaluate(
                '[...document.querySelectorAll(\'main form [style]:not([style=""]), main section :not(.send-post *)[style]:not([style=""]), main form script:not([src])\')]'
                ".map(e => e.outerHTML.slice(0, 90))"
            )
            if name.startswith(("ban", "ma-tran", "lich-tuan")) and inline:
                faults.append(f"{where}: inline {inline}")
            small = page.evaluate(
                "[...document.querySelectorAll('main .send-buttons .button, main .send-act .button')]"
                ".filter(b => b.getBoundingClientRect().height < 44).length"
            )
            if small:
                faults.append(f"{where}: {small} buttons lower than 44 px")
            # Wagtail's own frame (side bar, breadcrumbs) is not ours to judge.
            for violation in axe.run(page, context="main").response["violations"]:
                if violation["impact"] in {"serious", "critical"}:
                    faults.append(f"{where}: {violation['id']} at {violation['nodes'][0]['target']}")
    assert not faults, "\n".join(faults)


def test_counting_while_typing_and_saving(visit: Any, world: World) -> None:
    page = visit("bientap", 1280)
    page.goto(f"/admin/ban-theo-kenh/{world.script.pk}/vi/{world.extra['telegram']}/")
    area, used = page.locator("textarea[name=text]"), page.locator(".send-counters span[data-used]").first
    before = used.inner_text()
    with page.expect_response("**/dem/") as counted:
        area.fill("Bà con nhớ khóa cửa 😀 gọi 0905 123 456")
    exact = counted.value.json()["counters"][0]["used"]
    page.wait_for_function("document.querySelector('[data-state]').textContent.includes('Đã đếm')")
    assert used.inner_text().replace(".", "") == str(exact) != before
    assert "0905 123 456" in page.locator("#canh-bao").inner_text()
    assert "Bà con nhớ khóa cửa" in page.locator("#xem-truoc").inner_text()
    with page.expect_response("**/dem/"):
        area.fill("a" * 5000)
    page.wait_for_selector(".send-counters .is-over")
    shoot(page, "qua-dai", 1280)
    page.click("button[value=save]")
    assert page.locator("textarea[name=text]").input_value() == "a" * 5000, "nothing typed is lost"
    page.fill("textarea[name=text]", "Bà con nhớ khóa cửa")
    page.click("button[value=save]")
    page.wait_for_selector("text=Đã lưu")
    assert Variant.objects.get(orthography="vi").edited_by == world.people["editor"]
    other = visit("duyet", 360)
    other.goto(f"/admin/ban-theo-kenh/{world.script.pk}/vi/{world.extra['telegram']}/")
    shoot(other, "duyet-vi", 360)
    other.click("button[value=approve]")
    other.wait_for_selector("text=Bạn đã đồng ý")
    assert Variant.objects.get(orthography="vi").may_go


def test_without_scripts_a_button_counts(browser: Any, live_server: Any, world: World) -> None:
    from tests.factories.roof import PASSWORD

    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    page.goto("/dang-nhap/")
    page.fill("[name=username]", "bientap")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.button-primary")
    page.goto(f"/admin/ban-theo-kenh/{world.script.pk}/vi/{world.extra['telegram']}/")
    page.fill("textarea[name=text]", "Lời ngắn 0905 123 456")
    page.click("button[value=count]")
    assert page.input_value("textarea[name=text]") == "Lời ngắn 0905 123 456"
    assert "0905 123 456" in page.locator("#canh-bao").inner_text()
    assert not Variant.objects.filter(orthography="vi").exists()
    context.close()


def test_dragging_to_another_day_asks_first_and_keeps_the_time(visit: Any, world: World) -> None:
    from channels.delivery.models import Rule

    page = visit("bientap", 1280)
    tomorrow = clock.today() + timedelta(days=1)
    page.goto(f"/admin/lich-gui/tuan/?ngay={tomorrow.isoformat()}")
    monday = tomorrow - timedelta(days=tomorrow.weekday())
    target = monday + timedelta(days=6 if tomorrow.weekday() != 6 else 5)
    page.drag_and_drop(f"li[data-rule='{world.extra['single']}']", f"li[data-day='{target.isoformat()}'] h2")
    page.wait_for_url("**/doi/**")
    assert page.input_value("[name=day]") == target.strftime("%d/%m/%Y")
    assert page.input_value("[name=time]") == "08:15"
    shoot(page, "keo-tha", 1280)
    rule = Rule.objects.get(pk=world.extra["single"])
    assert rule.version == 1
    if target > clock.today():
        page.click("button[name=plan]")
        page.wait_for_url("**/tuan/**")
        rule.refresh_from_db()
        assert (rule.version, rule.date_from, rule.times) == (2, target, ["08:15"])
