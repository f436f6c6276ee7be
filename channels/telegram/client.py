"""The Bot API through python-telegram-bot, behind the guarded transport: one request per call, no retry, no limiter.

Every function either returns what Telegram said or raises one of the five classes of channels/delivery/errors.py, or
ChatMoved. Rates and retries are rows in the database, so the library's own are off.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import telegram
from django.conf import settings
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest

from channels.telegram.classification import classify
from cms.core import clock
from cms.core.http import GuardedAsyncTransport, Proxy, track_flight

Result = TypeVar("Result")
MEDIA_SECONDS = 90.0


@dataclass(frozen=True)
class Sent:
    """A post that Telegram accepted: its number, the chat it landed in, and when by Telegram's clock."""

    message_id: int
    chat_id: int
    at: datetime
    link: str


@dataclass(frozen=True)
class File:
    """Something to upload."""

    content: bytes
    name: str
    title: str = ""
    performer: str = ""


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
            httpx_kwargs={"transport": GuardedAsyncTransport(proxy=_proxy()), "trust_env": False},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As the parent; the status is kept in `self.status`."""
        status, body = await super().do_request(*args, **kwargs)
        self.status = status
        return status, body


def _proxy() -> Proxy | None:
    """The way out that the operator named for Telegram; it is used for the Bot API's own address and nothing else."""
    named = settings.CONG_TELEGRAM_PROXY
    return Proxy.parse(named, targets=[settings.CONG_TELEGRAM_API_BASE]) if named else None


def text_seconds() -> float:
    """How long a text may take in all: less than half a lease, so that nobody reaps a send that is still under way."""
    return min(20.0, settings.CONG_LEASE_SECONDS * 0.45)


def send_text(*, token: str, chat_id: int, html: str, reply_to: int | None = None) -> Sent:
    """Post a text (Bot API HTML, at most 4096 UTF-16 units) and return where it landed; `reply_to` is a message there."""
    preview = telegram.LinkPreviewOptions(is_disabled=True)
    return _sent(
        _call(
            token,
            text_seconds(),
            lambda bot: bot.send_message(
                chat_id, html, parse_mode=ParseMode.HTML, link_preview_options=preview,
                reply_parameters=_reply(reply_to),
            ),
        )
    )  # fmt: skip


def send_file(*, kind: str, token: str, chat_id: int, caption: str, file: File) -> Sent:
    """Post an "audio", "photo" or "document" with a caption (Bot API HTML, at most 1024 UTF-16 units)."""

    async def ask(bot: telegram.Bot) -> telegram.Message:
        upload = telegram.InputFile(file.content, filename=file.name)
        common: dict[str, Any] = {"caption": caption, "parse_mode": ParseMode.HTML}
        if kind == "photo":
            return await bot.send_photo(chat_id, upload, **common)
        if kind == "document":
            return await bot.send_document(chat_id, upload, **common)
        return await bot.send_audio(chat_id, upload, title=file.title[:64], performer=file.performer[:64], **common)

    return _sent(_call(token, MEDIA_SECONDS, ask))


def send_album(*, token: str, chat_id: int, caption: str, files: Sequence[File]) -> list[Sent]:
    """Post 2 to 10 pictures as one album; the first carries the caption, which is shown beneath the whole."""

    async def ask(bot: telegram.Bot) -> Sequence[telegram.Message]:
        media = [
            telegram.InputMediaPhoto(
                file.content, filename=file.name, caption="" if number else caption, parse_mode=ParseMode.HTML
            )
            for number, file in enumerate(files)
        ]
        return await bot.send_media_group(chat_id, media)

    return [_sent(message) for message in _call(token, MEDIA_SECONDS, ask)]


def delete_messages(*, token: str, chat_id: int, message_ids: Sequence[int]) -> None:
    """Delete a post of one or several messages. Safe to repeat: what is gone stays gone.

    Several are deleted by one call, which passes over those that are gone and deletes none when one is too old.
    """
    if len(message_ids) == 1:
        _call(token, text_seconds(), lambda bot: bot.delete_message(chat_id, message_ids[0]))
    elif message_ids:
        _call(token, text_seconds(), lambda bot: bot.delete_messages(chat_id, list(message_ids)))


def edit_text(*, token: str, chat_id: int, message_id: int, html: str) -> None:
    """Replace the words of a text. Safe to repeat (Permanent "not_modified" when it already says so)."""
    preview = telegram.LinkPreviewOptions(is_disabled=True)
    _call(
        token,
        text_seconds(),
        lambda bot: bot.edit_message_text(
            html, chat_id=chat_id, message_id=message_id, parse_mode=ParseMode.HTML, link_preview_options=preview
        ),
    )


def edit_caption(*, token: str, chat_id: int, message_id: int, caption: str) -> None:
    """Replace the words beneath a picture, recording or document. Safe to repeat, as `edit_text`."""
    _call(
        token,
        text_seconds(),
        lambda bot: bot.edit_message_caption(chat_id, message_id, caption=caption, parse_mode=ParseMode.HTML),
    )


def edit_media(*, kind: str, token: str, chat_id: int, message_id: int, caption: str, file: File) -> None:
    """Replace file and words of a message by others of the same kind ("photo" or "document"). Safe to repeat."""
    made = {"photo": telegram.InputMediaPhoto, "document": telegram.InputMediaDocument}[kind]
    media = made(file.content, filename=file.name, caption=caption, parse_mode=ParseMode.HTML)
    _call(token, MEDIA_SECONDS, lambda bot: bot.edit_message_media(media, chat_id=chat_id, message_id=message_id))


@dataclass(frozen=True)
class Described:
    """Who answered, to test a connection without posting anything. `missing` names the rights the bot lacks there."""

    bot: str
    chat: str
    missing: tuple[str, ...] = ()


def describe(*, token: str, chat_id: int) -> Described:
    """The bot's and the chat's names, and whether the bot may post, edit and delete there."""
    me = _call(token, text_seconds(), lambda bot: bot.get_me())
    chat = _call(token, text_seconds(), lambda bot: bot.get_chat(chat_id))
    member = _call(token, text_seconds(), lambda bot: bot.get_chat_member(chat_id, me.id))
    return Described(me.username or me.first_name, chat.title or str(chat.id), _missing(member, chat.type))


def _missing(member: telegram.ChatMember, kind: str) -> tuple[str, ...]:
    """ "post", "edit", "delete": what an administrator of a channel needs; in a group a member may post and edit."""
    if member.status in (telegram.ChatMember.LEFT, telegram.ChatMember.BANNED):
        return ("post", "edit", "delete")
    if member.status == telegram.ChatMember.OWNER:
        return ()
    if not isinstance(member, telegram.ChatMemberAdministrator):
        return ("post", "edit", "delete") if kind == telegram.Chat.CHANNEL else ()
    if kind != telegram.Chat.CHANNEL:
        return ()
    rights = {"post": member.can_post_messages, "edit": member.can_edit_messages, "delete": member.can_delete_messages}
    # A bot edits and deletes its own posts with the right to post alone.
    return tuple(name for name, has in rights.items() if not has and not (name != "post" and rights["post"]))


def _reply(to: int | None) -> telegram.ReplyParameters | None:
    """A reply that is posted also when the message it answers is gone."""
    return telegram.ReplyParameters(to, allow_sending_without_reply=True) if to else None


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
