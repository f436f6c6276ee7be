"""A Telegram Bot API over real HTTP, for the sample province and for tests.

Start it in a thread (`with TelegramSimulator() as simulator: simulator.url`) or in its own process (`serve`). The part
under /bot<TOKEN>/ answers as https://core.telegram.org/bots/api says; /control/ orders faults and lists what was accepted;
the front page shows the messages. It is bound to the loopback address unless told otherwise.
"""

import email.parser
import email.policy
import html
import json
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any

from cms.ops.simulators import telegram_page
from cms.ops.simulators.telegram_api import UPLOAD_LIMIT, BotApi, Parameters
from cms.ops.simulators.telegram_world import ApiError, Chat, Fault, World
from cms.ops.simulators.wires import Server, Simulator, hang_up


class _Handler(BaseHTTPRequestHandler):
    """Routes one connection: bot calls, control, the page. The server carries `api`."""

    protocol_version = "HTTP/1.1"
    server_version = "TelegramSimulator"
    timeout = 60  # seconds a silent connection may keep its thread
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """The path of a bot call carries the token, so nothing of it is logged."""

    def do_GET(self) -> None:  # noqa: N802 the base class names it
        self._route()

    def do_POST(self) -> None:  # noqa: N802 the base class names it
        self._route()

    def _route(self) -> None:
        address = urllib.parse.urlsplit(self.path)
        if int(self.headers.get("Content-Length") or 0) > UPLOAD_LIMIT + 65536:
            self.close_connection = True
            self._json(413, {"ok": False, "error_code": 413, "description": "Request Entity Too Large"})
            return
        if address.path.startswith("/bot"):
            token, _, method = address.path.removeprefix("/bot").partition("/")
            self._bot(urllib.parse.unquote(token), method, self._parameters(address.query))
        elif address.path.startswith("/control/"):
            self._control(address.path.removeprefix("/control/"))
        elif address.path.startswith("/files/"):
            self._file(address.path.removeprefix("/files/"))
        elif address.path == "/":
            self._reply(200, "text/html; charset=utf-8", telegram_page.render(self.server.api.world).encode())
        else:
            self._json(404, {"ok": False, "error_code": 404, "description": "Not Found"})

    def _bot(self, token: str, method: str, data: Parameters) -> None:
        api = self.server.api
        try:
            api.check_token(token)
            if method not in api.methods:
                raise ApiError(404, "Not Found: method not found")
            chat = data.fields.get("chat_id", "")
            api.world.refuse_flood()
            fault = api.world.take_fault(method, int(chat) if chat.lstrip("-").isdigit() else None)
            if fault is not None and not self._before(fault, chat):
                return
            result = api.methods[method](token, data)
        except ApiError as error:
            body: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
            self._json(error.status, body | ({"parameters": error.parameters} if error.parameters else {}))
            return
        if fault is None or self._after(fault):
            self._json(200, {"ok": True, "result": result})

    def _before(self, fault: Fault, chat: str) -> bool:
        """Play the faults that come before acceptance. False: the connection is gone, nothing more to do."""
        if fault.kind == "drop_before_accept":
            hang_up(self)
            return False
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        if fault.kind == "flood":
            self.server.api.world.flood_until = self.server.api.world.clock() + fault.retry_after
            self.server.api.world.refuse_flood()
        if fault.kind == "429":
            raise ApiError(429, f"Too Many Requests: retry after {fault.retry_after}", retry_after=fault.retry_after)
        if fault.kind == "migrate":
            world = self.server.api.world
            with world.lock:
                world.chats.setdefault(int(chat), Chat(int(chat), "Nhóm")).migrated_to = fault.migrate_to
                world.chats.setdefault(fault.migrate_to, Chat(fault.migrate_to, "Nhóm lớn", kind="supergroup"))
        if fault.kind.isdigit():
            words = {"401": "Unauthorized", "403": "Forbidden: bot was kicked from the channel chat"}
            words |= {
                "500": "Internal Server Error",
                "502": "Bad Gateway",
                "409": "Conflict",
                "413": "Request Entity Too Large",
            }
            raise ApiError(int(fault.kind), words.get(fault.kind, fault.description))
        return True

    def _after(self, fault: Fault) -> bool:
        """Play the faults that come after acceptance. False: no reply is to be written."""
        if fault.kind == "drop_reply":
            hang_up(self)
            return False
        if fault.kind == "garbage":
            self._reply(200, "application/json", b"<html>bad gateway")
            return False
        if fault.kind == "hang":
            time.sleep(fault.seconds)
        return True

    def _control(self, action: str) -> None:
        world = self.server.api.world
        body = self._json_body()
        try:
            if action == "fault":
                world.order(Fault(**body))
            elif action == "chat":
                world.add_chat(Chat(**body))
            elif action == "limits":
                world.per_second, world.per_minute = int(body.get("per_second", 0)), int(body.get("per_minute", 0))
                world.per_bot_second = int(body.get("per_bot_second", 0))
            elif action == "reset":
                world.reset()
            elif action == "messages":
                self._json(200, {"accepted": world.accepted, "messages": [m.as_json() for m in world.snapshot()]})
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

    def _file(self, number: str) -> None:
        content = self.server.api.world.files.get(int(number)) if number.isdigit() else None
        if content is None:
            self._json(404, {"ok": False})
        else:
            kinds = {b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg", b"\xff\xd8\xff": "image/jpeg"}
            kind = kinds.get(content[:3]) or kinds.get(content[:2]) or "application/octet-stream"
            self._reply(200, kind, content)

    def _parameters(self, query: str) -> Parameters:
        fields = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get_content_type()
        if kind == "multipart/form-data":
            return _multipart(self.headers["Content-Type"], body, fields)
        if kind == "application/json" and body:
            loaded = json.loads(body)
            fields |= {key: value if isinstance(value, str) else json.dumps(value) for key, value in loaded.items()}
        elif body:
            fields |= dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return Parameters(fields, {})

    def _json_body(self) -> dict[str, Any]:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            loaded = json.loads(body or b"{}")
        except ValueError:
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._reply(status, "application/json", json.dumps(body, ensure_ascii=False).encode())

    def _reply(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def _multipart(content_type: str, body: bytes, fields: dict[str, str]) -> Parameters:
    """The fields and files of a multipart upload."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    files: dict[str, tuple[str, bytes]] = {}
    for part in parsed.iter_parts() if parsed.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition") or "")
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if part.get_filename() is not None:
            files[name] = (str(part.get_filename()), content)
        else:
            fields[name] = content.decode("utf-8", "replace")
    return Parameters(fields, files)


class _Server(Server):
    def __init__(self, address: tuple[str, int], world: World) -> None:
        super().__init__(address, _Handler)
        self.api = BotApi(world)


class TelegramSimulator(Simulator):
    """The simulator in a thread of this process."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, world: World | None = None) -> None:
        self.world = world or World()
        super().__init__(_Server((host, port), self.world))
