"""A partner's page, on an address of its own, shows our text in a frame: without scripts, and nothing else of ours."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache

from campaigns.services import items
from cms.website import embedding
from tests.factories.roof import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner() -> Iterator[Any]:
    """A site with one page; set `page` to what it says, and open `address`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 the base class names it
            body = server.page.encode()  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{server.server_address[1]}/"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_our_text_in_a_partners_page(browser: Any, live_server: Any, partner: Any) -> None:
    cache.clear()
    world = make_world()
    page = items.page_of(world.script, orthography="vi")
    frame = embedding.Frame(f"{live_server.url}{embedding.address_of(page)}", 'Tên "có nháy" & <dấu>')
    partner.page = f"<!DOCTYPE html><h1>Trang đối tác</h1>{frame.html}<iframe src='{live_server.url}/'></iframe>"
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    shown.goto(partner.address)
    ours, home = shown.frames[1], shown.frames[2]
    assert world.department.name in ours.content()
    assert ours.locator("audio").count() == 1
    assert "Các đợt" not in home.content(), "the rest of the site is not for other people's frames"
    assert context.cookies() == []
    context.close()
