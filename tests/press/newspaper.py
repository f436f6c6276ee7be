"""A newspaper on this machine that can be told to misbehave: what it serves is set before it is asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One canned answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/rss+xml"})


@dataclass
class Newspaper:
    """Its address, what it answers for each path, and the headers of every request it got."""

    base: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The full address of a path."""
        return self.base + path

    def serve(self, path: str, body: str | bytes = b"", status: int = 200, **headers: str) -> str:
        """From now on answer this at `path`; returns the full address. Header names with _ for -."""
        known = {"Content-Type": "application/rss+xml"} | {k.replace("_", "-"): v for k, v in headers.items()}
        self.answers[path] = Answer(body.encode() if isinstance(body, str) else body, status, known)
        return self.url(path)


@contextmanager
def newspaper() -> Iterator[Newspaper]:
    """A running newspaper on a free port of 127.0.0.1, which the test settings allow."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paper.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = paper.answers.get(self.path, Answer(status=404))
            etag = answer.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer = Answer(status=304, headers={"ETag": etag})
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(answer.body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    paper = Newspaper(base=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield paper
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def rss(*items: tuple[str, str] | tuple[str, str, str], date: str = "Wed, 18 Nov 2026 10:00:00 +0700") -> str:
    """An RSS document with (title, link) or (title, link, summary) items."""
    parts = [
        f"<item><title>{item[0]}</title><link>{item[1]}</link><guid>{item[1]}</guid><pubDate>{date}</pubDate>"
        f"<description>{item[2] if len(item) > 2 else ''}</description></item>"
        for item in items
    ]
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Báo</title>{"".join(parts)}</channel></rss>'
