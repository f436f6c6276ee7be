"""The translation desk in a real browser at 360 px: a lost line loses nothing, a reviewer approves, a stranger is out."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms.core.models import Role, User
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.translations import fill_job, made_up, make_job, make_reviewer, make_source, make_translator
from translations.enums import JobState
from translations.models import Segment

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs the Debian package chromium"),
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the ORM is used between its calls, never inside one.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def signed_in(browser: Any, live_server: Any, user: User) -> Any:
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context


def says(page: Any, segment: Segment, words: str) -> None:
    """Wait until the line under the segment's box says this."""
    from playwright.sync_api import expect

    expect(page.locator(f"#doan-{segment.pk} .save-state")).to_contain_text(words, timeout=20_000)


def test_a_phone_that_loses_its_line_loses_no_word(browser: Any, live_server: Any) -> None:
    assert os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    translator, reviewer = make_translator(), make_reviewer()
    job = make_job(item=make_source(hotline=HotlineFactory()), translator=translator)
    first, last = job.segments.first(), job.segments.last()
    context = signed_in(browser, live_server, translator)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    address = f"{live_server.url}/dich/{job.pk}/"
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.fill(f"#o-{first.pk}", "ơ̆ ƀ č một")
    says(page, first, "Đã lưu")
    first.refresh_from_db()
    assert first.target == "ơ̆ ƀ č một"

    context.set_offline(True)
    page.fill(f"#o-{last.pk}", "gõ khi mất mạng")
    says(page, last, "Mất mạng")
    page.close()  # the phone is switched off
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    assert page.input_value(f"#o-{last.pk}") == "gõ khi mất mạng"
    says(page, last, "Đã lưu")
    last.refresh_from_db()
    assert last.target == "gõ khi mất mạng"

    fill_job(job, translator)
    page.reload()
    page.click("button[value=submit]")
    page.wait_for_selector(".notice-success")
    context.close()

    context = signed_in(browser, live_server, reviewer)
    page = context.new_page()
    page.goto(f"{live_server.url}/dich/")
    page.click(f"a[href='/dich/{job.pk}/duyet/']")
    assert made_up(first.source) in page.inner_text("main")
    page.click("button[name=approve]")
    page.wait_for_selector(".notice-success")
    context.close()
    job.refresh_from_db()
    assert job.state == JobState.APPROVED and faults == []


def test_a_stranger_is_kept_out_and_another_language_reads(browser: Any, live_server: Any) -> None:
    job = make_job(translator=make_translator())
    context = signed_in(browser, live_server, UserFactory(role=Role.OPERATOR))
    answer = context.new_page().goto(f"{live_server.url}/dich/{job.pk}/")
    assert answer.status == 403
    context.close()
    context = signed_in(browser, live_server, make_translator("bdq"))
    page = context.new_page()
    page.goto(f"{live_server.url}/dich/{job.pk}/")
    assert page.locator("textarea.target").count() == 0
    context.close()
