"""The Bot API through python-telegram-bot, behind the guarded transport: one request per call, no retry, no limiter.

Every function either returns what Telegram said or raises one of the five classes of channels/delivery/errors.py, or
ChatMoved. Rates and retries are rows in the database, so the library's own are off.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import telegram
from django.conf import settings
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest

from channels.telegram.classification import classify
from cms.core import clock
from cms.core.http import GuardedAsyncTransport, track_flight

Result = TypeVar("Result")
MEDIA_SECONDS = 90.0


@dataclass(frozen=True)
class Sent:
    """A post that Telegram accepted: its number, the chat it landed in, and when by Telegram's clock."""

    message_id: int
    chat_id: int
    at: datetime
    link: str


class _Request(HTTPXRequest):
    """Remembers the HTTP status of its one request: the library's exceptions do not carry it."""

    def __init__(self, *, seconds: float) -> None:
        self.status: int | None = None
        super().__init__(
            connection_pool_size=1,
            connect_timeout=min(5.0, seconds),
            read_timeout=seconds,
            write_timeout=seconds,
            media_write_timeout=seconds,
            pool_timeout=1.0,
            httpx_kwargs={"transport": GuardedAsyncTransport(), "trust_env": False},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As the parent; the status is kept in `self.status`."""
        status, body = await super().do_request(*args, **kwargs)
        self.status = status
        return status, body


def text_seconds() -> float:
    """How long a text may take in all: less than half a lease, so that nobody reaps a send that is still under way."""
    return min(20.0, settings.CONG_LEASE_SECONDS * 0.45)


def send_text(*, token: str, chat_id: int, html: str) -> Sent:
    """Post a text (Bot API HTML, at most 4096 UTF-16 units) and return where it landed."""
    return _sent(
        _call(
            token,
            text_seconds(),
            lambda bot: bot.send_message(
                chat_id, html, parse_mode=ParseMode.HTML,
                link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
            ),
        )
    )  # fmt: skip


def send_audio(
    *, token: str, chat_id: int, caption: str, content: bytes, file_name: str, title: str, performer: str
) -> Sent:
    """Post an MP3 with a caption (Bot API HTML, at most 1024 UTF-16 units) and return where it landed."""
    return _sent(
        _call(
            token,
            MEDIA_SECONDS,
            lambda bot: bot.send_audio(
                chat_id, telegram.InputFile(content, filename=file_name), caption=caption,
                parse_mode=ParseMode.HTML, title=title[:64], performer=performer[:64],
            ),
        )
    )  # fmt: skip


def delete_message(*, token: str, chat_id: int, message_id: int) -> None:
    """Delete a post. Safe to repeat: what is gone stays gone (Permanent "already_gone")."""
    _call(token, text_seconds(), lambda bot: bot.delete_message(chat_id, message_id))


def edit_text(*, token: str, chat_id: int, message_id: int, html: str) -> None:
    """Replace the text of a post. Safe to repeat (Permanent "not_modified" when it already says so)."""
    _call(
        token,
        text_seconds(),
        lambda bot: bot.edit_message_text(html, chat_id=chat_id, message_id=message_id, parse_mode=ParseMode.HTML),
    )


def describe(*, token: str, chat_id: int) -> dict[str, str]:
    """The bot's and the chat's names, to test a connection without posting anything."""
    me = _call(token, text_seconds(), lambda bot: bot.get_me())
    chat = _call(token, text_seconds(), lambda bot: bot.get_chat(chat_id))
    return {"bot": me.username or me.first_name, "chat": chat.title or str(chat.id)}


def _sent(message: telegram.Message) -> Sent:
    at = message.date if message.date.tzinfo else message.date.replace(tzinfo=UTC)
    return Sent(message.message_id, message.chat_id, at, message.link or "")


def _call(token: str, seconds: float, ask: Callable[[telegram.Bot], Awaitable[Result]]) -> Result:
    request = _Request(seconds=seconds)
    with track_flight(seconds) as flight:
        try:
            return asyncio.run(_ask(token, request, ask))
        except (telegram.error.TelegramError, TimeoutError) as error:
            raise classify(error, status=request.status, left=flight.left, now=clock.now()) from error


async def _ask(token: str, request: _Request, ask: Callable[[telegram.Bot], Awaitable[Result]]) -> Result:
    base = settings.CONG_TELEGRAM_API_BASE.rstrip("/")
    bot = telegram.Bot(token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request)
    try:
        return await ask(bot)
    finally:
        await request.shutdown()
