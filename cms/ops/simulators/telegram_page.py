"""The page on which people see what the simulated Telegram accepted."""

import html
from datetime import datetime, timedelta, timezone

from cms.ops.simulators.telegram_world import StoredMessage, World

_SHOWN = 100
_VIETNAM = timezone(timedelta(hours=7))
_STYLE = """
:root{--ground:#FFFDF8;--ink:#1B1B22;--muted:#575763;--indigo:#1F2A56;--red:#A8201A;--leaf:#1E6B3A;--saffron:#F2B632;--line:#D9D4C7}
@media (prefers-color-scheme:dark){:root{--ground:#14151C;--ink:#F2EFE6;--muted:#B5B3AA;--indigo:#A9B6F2;--red:#FF9A90;--leaf:#7FD6A0;--line:#3A3B45}}
body{background:var(--ground);color:var(--ink);font:18px/1.6 "Noto Sans",sans-serif;margin:0}
main{max-width:46rem;margin:0 auto;padding:1rem}
.label{background:var(--saffron);color:#1B1B22;padding:.5rem 1rem;font-weight:700;text-align:center}
h1{color:var(--indigo);font-size:1.44rem}
article{border-top:1px solid var(--line);padding:.75rem 0}
.head{color:var(--muted);font-size:16px}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.gone .text{text-decoration:line-through}
a{color:var(--indigo)} .red{color:var(--red)} audio{width:100%} img{max-width:100%;max-height:20rem;height:auto}
"""


def render(world: World) -> str:
    """The whole page as HTML: newest message first, at most a hundred."""
    messages = world.snapshot()
    standing = sum(not message.deleted for message in messages)
    body = "".join(_one(message, world) for message in reversed(messages[-_SHOWN:]))
    if not body:
        body = "<p>Chưa có tin nào. Khi một lượt gửi tới Telegram đến giờ, tin sẽ hiện ở đây.</p>"
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="5">'
        f"<title>Bot Telegram mô phỏng — không phải Telegram</title><style>{_STYLE}</style></head><body>"
        '<div class="label">Bot Telegram mô phỏng — không phải Telegram</div><main>'
        f"<h1>{_count(world.accepted)} tin đã nhận · {_count(standing)} tin đang hiện</h1>"
        "<p>Trang này giữ các tin mà hệ thống gửi trong lúc chạy thử. Không có tin nào ra khỏi máy này.</p>"
        f"{body}</main></body></html>"
    )


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _one(message: StoredMessage, world: World) -> str:
    chat = world.chats.get(message.chat_id)
    title = html.escape(chat.title if chat else str(message.chat_id))
    at = datetime.fromtimestamp(message.date, _VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    marks = []
    if message.album:
        marks.append("trong một tập ảnh")
    if message.reply_to:
        marks.append(f"trả lời số {message.reply_to}")
    if message.edited:
        marks.append(f"đã sửa {message.edited} lần")
    if message.deleted:
        marks.append('<span class="red">■ đã xóa</span>')
    media = ""
    if message.sha256:
        name = html.escape(message.file_name or message.method)
        media = f"<p>{name} · {_count(message.size // 1024)} kB</p>"
        if message.message_id in world.files and not message.deleted:
            address = f"/files/{message.message_id}"
            if message.method == "sendAudio":
                media += f'<audio controls preload="none" src="{address}"></audio>'
            elif message.method == "sendPhoto":
                media += f'<img src="{address}" alt="" loading="lazy">'
            else:
                media += f'<p><a href="{address}">Tải tệp</a></p>'
    state = " · ".join(["", *marks])
    return (
        f'<article class="{"gone" if message.deleted else ""}">'
        f'<div class="head">{title} · số {message.message_id} · {at}{state}</div>{media}'
        f'<div class="text">{message.safe_html}</div></article>'
    )
