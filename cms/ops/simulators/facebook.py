"""A Graph API for pages over real HTTP, for the sample province and for tests.

Start it in a thread (`with FacebookSimulator() as simulator: simulator.url`). The part under /v<version>/ answers as
https://developers.facebook.com/docs/pages-api says; /control/ orders faults and lists what was accepted; the front page
shows the posts. It is bound to the loopback address unless told otherwise.
"""

import email.parser
import email.policy
import html
import json
import re
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any

from cms.ops.simulators import facebook_page
from cms.ops.simulators.facebook_api import PHOTO_LIMIT, Call, GraphApi, usage_headers
from cms.ops.simulators.facebook_world import BEFORE, Allowance, Fault, GraphError, World
from cms.ops.simulators.wires import Server, Simulator, hang_up

_VERSION = re.compile(r"v\d+\.\d+")


class _Handler(BaseHTTPRequestHandler):
    """Routes one connection: Graph calls, control, the page. The server carries `api`."""

    protocol_version = "HTTP/1.1"
    server_version = "FacebookSimulator"
    timeout = 60  # seconds a silent connection may keep its thread
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: an address may carry a proof or a key."""

    def do_GET(self) -> None:  # noqa: N802 the base class names it
        self._route("GET")

    def do_POST(self) -> None:  # noqa: N802 the base class names it
        self._route("POST")

    def do_DELETE(self) -> None:  # noqa: N802 the base class names it
        self._route("DELETE")

    def _route(self, method: str) -> None:
        address = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(part) for part in address.path.split("/") if part]
        if int(self.headers.get("Content-Length") or 0) > PHOTO_LIMIT + 1024 * 1024:
            self.close_connection = True
            self._json(413, {"error": {"message": "Request Entity Too Large", "code": 1}})
        elif parts and _VERSION.fullmatch(parts[0]):
            self._graph(method, parts[1:], address)
        elif parts[:1] == ["control"] and len(parts) == 2:
            self._control(parts[1])
        elif parts[:1] == ["anh"] and len(parts) == 2:
            self._picture(parts[1])
        elif not parts:
            self._reply(200, "text/html; charset=utf-8", facebook_page.render(self.server.api.world).encode())
        else:
            self._json(404, GraphError(2500, "Unknown path components").as_json())

    def _graph(self, method: str, parts: list[str], address: urllib.parse.SplitResult) -> None:
        world = self.server.api.world
        if "access_token" in address.query:
            world.secrets_in_addresses += 1
        path = parts[-1] if len(parts) > 1 or not parts else "node"
        fault = world.take_fault(method, path)
        if fault is not None and fault.kind == "refuse":
            hang_up(self)
            return
        fields, files = self._fields(address.query)
        scheme, _space, token = (self.headers.get("Authorization") or "").partition(" ")
        token = token if scheme in {"Bearer", "OAuth"} else fields.get("access_token", "")
        call = Call(method, parts, fields, files, token.strip(), f"{self.server.url}{address.path}")
        page = parts[0].partition("_")[0] if parts else ""
        try:
            if fault is not None and fault.kind in BEFORE and not self._before(fault):
                return
            result = self.server.api.answer(call)
            if fault is not None and fault.kind == "error_after":
                raise fault.as_error()
        except GraphError as error:
            self._json(error.status, error.as_json(), usage_headers(world, page))
            return
        if fault is None or self._after(fault, result):
            self._json(200, result, usage_headers(world, page))

    def _before(self, fault: Fault) -> bool:
        """Play the faults that come before anything is stored. False: nothing more to do."""
        if fault.kind == "drop_before_accept":
            hang_up(self)
            return False
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        if fault.kind == "error":
            raise fault.as_error()
        if fault.kind == "5xx":
            self._reply(max(500, fault.status), "text/html", b"<html>Sorry, something went wrong.</html>")
            return False
        return True

    def _after(self, fault: Fault, result: dict[str, Any]) -> bool:
        """Play the faults that come after it was stored. False: no further reply is to be written."""
        if fault.kind == "drop_reply":
            hang_up(self)
            return False
        if fault.kind == "garbage":
            self._reply(200, "application/json", b'{"id": "12')
            return False
        if fault.kind == "5xx_after":
            self._reply(max(500, fault.status), "text/html", b"<html>Sorry, something went wrong.</html>")
            return False
        if fault.kind == "slow_body":
            self._drip(json.dumps(result).encode(), fault.seconds)
            return False
        if fault.kind == "hang":
            time.sleep(fault.seconds)
        return True

    def _drip(self, body: bytes, seconds: float) -> None:
        """A body of which one byte comes now and then."""
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
                time.sleep(seconds / max(1, len(body)))
        except OSError:
            self.close_connection = True

    def _control(self, action: str) -> None:
        world = self.server.api.world
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            if action == "fault":
                world.order(Fault(**body))
            elif action == "allowance":
                world.allowance = Allowance(**body)
            elif action == "reset":
                world.reset()
            elif action == "posts":
                self._json(200, {"accepted": world.accepted, "posts": [post.as_json() for post in world.snapshot()]})
                return
            elif action == "calls":
                self._json(200, dict(world.calls))
                return
            else:
                self._json(404, {"ok": False})
                return
        except (TypeError, ValueError) as error:
            self._json(400, {"ok": False, "description": html.escape(str(error))})
            return
        self._json(200, {"ok": True})

    def _picture(self, number: str) -> None:
        content = self.server.api.world.files.get(number)
        if content is None:
            self._json(404, {"ok": False})
        else:
            self._reply(200, "image/jpeg" if content[:2] == b"\xff\xd8" else "image/png", content)

    def _fields(self, query: str) -> tuple[dict[str, str], dict[str, bytes]]:
        fields = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get_content_type() == "multipart/form-data":
            return _multipart(self.headers["Content-Type"], body, fields)
        if body:
            fields |= dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return fields, {}

    def _json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._reply(status, "application/json; charset=UTF-8", json.dumps(body).encode(), headers)

    def _reply(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def _multipart(content_type: str, body: bytes, fields: dict[str, str]) -> tuple[dict[str, str], dict[str, bytes]]:
    """The fields and files of a multipart upload."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    files: dict[str, bytes] = {}
    for part in parsed.iter_parts() if parsed.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition") or "")
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if part.get_filename() is not None:
            files[name] = content
        else:
            fields[name] = content.decode("utf-8", "replace")
    return fields, files


class _Server(Server):
    def __init__(self, address: tuple[str, int], world: World) -> None:
        super().__init__(address, _Handler)
        self.api = GraphApi(world)


class FacebookSimulator(Simulator):
    """The simulator in a thread of this process."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, world: World | None = None) -> None:
        self.world = world or World()
        super().__init__(_Server((host, port), self.world))
