"""The page on which people see what the simulated Facebook accepted."""

import html
from datetime import datetime, timedelta, timezone

from cms.ops.simulators.facebook_world import Post, World

_SHOWN = 100
_VIETNAM = timezone(timedelta(hours=7))
_STYLE = """
:root{--ground:#FFFDF8;--ink:#1B1B22;--muted:#575763;--indigo:#1F2A56;--red:#A8201A;--line:#D9D4C7}
@media (prefers-color-scheme:dark){:root{--ground:#14151C;--ink:#F2EFE6;--muted:#B5B3AA;--indigo:#A9B6F2;--red:#FF9A90;--line:#3A3B45}}
body{background:var(--ground);color:var(--ink);font:18px/1.6 "Noto Sans",sans-serif;margin:0}
main{max-width:46rem;margin:0 auto;padding:1rem}
.label{background:#F2B632;color:#1B1B22;padding:.5rem 1rem;font-weight:700;text-align:center}
h1{color:var(--indigo);font-size:1.44rem}
article{border-top:1px solid var(--line);padding:.75rem 0}
.head{color:var(--muted);font-size:16px}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.gone .text{text-decoration:line-through}
img{max-width:100%;height:auto;display:block;margin:.5rem 0}
.card{border:1px solid var(--line);padding:.5rem;overflow-wrap:anywhere} .red{color:var(--red)}
"""


def render(world: World) -> str:
    """The whole page as HTML: newest post first, at most a hundred."""
    posts = world.snapshot()
    standing = sum(not post.deleted for post in posts)
    body = "".join(_one(post, world) for post in reversed(posts[-_SHOWN:]))
    if not body:
        body = "<p>Chưa có bài nào. Khi một lượt gửi tới Facebook đến giờ, bài sẽ hiện ở đây.</p>"
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="5">'
        f"<title>Facebook mô phỏng — không phải Facebook</title><style>{_STYLE}</style></head><body>"
        '<div class="label">Facebook mô phỏng — không phải Facebook</div><main>'
        f"<h1>{_count(world.accepted)} bài đã nhận · {_count(standing)} bài đang hiện</h1>"
        "<p>Trang này giữ các bài mà hệ thống đăng trong lúc chạy thử. Không có bài nào ra khỏi máy này.</p>"
        f"{body}</main></body></html>"
    )


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _one(post: Post, world: World) -> str:
    at = datetime.fromtimestamp(post.created, _VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    marks = [f"đã sửa {post.edited} lần"] if post.edited else []
    if post.deleted:
        marks.append('<span class="red">■ đã xóa</span>')
    pictures = "".join(
        f'<img src="/anh/{html.escape(number)}" alt="{html.escape(world.photos[number].alt)}">'
        for number in post.photos
        if number in world.files and not post.deleted
    )
    link = f'<p class="card">{html.escape(post.link)}</p>' if post.link else ""
    return (
        f'<article class="{"gone" if post.deleted else ""}">'
        f'<div class="head">{html.escape(world.page_name(post.page))} · số {html.escape(post.id)} · {at}'
        f"{' · '.join(['', *marks])}</div>"
        f'<div class="text">{html.escape(post.message)}</div>{link}{pictures}</article>'
    )
