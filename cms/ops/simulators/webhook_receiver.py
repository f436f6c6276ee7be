"""The reference receiver of signed webhooks: a small WSGI application that shows what a partner must do (docs/webhook.md).

`Receiver(keys)` verifies the signature before it reads anything, refuses old timestamps and repeated requests, and keeps for
each object the highest version it was told. It uses nothing but the standard library: it may be copied.
"""

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

BODY_LIMIT = 512 * 1024
TOLERANCE_SECONDS = 300
REMEMBERED = 10_000

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Refusal(Exception):
    """A request that is not accepted: the status line and the code that says why."""

    def __init__(self, status: str, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Receiver:
    """A WSGI application. `keys`: the accepted keys; `clock`: seconds since 1970; `objects`: what stands here now."""

    def __init__(self, keys: list[str], *, clock: Callable[[], float] = time.time) -> None:
        self.keys = keys
        self.clock = clock
        self.objects: dict[str, dict[str, Any]] = {}
        self.accepted = 0
        self._seen: dict[tuple[str, int], float] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            status, answer = "200 OK", self.receive(environ)
        except Refusal as refusal:
            status, answer = refusal.status, {"code": refusal.code}
        body = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def receive(self, environ: dict[str, Any]) -> dict[str, Any]:
        """What is answered to a good request. Raises Refusal."""
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refusal("405 Method Not Allowed", "post_only")
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > BODY_LIMIT:
            raise Refusal("413 Payload Too Large", "too_large")
        body = environ["wsgi.input"].read(int(length))
        self.verify(environ.get("HTTP_X_CONG_TIMESTAMP", ""), environ.get("HTTP_X_CONG_SIGNATURE", ""), body)
        try:
            request = json.loads(body)
            event, delivery, version = str(request["event"]), str(request["delivery"]), int(request["version"])
        except (ValueError, KeyError, TypeError):
            raise Refusal("400 Bad Request", "not_understood") from None
        if event == "ping":
            return {"pong": True}
        with self._lock:
            return self._apply(event, delivery, version, request)

    def verify(self, timestamp: str, signatures: str, body: bytes) -> None:
        """Raise Refusal unless a known key signed this body at about this time."""
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            raise Refusal("401 Unauthorized", "no_timestamp")
        given = re.findall(r"v1=([0-9a-f]{64})", signatures)[:4]
        signed = timestamp.encode() + b"." + body
        expected = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in self.keys]
        if not any(hmac.compare_digest(one, other) for one in given for other in expected):
            raise Refusal("401 Unauthorized", "bad_signature")
        if abs(self.clock() - int(timestamp)) > TOLERANCE_SECONDS:
            raise Refusal("401 Unauthorized", "old_timestamp")

    def _apply(self, event: str, delivery: str, version: int, request: dict[str, Any]) -> dict[str, Any]:
        now = self.clock()
        self._seen = {
            key: at for key, at in list(self._seen.items())[-REMEMBERED:] if now - at <= 2 * TOLERANCE_SECONDS
        }
        if (delivery, version) in self._seen:
            raise Refusal("409 Conflict", "repeated")
        subject = request.get("object")
        name = str(subject.get("id", "")) if isinstance(subject, dict) else ""
        if not name or event not in ("publish", "correct", "take_down"):
            raise Refusal("400 Bad Request", "not_understood")
        stands = self.objects.get(name)
        if stands is not None and stands["version"] >= version:
            # The same version again is the same request after its memory faded; anything lower is out of date.
            raise Refusal("409 Conflict", "repeated" if stands["version"] == version else "newer_there")
        # A withdrawn object stays as a version without content, so that a late "publish" cannot bring it back.
        content = None if event == "take_down" else request.get("content")
        if event != "take_down" and not isinstance(content, dict):
            # Before it is remembered: else its repetition would be taken for one that stands here.
            raise Refusal("400 Bad Request", "not_understood")
        self._seen[delivery, version] = now
        self.objects[name] = {"version": version, "event": event, "content": content}
        self.accepted += 1
        return {"id": name, "version": version}
