"""The reference receiver of webhooks over real HTTP, with faults to order."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Any

from cms.ops.simulators.webhook_receiver import Receiver
from cms.ops.simulators.wires import Server, Simulator, hang_up

KEY = "khoa-mo-phong-0123456789-abcdefghijkl"
FAULT_KINDS = frozenset({
    "401", "404", "410", "413", "429", "500", "500_after", "502", "503", "redirect", "drop_before_accept", "drop_reply",
    "hang", "delay", "garbage", "slow_body",
})  # fmt: skip


@dataclass
class Fault:
    """An ordered fault: what happens to the next `times` requests."""

    kind: str
    times: int = 1
    retry_after: int = 30
    seconds: float = 1.0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "WebhookSimulator"
    timeout = 60  # seconds a silent connection may keep its thread
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who asked is in `requests`."""

    def do_POST(self) -> None:  # noqa: N802 the base class names it
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        simulator = self.server.simulator
        simulator.requests.append((dict(self.headers.items()), body))
        fault = simulator.take_fault()
        if fault is not None and self._before(fault):
            return
        answer: list[Any] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "HTTP_X_CONG_TIMESTAMP": self.headers.get("X-Cong-Timestamp", ""),
            "HTTP_X_CONG_SIGNATURE": self.headers.get("X-Cong-Signature", ""),
        }
        pieces = simulator.receiver(environ, lambda status, headers: answer.append(status))
        self._after(fault, int(answer[0].split()[0]), b"".join(pieces))

    def _before(self, fault: Fault) -> bool:
        if fault.kind == "drop_before_accept":
            hang_up(self)
            return True
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        if fault.kind == "redirect":
            self._reply(308, b"", {"Location": "https://www.example.org/"})
            return True
        if fault.kind.isdigit():
            waits = {"Retry-After": str(fault.retry_after)} if fault.kind in ("429", "503") else {}
            self._reply(int(fault.kind), b"<h1>no</h1>", waits)
            return True
        return False

    def _after(self, fault: Fault | None, status: int, body: bytes) -> None:
        kind = fault.kind if fault else ""
        if fault is not None and kind == "drop_reply":
            hang_up(self)
        elif kind == "500_after":
            self._reply(500, b"<h1>no</h1>", {})
        elif kind == "garbage":
            self._reply(status, b"\xff<html>", {})
        elif fault is not None and kind == "slow_body":
            self._reply(status, body, {}, fault.seconds)
        else:
            if fault is not None and kind == "hang":
                time.sleep(fault.seconds)
            self._reply(status, body, {})

    def _reply(self, status: int, body: bytes, headers: dict[str, str], seconds: float = 0.0) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(len(body)):
                self.wfile.write(body[start : start + 1])
                time.sleep(seconds / len(body))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class _Server(Server):
    def __init__(self, address: tuple[str, int], simulator: "WebhookSimulator") -> None:
        super().__init__(address, _Handler)
        self.simulator = simulator


class WebhookSimulator(Simulator):
    """The receiver in a thread of this process: `url`, `receiver.objects`, every request in `requests`."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, keys: list[str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.receiver = Receiver(keys or [KEY], clock=clock)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        super().__init__(_Server((host, port), self))

    @property
    def url(self) -> str:
        """The address that a webhook destination takes."""
        return f"{super().url}/cong"

    def order(self, fault: Fault) -> None:
        """Let the next requests fail in the given way."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {fault.kind}")
        with self._lock:
            self._faults.append(fault)

    def take_fault(self) -> Fault | None:
        """The fault for the next request, counted down; None when there is none."""
        with self._lock:
            if not self._faults:
                return None
            fault = self._faults[0]
            fault.times -= 1
            if fault.times <= 0:
                self._faults.pop(0)
            return fault
