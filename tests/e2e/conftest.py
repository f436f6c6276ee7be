"""A real browser against a real server; skipped, with the reason, where there is no Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path(os.environ.get("CONG_CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Chromium without a window, for one test: while Playwright's event loop runs, Django has other connections in this
    thread, and the test database is put back through the first ones."""
    if not CHROMIUM.exists():
        pytest.skip("the Debian package chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    # The ORM is used between Playwright's calls, never inside one.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, live_server: Any) -> Iterator[Any]:
    """visit(user=None, width=1280) → a page of a browser of its own, signed in through the log-in page."""
    from tests.factories.roof import PASSWORD

    contexts = []

    def open_page(user: str | None = None, width: int = 1280) -> Any:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 800}, locale="vi-VN", accept_downloads=True
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if user:
            page.goto("/dang-nhap/")
            page.fill("[name=username]", user)
            page.fill("[name=password]", PASSWORD)
            page.click("main button.button-primary")
            page.wait_for_url(lambda url: "/dang-nhap/" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
