"""Feeds from bytes, in a process that can be killed.

What a newspaper serves is hostile until proved otherwise: it may be a bomb, a path on our disk, a page of HTML with
status 200. `parse_feed` gives a feed or a sentence that says what is wrong; it never hangs and never reads a file.
"""

import json
import logging
import os
import queue
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import feedparser
from django.utils.translation import gettext_lazy as _

from cms.core import clock
from cms.core.errors import BadInput
from media.press.decoding import MAX_BODY
from media.press.feed_reading import from_plain

logger = logging.getLogger(__name__)

# Rule 1 of press_translation.md: 10 s in a killable worker.
TIME_LIMIT = 10.0
WORKERS = 2
WAIT_FOR_WORKER = 60.0
# A worker is replaced after so many feeds, so that what a parser leaks is given back.
FEEDS_PER_WORKER = 500
MAX_ANSWER = 64_000_000
_ROOT = Path(__file__).resolve().parents[2]
# The worker needs `cms.core.text` and nothing of the roof: importing the package `cms` would start Celery in it.
_BOOTSTRAP = (
    "import sys, types; cms = types.ModuleType('cms'); cms.__path__ = ['cms']; sys.modules['cms'] = cms; "
    "sys.path.insert(0, '.'); from media.press.parsing_worker import main; main()"
)

MESSAGES = {
    "empty": _("The address answered with an empty body."),
    "html": _("The address answered with a web page, not with a feed."),
    "challenge": _("The newspaper's protection answered with a check for browsers instead of the feed."),
    "json": _("The address answered with JSON; only RSS and Atom feeds can be read."),
    "not_a_feed": _("What the address answered is not an RSS or Atom feed."),
    "truncated": _("The feed was cut off before its first item."),
    "too_large": _("The feed is larger than 5 MB and was not read."),
    "too_heavy": _("Reading the feed would take too much memory; it was not read."),
    "too_slow": _("Reading the feed took longer than 10 seconds and was stopped."),
    "parser_fault": _("The feed could not be understood."),
}


class FeedRefused(BadInput):
    """The body is not a usable feed. `code` is one of `MESSAGES`; the message is for the monitor's screen."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code], code=code)
        self.code = code


def parse_feed(body: bytes, headers: Mapping[str, str], url: str) -> feedparser.FeedParserDict:
    """The feed in a response body, as feedparser's dictionary.

    `headers` are the response's (any case), `url` its final address, against which relative links are resolved.
    Bytes are decoded by the rules of decoding.py and stripped of their DTD; there are at most 1,000 entries; titles are
    plain, at most 500 letters; texts sanitised; links that are not http(s) dropped. Each of `published`, `updated`
    keeps the raw string, its `…_parsed` is UTC by our reader, and `…_reading` says {"at", "method", "flag"}. A feed
    whose `bozo` is set but has entries is a good feed. Valid feeds without entries are returned with none.
    Raises FeedRefused for anything else; takes at most about ten seconds.
    """
    if len(body) > MAX_BODY:
        raise FeedRefused("too_large")
    request = {
        "length": len(body),
        "headers": {str(name): str(value) for name, value in headers.items()},
        "url": url,
        "fetched_at": clock.now().isoformat(),
    }
    reply = _pool.ask(json.dumps(request).encode() + b"\n" + body, TIME_LIMIT)
    if "refused" in reply:
        if "detail" in reply:
            logger.warning("feed parser failed", extra={"event": "feed_parser_failed", "detail": reply["detail"]})
        raise FeedRefused(reply["refused"])
    return from_plain(reply["feed"])


class _Worker:
    """One parsing process and the pipe to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-c", _BOOTSTRAP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.asked = 0

    @property
    def stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def ask(self, message: bytes, seconds: float) -> dict[str, Any] | None:
        """The answer; None when the process died before it answered; raises TimeoutError."""
        self.asked += 1
        deadline = time.monotonic() + seconds
        reader, writer = self.stdout.fileno(), self.stdin.fileno()
        os.set_blocking(writer, False)
        os.set_blocking(reader, False)
        waiting, received = memoryview(message), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(reader, selectors.EVENT_READ)
            selector.register(writer, selectors.EVENT_WRITE)
            while not received.endswith(b"\n"):
                events = selector.select(max(0.0, deadline - time.monotonic()))
                if not events:
                    raise TimeoutError
                for key, _mask in events:
                    if key.fd == writer:
                        try:
                            waiting = waiting[os.write(writer, waiting[:65536]) :]
                        except BrokenPipeError:
                            return None
                        if not waiting:
                            selector.unregister(writer)
                    else:
                        piece = os.read(reader, 1 << 20)
                        if not piece or len(received) > MAX_ANSWER:
                            return None
                        received += piece
        return json.loads(received)

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.process.kill()
        self.stdin.close()
        self.stdout.close()
        self.process.wait()


class _Pool:
    """At most `WORKERS` processes, started when needed; each leaves by itself after a minute without work."""

    def __init__(self) -> None:
        self._seats: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._owner = 0
        self._lock = threading.Lock()

    def _prepare(self) -> None:
        """Fresh seats for this process: after a fork the pipes belong to the parent."""
        with self._lock:
            if self._owner != os.getpid():
                self._seats = queue.LifoQueue()
                for _seat in range(WORKERS):
                    self._seats.put(None)
                self._owner = os.getpid()

    def ask(self, message: bytes, seconds: float) -> dict[str, Any]:
        """The answer of a worker; a dead one is replaced and asked once more, a slow one is killed."""
        self._prepare()
        worker = self._seats.get(timeout=WAIT_FOR_WORKER)
        try:
            for _attempt in range(2):
                if worker is not None and (not worker.alive() or worker.asked >= FEEDS_PER_WORKER):
                    worker.stop()
                    worker = None
                fresh = worker is None
                worker = worker or _Worker()
                try:
                    reply = worker.ask(message, seconds)
                except TimeoutError:
                    logger.warning("feed parser killed", extra={"event": "feed_parser_killed", "seconds": seconds})
                    reply = {"refused": "too_slow"}
                if reply is not None and reply.get("refused") not in ("too_slow", "too_heavy"):
                    return reply
                worker.stop()
                worker = None
                if reply is not None:
                    return reply
                if fresh:
                    break
            return {"refused": "too_heavy", "detail": "the parsing process died"}
        finally:
            self._seats.put(worker)


_pool = _Pool()
