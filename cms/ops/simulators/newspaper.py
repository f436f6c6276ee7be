"""A small newspaper over real HTTP: an RSS feed with ETag and Last-Modified, and a page for each item.from cms.ops.simulators.wires import Server, Simulator


For the sample province and for tests. Start it in a thread (`with NewspaperSimulator() as paper: paper.url`). Dates are
relative to the moment it starts, so that the feed is never old. POST /control/fault {"kind": …, "count": n} orders
faults for the next n readings of the feed: html, truncated, slow, error, redirect-inside, empty. Everything it shows says
that it is a simulation.
"""

import html
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import Any

from cms.ops.simulators.wires import Server, Simulator

NAME = "Báo Mô phỏng Gia Lai"
FEED_PATH = "/rss/tin-moi.rss"
FAULTS = frozenset({"html", "truncated", "slow", "error", "redirect-inside", "empty"})
SLOW_SECONDS = 30.0
# hours before the start, title, summary. No real persons, no real cases.
STORIES = [
    (2, "Công an phường Pleiku khuyến cáo phòng, chống trộm cắp tài sản dịp cuối năm",
     "Gần cuối năm, tình hình trộm cắp tài sản diễn biến phức tạp; bà con cần khóa cửa cẩn thận, gửi nhà cho hàng xóm."),
    (5, "Bắt nhóm đối tượng trộm cắp xe máy liên xã",
     "Công an xã Đak Đoa phối hợp bắt giữ nhóm thanh niên gây ra nhiều vụ trộm cắp xe máy trên địa bàn."),
    (8, "Cảnh báo lừa đảo qua mạng giả danh cán bộ điện lực",
     "Kẻ gian gọi điện giả danh cán bộ, yêu cầu cài ứng dụng để chiếm đoạt tài sản trong tài khoản ngân hàng."),
    (12, "Ra mắt mô hình tiếng cồng an ninh ở làng",
     "Phong trào toàn dân bảo vệ an ninh Tổ quốc có thêm mô hình tự quản: nghe tiếng cồng, cả làng cùng ra."),
    (20, "Giá cà phê nhích nhẹ phiên đầu tuần", "Giá thu mua tại các xã vùng chuyên canh tăng nhẹ so với tuần trước."),
    (26, "Xét xử vụ cho vay lãi nặng kiểu “tín dụng đen”",
     "Tòa án xét xử nhóm cho vay lãi nặng trong giao dịch dân sự; nhiều công nhân là người vay."),
    (30, "Trẻ em vùng cao đón thư viện lưu động", "Chuyến xe thư viện mang hàng nghìn cuốn sách đến các điểm trường."),
]  # fmt: skip


@dataclass
class Paper:
    """What the newspaper has printed and which faults it was told to have."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    stories: list[tuple[float, str, str]] = field(default_factory=lambda: [(float(h), t, s) for h, t, s in STORIES])
    faults: list[str] = field(default_factory=list)
    readings: int = 0
    not_modified: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def feed(self, base: str) -> bytes:
        """The RSS document as it stands now, newest story first."""
        items = "".join(
            f"<item><title>{html.escape(title)}</title><link>{base}/tin/{number}.html</link>"
            f"<guid>{base}/tin/{number}.html</guid>"
            f"<pubDate>{format_datetime(self.started - timedelta(hours=hours))}</pubDate>"
            f"<description><![CDATA[{summary}]]></description></item>"
            for number, (hours, title, summary) in sorted(enumerate(self.stories, start=1), key=lambda each: each[1][0])
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>{NAME}</title><link>{base}/</link><description>Mô phỏng, không phải báo thật</description>"
            f"<language>vi</language><ttl>20</ttl>{items}</channel></rss>"
        ).encode()

    def next_fault(self) -> str | None:
        """The fault of this reading, used up by asking."""
        with self.lock:
            return self.faults.pop(0) if self.faults else None


class _Handler(BaseHTTPRequestHandler):
    """Routes one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "NewspaperSimulator"
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the reader keeps its own log."""

    def do_GET(self) -> None:  # noqa: N802 the base class names it
        paper = self.server.paper
        if self.path == FEED_PATH:
            self._feed(paper)
        elif self.path == "/":
            self._reply(200, "text/html; charset=utf-8", _front_page(paper))
        elif self.path == "/control/state":
            state = {"readings": paper.readings, "not_modified": paper.not_modified, "faults": paper.faults}
            self._reply(200, "application/json", json.dumps(state).encode())
        elif self.path.startswith("/tin/") and self.path.endswith(".html"):
            self._story(paper, self.path.removeprefix("/tin/").removesuffix(".html"))
        else:
            self._reply(404, "text/plain; charset=utf-8", "Không có trang này.".encode())

    def do_POST(self) -> None:  # noqa: N802 the base class names it
        length = min(int(self.headers.get("Content-Length") or 0), 65536)
        try:
            order = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            self._reply(400, "application/json", b'{"ok": false}')
            return
        paper = self.server.paper
        if self.path == "/control/fault" and order.get("kind") in FAULTS:
            with paper.lock:
                paper.faults.extend([order["kind"]] * min(int(order.get("count", 1)), 100))
        elif self.path == "/control/story" and order.get("title"):
            hours = (paper.started - datetime.now(UTC)).total_seconds() / 3600
            with paper.lock:
                paper.stories.append((hours, str(order["title"]), str(order.get("summary", ""))))
        else:
            self._reply(400, "application/json", b'{"ok": false}')
            return
        self._reply(200, "application/json", b'{"ok": true}')

    def _feed(self, paper: Paper) -> None:
        paper.readings += 1
        fault = paper.next_fault()
        if fault is not None:
            self._faulty(fault, paper)
            return
        body = paper.feed(self.server.url)
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        modified = format_datetime(paper.started, usegmt=True)
        headers = {"ETag": etag, "Last-Modified": modified, "Cache-Control": "max-age=60"}
        known = self.headers.get("If-None-Match")
        if known == etag or (known is None and self.headers.get("If-Modified-Since") == modified):
            paper.not_modified += 1
            self._reply(304, "", b"", headers)
            return
        self._reply(200, "application/rss+xml; charset=utf-8", body, headers)

    def _faulty(self, fault: str, paper: Paper) -> None:
        body = paper.feed(self.server.url)
        if fault == "html":
            self._reply(200, "text/html; charset=utf-8", b"<!doctype html><title>Just a moment...</title>")
        elif fault == "empty":
            self._reply(200, "application/rss+xml", b"")
        elif fault == "error":
            self._reply(503, "text/plain", b"busy", {"Retry-After": "120"})
        elif fault == "redirect-inside":
            self._reply(302, "text/plain", b"", {"Location": "http://169.254.169.254/latest/meta-data/"})
        elif fault == "slow":
            time.sleep(SLOW_SECONDS)
            self.close_connection = True
        else:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True

    def _story(self, paper: Paper, number: str) -> None:
        if not number.isdigit() or not 1 <= int(number) <= len(paper.stories):
            self._reply(404, "text/plain; charset=utf-8", "Không có tin này.".encode())
            return
        _hours, title, summary = paper.stories[int(number) - 1]
        body = f"<h1>{html.escape(title)}</h1><p>{html.escape(summary)}</p>"
        self._reply(200, "text/html; charset=utf-8", _page(title, body))

    def _reply(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            self.wfile.write(body)


class _Server(Server):
    def __init__(self, address: tuple[str, int], paper: Paper) -> None:
        super().__init__(address, _Handler)
        self.paper = paper


class NewspaperSimulator(Simulator):
    """The newspaper, running in a thread from `with` to the end of the block. `paper` holds its stories and faults."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, paper: Paper | None = None) -> None:
        self.paper = paper or Paper()
        super().__init__(_Server((host, port), self.paper))

    @property
    def feed_url(self) -> str:
        """The feed."""
        return self.url + FEED_PATH


def _page(title: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>body{{font:18px/1.6 'Noto Sans',sans-serif;max-width:40em;"
        f"margin:2em auto;padding:0 1em;color:#1B1B22;background:#FFFDF8}}.note{{border:2px solid #F2B632;padding:.5em}}"
        f'</style><p class="note"><b>{NAME}</b>: mô phỏng để chạy thử, không phải báo thật.</p>{body}</html>'
    ).encode()


def _front_page(paper: Paper) -> bytes:
    rows = "".join(
        f'<li><a href="/tin/{number}.html">{html.escape(title)}</a></li>'
        for number, (_hours, title, _summary) in enumerate(paper.stories, start=1)
    )
    return _page(NAME, f'<h1>Tin mới</h1><ul>{rows}</ul><p><a href="{FEED_PATH}">RSS</a></p>')
