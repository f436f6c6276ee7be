"""A Zalo (permission page, tokens, Open API of official accounts) over real HTTP, for the sample province and for tests.

Start it in a thread (`with ZaloSimulator() as simulator: simulator.url`) or in its own process (`serve`). Its address is
both settings.CONG_ZALO_API_BASE and CONG_ZALO_OAUTH_BASE; /control/ orders faults and lists what was accepted; the front
page shows the articles. It is bound to the loopback address unless told otherwise.
"""

import email.parser
import email.policy
import html
import json
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any

from cms.ops.simulators import zalo_page
from cms.ops.simulators.wires import Server, Simulator, hang_up
from cms.ops.simulators.zalo_api import UPLOAD_LIMIT, OpenApi, Request
from cms.ops.simulators.zalo_world import Fault, World, ZaloError

_HTTP_FAULTS = {"401": 401, "429": 429, "500": 500, "502": 502}
_BODY_LIMIT = UPLOAD_LIMIT + 256 * 1024


class _Handler(BaseHTTPRequestHandler):
    """Routes one connection: permission, calls, control, the page. The server carries `api`."""

    protocol_version = "HTTP/1.1"
    server_version = "ZaloSimulator"
    timeout = 60  # seconds a silent connection may keep its thread
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses may carry codes, so nothing of them is logged."""

    def do_GET(self) -> None:  # noqa: N802 the base class names it
        self._route("GET")

    def do_POST(self) -> None:  # noqa: N802 the base class names it
        self._route("POST")

    def _route(self, method: str) -> None:
        address = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
        if int(self.headers.get("Content-Length") or 0) > _BODY_LIMIT:
            self.close_connection = True
            self._json(413, {"error": -210, "message": "too large"})
            return
        if (method, address.path) in self.server.api.steps:
            self.server.api.world.seen_addresses.append(self.path)
            self._call(method, address.path, query)
        elif address.path in ("/v4/oa/permission", "/v4/oa/consent"):
            self._permission(address.path, query)
        elif address.path.startswith("/control/"):
            self._control(address.path.removeprefix("/control/"))
        elif address.path.startswith("/anh/"):
            self._picture(urllib.parse.unquote(address.path.removeprefix("/anh/")))
        elif address.path == "/":
            self._reply(200, "text/html; charset=utf-8", zalo_page.render(self.server.api.world).encode())
        else:
            self._json(404, {"error": -209, "message": "API is not support"})

    def _call(self, method: str, path: str, query: dict[str, str]) -> None:
        request = self._request(query)
        step, act = self.server.api.steps[method, path]
        if not step:
            step = "renew" if request.fields.get("grant_type") == "refresh_token" else "exchange"
        fault = self.server.api.world.take_fault(step)
        if fault is not None and not self._before(fault):
            return
        try:
            answer = act(request)
        except ZaloError as error:
            self._json(200, _refusal(error.code, error.message, step))
            return
        tokens = step in ("renew", "exchange")
        body = answer if tokens else {"error": 0, "message": "Success", **answer}
        if fault is None or self._after(fault, body, step):
            self._json(200, body)

    def _before(self, fault: Fault) -> bool:
        """Play the faults that come before anything is applied. False: it was answered, or the connection is gone."""
        if fault.kind == "drop_before_accept":
            hang_up(self)
            return False
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        if fault.kind == "code":
            self._json(200, _refusal(fault.code, fault.message, fault.step or ""))
            return False
        if fault.kind in _HTTP_FAULTS:
            self._reply(_HTTP_FAULTS[fault.kind], "text/html", b"<html>error</html>")
            return False
        return True

    def _after(self, fault: Fault, body: dict[str, Any], step: str) -> bool:
        """Play the faults that come after it was applied. False: no further answer is to be written."""
        whole = json.dumps(body).encode()
        if fault.kind == "drop_reply":
            hang_up(self)
        elif fault.kind == "garbage":
            self._reply(200, "application/json", b"<html>bad gateway")
        elif fault.kind == "cut":
            self._start(200, "application/json", len(whole))
            self._write(whole[: len(whole) // 2])
            hang_up(self)
        elif fault.kind == "slow_body":
            self._start(200, "application/json", len(whole))
            for number in range(len(whole)):
                time.sleep(fault.seconds / len(whole))
                if not self._write(whole[number : number + 1]):
                    break
        elif fault.kind == "code_after":
            self._json(200, _refusal(fault.code, fault.message, step))
        elif fault.kind == "500_after":
            self._reply(500, "text/html", b"<html>error</html>")
        elif fault.kind == "no_fields":
            self._json(200, {"error": 0, "message": "Success"})
        else:
            if fault.kind == "hang":
                time.sleep(fault.seconds)
            return True
        return False

    def _permission(self, path: str, query: dict[str, str]) -> None:
        """The page on which the account's administrator agrees; with `consent` it answers at once."""
        world = self.server.api.world
        if path.endswith("/permission") and not world.consent:
            page = zalo_page.permission(world, query)
            self._reply(200, "text/html; charset=utf-8", page.encode())
            return
        try:
            where = self.server.api.permit(
                app_id=query.get("app_id", ""), redirect_uri=query.get("redirect_uri", ""),
                challenge=query.get("code_challenge", ""), state=query.get("state", ""),
                account=query.get("account", next(iter(world.accounts))),
            )  # fmt: skip
        except ZaloError as error:
            self._reply(400, "text/plain; charset=utf-8", f"error_code={error.code} {error.message}".encode())
            return
        self._reply(302, "text/plain", b"", location=where)

    def _control(self, action: str) -> None:
        world = self.server.api.world
        body = self._fields()
        try:
            if action == "fault":
                world.order(Fault(**body))
            elif action == "reset":
                world.reset()
            elif action == "articles":
                rows = [article.as_json() for article in world.articles.values()]
                self._json(200, {"articles": rows, "broadcasts": [vars(row) for row in world.broadcasts]})
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

    def _picture(self, reference: str) -> None:
        upload = self.server.api.world.uploads.get(reference)
        if upload is None:
            self._json(404, {"ok": False})
        else:
            self._reply(200, upload.kind, upload.content)

    def _request(self, query: dict[str, str]) -> Request:
        token, secret = self.headers.get("access_token", ""), self.headers.get("secret_key", "")
        if self.headers.get_content_type() == "multipart/form-data":
            return Request(query=query, fields={}, files=self._files(), token=token, secret=secret)
        return Request(query=query, fields=self._fields(), files={}, token=token, secret=secret)

    def _fields(self) -> dict[str, Any]:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get_content_type() == "application/x-www-form-urlencoded":
            return dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            loaded = json.loads(body or b"{}")
        except ValueError:
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def _files(self) -> dict[str, bytes]:
        head = f"Content-Type: {self.headers['Content-Type']}\r\nMIME-Version: 1.0\r\n\r\n".encode()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        files: dict[str, bytes] = {}
        for part in parsed.iter_parts() if parsed.is_multipart() else ():
            content = part.get_payload(decode=True)
            name = str(part.get_param("name", header="content-disposition") or "")
            files[name] = content if isinstance(content, bytes) else b""
        return files

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._reply(status, "application/json", json.dumps(body, ensure_ascii=False).encode())

    def _reply(self, status: int, kind: str, body: bytes, *, location: str = "") -> None:
        self._start(status, kind, len(body), location=location)
        self._write(body)

    def _start(self, status: int, kind: str, length: int, *, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("X-Content-Type-Options", "nosniff")
        if location:
            self.send_header("Location", location)
        try:
            self.end_headers()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _write(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            return False
        return True


def _refusal(code: int, message: str, step: str) -> dict[str, Any]:
    """The refusal as Zalo words it: the token address has names of its own."""
    if step in ("renew", "exchange"):
        return {"error": code, "error_name": message, "error_reason": message, "ref_doc": ""}
    return {"error": code, "message": message}


class _Server(Server):
    def __init__(self, address: tuple[str, int], world: World) -> None:
        super().__init__(address, _Handler)
        self.api = OpenApi(world)


class ZaloSimulator(Simulator):
    """The simulator in a thread of this process."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, world: World | None = None) -> None:
        self.world = world or World()
        super().__init__(_Server((host, port), self.world))
