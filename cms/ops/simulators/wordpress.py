"""A WordPress REST API over real HTTP, for tests: posts, pictures, terms, application passwords, and faults to order."""

import json
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any

from cms.ops.simulators.multipart import parse
from cms.ops.simulators.wires import Server, Simulator, hang_up
from cms.ops.simulators.wordpress_api import Call, RestApi
from cms.ops.simulators.wordpress_world import ApiError, Fault, World

PREFIX = "/wp-json/wp/v2/"
_PAGES = {
    "413": (413, "<html><center><h1>413 Request Entity Too Large</h1></center><hr><center>nginx</center></html>"),
    "500": (500, '<p>There has been a critical error on this website. <a href="#">Learn more</a></p>'),
    "502": (502, "<html><center><h1>502 Bad Gateway</h1></center></html>"),
    "503": (503, "<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>"),
    "429": (429, "<html><h1>Too Many Requests</h1></html>"),
    "blocked": (403, "<html><title>Access denied</title><p>Your request was blocked.</p></html>"),
    "html": (200, "<!DOCTYPE html><title>Trang tin</title><p>Chào mừng bạn.</p>"),
}


class _Handler(BaseHTTPRequestHandler):
    """Routes one connection. The server carries `api`."""

    protocol_version = "HTTP/1.1"
    server_version = "WordPressSimulator"
    timeout = 60  # seconds a silent connection may keep its thread
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: requests carry the key."""

    def do_GET(self) -> None:  # noqa: N802 the base class names it
        self._route("GET")

    def do_POST(self) -> None:  # noqa: N802 the base class names it
        self._route("POST")

    def do_DELETE(self) -> None:  # noqa: N802 the base class names it
        self._route("DELETE")

    def _route(self, method: str) -> None:
        address = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        world = self.server.api.world
        route = query.pop("rest_route", "")
        path = route.removeprefix("/wp/v2/") if route.startswith("/wp/v2/") else ""
        if not path and address.path.startswith(PREFIX) and not world.plain_addresses:
            path = address.path.removeprefix(PREFIX)
        if not path:
            self._page(404, "<!DOCTYPE html><title>Không tìm thấy trang</title>")
            return
        call = Call(method, path, query, authorization=self.headers.get("Authorization", ""))
        try:
            self._read(call, body)
            fault = world.take_fault(self.server.api.operation(call))
            if fault is not None and not self._before(fault):
                return
            status, found = self.server.api.answer(call)
        except ApiError as error:
            self._json(error.status, error.as_json())
            return
        if fault is None or self._after(fault, status, found):
            self._json(status, found)

    def _read(self, call: Call, body: bytes) -> None:
        kind = self.headers.get_content_type()
        if kind == "multipart/form-data":
            call.body, files = parse(self.headers["Content-Type"], body)
            call.file = files.get("file")
        elif kind == "application/json" and body:
            try:
                call.body = json.loads(body)
            except ValueError:
                raise ApiError(400, "rest_invalid_json", "Invalid JSON body passed.") from None

    def _before(self, fault: Fault) -> bool:
        """Play the faults that come before anything is applied. False: the answer (or none) has been given."""
        if fault.kind == "drop_before_accept":
            hang_up(self)
            return False
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        if fault.kind in _PAGES:
            status, page = _PAGES[fault.kind]
            waits = {"Retry-After": str(fault.retry_after)} if fault.kind in ("429", "503") else {}
            self._page(status, page, waits)
            return False
        if fault.kind == "redirect":
            self._page(301, "", {"Location": f"https://www.example.org{self.path}"})
            return False
        codes = {
            "400": "rest_invalid_param",
            "401": "incorrect_password",
            "403": "rest_cannot_create",
            "api_closed": "rest_no_route",
        }
        if fault.kind in codes:
            raise ApiError(404 if fault.kind == "api_closed" else int(fault.kind), codes[fault.kind])
        return True

    def _after(self, fault: Fault, status: int, found: Any) -> bool:
        """Play the faults that come after it is applied. False: the answer (or none) has been given."""
        if fault.kind == "drop_reply":
            hang_up(self)
            return False
        if fault.kind in ("garbage", "500_after"):
            self._page(*_PAGES["500" if fault.kind == "500_after" else "html"])
            return False
        if fault.kind == "hang":
            time.sleep(fault.seconds)
        if fault.kind == "slow_body":
            self._json(status, found, seconds=fault.seconds)
            return False
        return True

    def _json(self, status: int, found: Any, *, seconds: float = 0.0) -> None:
        body = json.dumps(found, ensure_ascii=False).encode()
        self._reply(status, "application/json; charset=UTF-8", body, {}, seconds)

    def _page(self, status: int, page: str, headers: dict[str, str] | None = None) -> None:
        self._reply(status, "text/html; charset=UTF-8", page.encode(), headers or {})

    def _reply(self, status: int, kind: str, body: bytes, headers: dict[str, str], seconds: float = 0.0) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(body), 16) if seconds else ():
                self.wfile.write(body[start : start + 16])
                time.sleep(seconds * 16 / len(body))
            if not seconds:
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class _Server(Server):
    def __init__(self, address: tuple[str, int], world: World) -> None:
        super().__init__(address, _Handler)
        self.api = RestApi(world, lambda: self.url)


class WordPressSimulator(Simulator):
    """The simulator in a thread of this process: `url`, `world`; the account "cong" may publish."""

    user = "cong"
    password = "aaaa bbbb cccc dddd eeee ffff"  # noqa: S105 - of the simulator

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, world: World | None = None) -> None:
        self.world = world or World()
        super().__init__(_Server((host, port), self.world))
