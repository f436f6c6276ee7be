"""The pages of the simulated Zalo: what it accepted, and the question whether an application may act for an account."""

import html
import urllib.parse
from datetime import datetime, timedelta, timezone
from typing import Any

from cms.ops.simulators.zalo_world import Article, World

_SHOWN = 100
_VIETNAM = timezone(timedelta(hours=7))
_STYLE = """
:root{--ground:#FFFDF8;--ink:#1B1B22;--muted:#575763;--indigo:#1F2A56;--red:#A8201A;--line:#D9D4C7}
@media (prefers-color-scheme:dark){:root{--ground:#14151C;--ink:#F2EFE6;--muted:#B5B3AA;--indigo:#A9B6F2;--red:#FF9A90;--line:#3A3B45}}
body{background:var(--ground);color:var(--ink);font:18px/1.6 "Noto Sans",sans-serif;margin:0}
main{max-width:46rem;margin:0 auto;padding:1rem}
.label{background:#F2B632;color:#1B1B22;padding:.5rem 1rem;font-weight:700;text-align:center}
h1,h2{color:var(--indigo);font-size:1.44rem;line-height:1.3} h2{font-size:1.2rem}
article{border-top:1px solid var(--line);padding:.75rem 0;overflow-wrap:anywhere}
.head{color:var(--muted);font-size:16px} .gone{text-decoration:line-through} .red{color:var(--red)}
img{max-width:100%;height:auto} a.button{display:inline-block;background:#1F2A56;color:#fff;padding:.75rem 1.25rem;text-decoration:none}
"""
_LABEL = "Zalo mô phỏng — không phải Zalo"


def render(world: World) -> str:
    """The whole page as HTML: newest article first, at most a hundred."""
    with world.lock:
        articles = list(world.articles.values())
        broadcasts = list(world.broadcasts)
    sent = {number for row in broadcasts for number in row.articles}
    body = "".join(_one(article, article.id in sent) for article in reversed(articles[-_SHOWN:]))
    if not body:
        body = "<p>Chưa có bài nào. Khi một lượt gửi tới Zalo đến giờ, bài sẽ hiện ở đây.</p>"
    shown = sum(article.shown for article in articles)
    return _page(
        f"<h1>{shown} bài đang hiện · {len(broadcasts)} lần gửi tới người quan tâm</h1>"
        f"<p>Trang này giữ các bài mà hệ thống gửi trong lúc chạy thử. Không có bài nào ra khỏi máy này.</p>{body}",
        refresh=True,
    )


def permission(world: World, query: dict[str, str]) -> str:
    """The question, with one link for each account."""
    links = "".join(
        f'<p><a class="button" href="/v4/oa/consent?{html.escape(urllib.parse.urlencode({**query, "account": number}))}">'
        f"Cho phép với “{html.escape(name)}”</a></p>"
        for number, name in world.accounts.items()
    )
    app = html.escape(query.get("app_id", ""))
    return _page(f"<h1>Cho ứng dụng {app} đăng bài thay tài khoản của bạn?</h1>{links}")


def _page(body: str, *, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">{again}'
        f"<title>{_LABEL}</title><style>{_STYLE}</style></head><body>"
        f'<div class="label">{_LABEL}</div><main>{body}</main></body></html>'
    )


def _one(article: Article, sent: bool) -> str:
    content = article.content
    at = datetime.fromtimestamp(article.made_at, _VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    marks = ["○ đang ẩn" if not article.shown else "● đang hiện"]
    if article.updates:
        marks.append(f"đã sửa {article.updates} lần")
    if sent:
        marks.append("đã gửi tới người quan tâm")
    if article.removed:
        marks = ['<span class="red">■ đã gỡ</span>']
    cover = _picture(str(content.get("cover", {}).get("photo_url", "")), "ảnh bìa")
    body = "".join(_block(block) for block in content.get("body", []))
    return (
        f'<article class="{"gone" if article.removed else ""}"><div class="head">{at} · {" · ".join(marks)}</div>{cover}'
        f"<h2>{html.escape(str(content.get('title', '')))}</h2>"
        f'<div class="head">{html.escape(str(content.get("author", "")))}</div>'
        f"<p><strong>{html.escape(str(content.get('description', '')))}</strong></p>{body}</article>"
    )


def _block(block: dict[str, Any]) -> str:
    if block.get("type") == "image":
        return _picture(str(block.get("url", "")), "ảnh trong bài")
    return f"<p>{html.escape(html.unescape(str(block.get('content', ''))))}</p>"


def _picture(reference: str, alt: str) -> str:
    if reference.startswith("https://"):
        return f"<p>[{alt}: {html.escape(reference)}]</p>"
    return f'<img src="/anh/{html.escape(urllib.parse.quote(reference, safe=""))}" alt="{alt}">'
