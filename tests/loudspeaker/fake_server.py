"""A tiny server that speaks the device protocol and can be told to misbehave. Standard library only."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeServer:
    """`body` and `audio` are what it serves; `log` is what was asked; the flags are its faults."""

    def __init__(self) -> None:
        self.body = b""
        self.audio: dict[str, bytes] = {}
        self.log: list[tuple[str, str, dict[str, str]]] = []
        self.events: list[dict[str, Any]] = []
        self.health: list[dict[str, Any]] = []
        self.now = lambda: datetime.now(UTC)
        self.status: dict[str, int] = {}  # path → status instead of an answer
        self.cut_audio_at: int | None = None  # bytes after which the line drops, once
        self.lie_about_etag = False
        self.drop_event_reply = False
        self.last_sequence = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                return

            def do_GET(self) -> None:
                server.log.append(("GET", self.path, dict(self.headers)))
                if self.refused():
                    return
                if self.path.startswith("/a/"):
                    self.audio()
                    return
                etag = '"' + hashlib.sha256(b"other" if server.lie_about_etag else server.body).hexdigest() + '"'
                if self.headers.get("If-None-Match") == etag:
                    self.answer(304, b"", ETag=etag)
                else:
                    self.answer(200, server.body, ETag=etag)

            def do_POST(self) -> None:
                server.log.append(("POST", self.path, dict(self.headers)))
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.refused():
                    return
                if self.path.endswith("/health"):
                    server.health.append(body)
                    self.answer(200, json.dumps({"last_sequence": server.last_sequence}).encode())
                    return
                server.events += body["events"]
                if server.drop_event_reply:
                    server.drop_event_reply = False
                    self.close_connection = True
                    return
                known = [event["id"] for event in body["events"]]
                self.answer(200, json.dumps({"acknowledged": known, "refused": []}).encode())

            def refused(self) -> bool:
                status = server.status.get(self.path)
                if status:
                    self.answer(status, b"{}", **({"Retry-After": "7"} if status == 429 else {}))
                return bool(status)

            def audio(self) -> None:
                data = server.audio[self.path.removeprefix("/a/")]
                start, status = 0, 200
                match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                if match and self.headers.get("If-Range") == f'"{self.path.removeprefix("/a/")}"':
                    start, status = int(match[1]), 206
                part = data[start:]
                self.send_response(status)
                self.send_header("Content-Length", str(len(part)))
                self.end_headers()
                if server.cut_audio_at is not None:
                    part, server.cut_audio_at = part[: server.cut_audio_at], None
                    self.close_connection = True
                with suppress(ConnectionError):  # a player that was killed in the middle hears no more
                    self.wfile.write(part)

            def answer(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                self.send_header("X-Server-Time", iso(server.now()))
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def programme(self, *items: tuple[datetime, float], version: int = 1, name: str = "x") -> list[dict[str, Any]]:
        """Serve a manifest with one item per (start, seconds), each with a file of its own."""
        made = []
        for number, (start, seconds) in enumerate(items, 1):
            data = f"{name}{number}".encode() * 40_000
            sha256 = hashlib.sha256(data).hexdigest()
            self.audio[sha256] = data
            made.append(
                {
                    "key": f"k{number}-{name}", "item": number, "title": f"Bài {number}", "language": "vi",
                    "fallback_from": None, "audio": f"/a/{sha256}", "type": "audio/mpeg", "sha256": sha256,
                    "bytes": len(data), "duration_ms": int(seconds * 1000), "starts_at": iso(start),
                    "ends_at": iso(start + timedelta(seconds=seconds)),
                }
            )  # fmt: skip
        body = {
            "schema": 1, "version": version, "days": [],
            "station": {"id": 1, "name": "Đài", "tz": "Asia/Ho_Chi_Minh", "languages": ["vi"]},
            "slots": [{"bulletin": {"id": 1}, "items": [item]} for item in made],
        }  # fmt: skip
        self.body = json.dumps(body).encode()
        return made


class HandClock:
    """Wall, counter and sleep moved by hand: `sleep` lets the time pass at once."""

    def __init__(self, start: datetime) -> None:
        self.wall_seconds, self.counter = start.timestamp(), 1000.0

    def wall(self) -> float:
        return self.wall_seconds

    def mono(self) -> float:
        return self.counter

    def sleep(self, seconds: float) -> None:
        self.wall_seconds += seconds
        self.counter += seconds
