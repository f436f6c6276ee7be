"""A real HTTP server on loopback for the guarded client's tests: it counts what reaches it."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingServer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.hits.append((self.command, self.path, dict(self.headers.items()), body))
        path, _, query = self.path.partition("?")
        if path == "/redirect":
            status, _, where = query.partition("&")
            self.reply(int(status), headers={"Location": unquote(where)})
        elif path == "/loop":
            self.reply(302, headers={"Location": "/loop"})
        elif path == "/bomb":
            self.reply(200, self.server.bomb, {"Content-Encoding": "gzip"})
        elif path == "/gzip":
            self.reply(200, gzip.compress("xin chào".encode()) + gzip.compress(b" 2"), {"Content-Encoding": "gzip"})
        elif path == "/cut":
            self.reply(200, gzip.compress(b"x" * 5000)[:-9], {"Content-Encoding": "gzip"})
        elif path == "/brotli":
            self.reply(200, b"\x0b\x02\x80", {"Content-Encoding": "br"})
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                self.close_connection = True
        elif path == "/drip":
            self.drip()
        elif path == "/silent":
            time.sleep(1.5)
            self.close_connection = True
        elif path == "/drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif path.endswith("/getMe"):
            self.reply(200, b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Cong","username":"cong_bot"}}')
        elif path == "/cookie":
            self.reply(200, b"ok", {"Set-Cookie": "a=b; Path=/"})
        else:
            self.reply(int(query) if query.isdigit() else 200, b"inside", {"Content-Type": "text/plain"})

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_HEAD = do_PUT = answer


class CountingServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.hits: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self.bomb = gzip.compress(b"\0" * 30_000_000)
        self.on_connect: Callable[[], None] = lambda: None

    def process_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        """Clients that hang up are part of the tests."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def start(self) -> CountingServer:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self
