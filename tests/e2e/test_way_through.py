"""One script goes all the way by hand: written, approved, recorded, scheduled, in the manifest, taken home by a centre."""

import io
import json
import re
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from campaigns.models import Approval, ContentItem
from channels.loudspeaker.models import Station
from channels.loudspeaker.services.compiling import compile_due
from tests.factories.loudspeaker import make_device
from tests.factories.roof import World, all_day_station, make_world, sounds

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TITLE = "Khóa xe máy đúng cách"
WORDS = "Bà con đi chợ nhớ khóa cổ xe, khóa phanh đĩa và gửi xe nơi có người trông."


def write_script(page: Any, world: World) -> ContentItem:
    """The editor's part: a new item, its words in the page editor, handed in."""
    page.goto("/admin/noi-dung/moi/")
    page.select_option("[name=campaign]", str(world.campaign.pk))
    page.select_option("[name=kind]", "script")
    page.fill("[name=title]", TITLE)
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_url("**/edit/**")
    page.get_by_role("button", name="Chèn khối").or_(page.locator(".c-sf-add-button")).first.click()
    page.get_by_role("option").filter(has_text="Lời dẫn").or_(
        page.get_by_role("option").filter(has_text="Lead-in")
    ).first.click()
    area = page.locator("textarea[name$='-value-text']").first
    area.fill(WORDS)
    more = page.locator("footer button.w-dropdown__toggle, footer [data-w-dropdown-target=toggle]").first
    hand_in = page.locator("[name=action-hand-in]")
    if not hand_in.first.is_visible():
        more.click()
    hand_in.first.click()
    page.wait_for_load_state("networkidle")
    return ContentItem.objects.get(title=TITLE)


def approve(page: Any, approval: Approval) -> None:
    """The approver's part: read it, agree."""
    page.goto("/admin/phe-duyet/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_text(WORDS).first.wait_for()
    box = page.locator("[name=warnings_read]")
    if box.count():
        box.check()
    page.click("button[name=verb][value=approve]")
    page.wait_for_url("**/phe-duyet/")
    approval.refresh_from_db()
    assert approval.status == "approved"


def schedule(page: Any, world: World, item: ContentItem, station: Station) -> None:
    """The editor's part again: a bulletin with the script, for one station, scheduled."""
    page.goto(f"/admin/loa/chuong-trinh/moi/?dot={world.campaign.pk}")
    page.fill("[name=title]", "Bản tin an ninh")
    page.fill(f"[name=place_{item.pk}]", "1")
    page.check(f"[name=stations][value='{station.pk}']")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url(re.compile(r"/loa/chuong-trinh/\d+/$"))
    page.click("form[action$='/len-lich/'] button")
    page.locator("form[action$='/rut-lai/']").wait_for()


def test_from_the_editor_to_the_loudspeaker_and_the_centre(visit: Any, live_server: Any) -> None:
    world = make_world()
    station = all_day_station(world)
    _device, token = make_device(station)

    item = write_script(visit("bientap"), world)
    approval = Approval.objects.get(item=item)
    assert approval.status == "pending" and WORDS in json.dumps(approval.payload, ensure_ascii=False)

    approve(visit("duyet"), approval)
    rendition = sounds(approval, seconds=40)
    schedule(visit("bientap"), world, item, station)
    compile_due()

    manifest = visit().request.get("/api/v1/stations/manifest", headers={"Authorization": f"Bearer {token}"})
    assert manifest.status == 200
    assert rendition.sha256 in manifest.text() and TITLE in manifest.text()

    centre = visit("coso", width=360)
    assert "/co-so/" in centre.url
    section = centre.locator(f"#kich-ban-{item.pk}")
    for name, check in (("Tải DOCX", read_docx), ("Tải PDF", read_pdf)):
        with centre.expect_download() as download:
            section.get_by_role("link", name=name).click()
        with open(download.value.path(), "rb") as file:
            check(file.read())


def read_docx(data: bytes) -> None:
    """The Word file says what was approved."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(WORDS[:30] in text for text in [paragraph.text for paragraph in document.paragraphs] + cells)


def read_pdf(data: bytes) -> None:
    """The PDF file has pages with the words."""
    reader = PdfReader(io.BytesIO(data))
    text = " ".join((page.extract_text() or "") for page in reader.pages)
    assert "khóa" in text


def test_a_centre_confirms_from_a_phone(visit: Any) -> None:
    world = make_world()
    page = visit("coso", width=360)
    page.get_by_role("link", name="Xác nhận đã phát").click()
    page.fill("[name=place]", "Loa thôn Làng Nú")
    page.check("[name=outcome][value=partial]")
    page.fill("[name=note]", "Mất điện sau năm phút")
    page.get_by_role("button", name="Xác nhận đã phát").click()
    page.wait_for_url("**/co-so/")
    assert "Đã xác nhận" in page.inner_text("main")
    confirmation = world.script.confirmations.get()
    assert (confirmation.place, confirmation.outcome) == ("Loa thôn Làng Nú", "partial")
