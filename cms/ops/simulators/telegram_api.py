"""The methods of the simulated Bot API, over one World; HTTP is in telegram.py."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

from PIL import Image, UnidentifiedImageError

from cms.ops.simulators.telegram_html import EntityError, parse, utf16_units
from cms.ops.simulators.telegram_world import (
    DELETE_LIMIT_SECONDS,
    EDIT_LIMIT_SECONDS,
    ApiError,
    Chat,
    StoredMessage,
    World,
)

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]{30,}$")
_FILE_FIELDS = {"sendAudio": "audio", "sendPhoto": "photo", "sendDocument": "document"}
_METHOD_OF_MEDIA = {"photo": "sendPhoto", "audio": "sendAudio", "document": "sendDocument"}


class Parameters:
    """The parameters of one call: text fields and uploaded files `(name, content)`."""

    def __init__(self, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> None:
        self.fields = fields
        self.files = files

    def text(self, name: str, default: str = "") -> str:
        """The field as text."""
        return self.fields.get(name, default)

    def number(self, name: str) -> int:
        """The field as a whole number. Raises ApiError 400."""
        try:
            return int(self.fields[name])
        except (KeyError, ValueError):
            raise ApiError(400, f"Bad Request: invalid {name} specified") from None


class BotApi:
    """The methods of the Bot API that we use, over one World."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.methods: dict[str, Callable[[str, Parameters], Any]] = {
            "getMe": self.get_me,
            "getChat": self.get_chat,
            "sendMessage": self.send_message,
            "sendAudio": lambda token, data: self.send_file("sendAudio", token, data),
            "sendPhoto": lambda token, data: self.send_file("sendPhoto", token, data),
            "sendDocument": lambda token, data: self.send_file("sendDocument", token, data),
            "sendMediaGroup": self.send_media_group,
            "deleteMessage": self.delete_message,
            "deleteMessages": self.delete_messages,
            "editMessageText": self.edit_message_text,
            "editMessageCaption": self.edit_message_caption,
            "editMessageMedia": self.edit_message_media,
            "getChatMember": self.get_chat_member,
        }

    def check_token(self, token: str) -> None:
        """Raises ApiError as the real API does for a malformed (404) or unknown (401) token."""
        if not _TOKEN.match(token):
            raise ApiError(404, "Not Found")
        if self.world.tokens is not None and token not in self.world.tokens:
            raise ApiError(401, "Unauthorized")

    def get_me(self, token: str, data: Parameters) -> dict[str, Any]:
        """The bot itself."""
        number = int(token.split(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Bot mô phỏng", "username": "mo_phong_bot"}

    def get_chat(self, token: str, data: Parameters) -> dict[str, Any]:
        """The chat, with the fields a ChatFullInfo must have."""
        chat = self.world.find_chat(data.text("chat_id"))
        return self._chat_json(chat) | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    def send_message(self, token: str, data: Parameters) -> dict[str, Any]:
        """Accept a text."""
        chat = self.world.find_chat(data.text("chat_id"))
        plain, safe = self._parsed(data.text("text"), data.text("parse_mode"), TEXT_LIMIT, "message is too long")
        if not plain.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        self.world.spend(chat)
        message = StoredMessage(
            0, chat.id, "sendMessage", self.world.clock(), plain, safe, token.split(":")[0],
            reply_to=self._reply_to(chat, data),
        )  # fmt: skip
        return self._message_json(self.world.store(message), chat)

    def send_file(self, method: str, token: str, data: Parameters) -> dict[str, Any]:
        """Accept an uploaded file with its caption."""
        chat = self.world.find_chat(data.text("chat_id"))
        name, content = self._uploaded(method, data)
        plain, safe = self._caption(data.text("caption"), data.text("parse_mode"))
        self.world.spend(chat)
        message = StoredMessage(
            0, chat.id, method, self.world.clock(), plain, safe, token.split(":")[0], file_name=name,
            title=data.text("title"), performer=data.text("performer"), reply_to=self._reply_to(chat, data),
        )  # fmt: skip
        return self._message_json(self.world.store(message, content), chat)

    def send_media_group(self, token: str, data: Parameters) -> list[dict[str, Any]]:
        """Accept an album: 2 to 10 photos, or documents, or audio files; each counts as a message."""
        chat = self.world.find_chat(data.text("chat_id"))
        media = self._json_of(data, "media")
        if not isinstance(media, list) or not 2 <= len(media) <= 10:
            raise ApiError(400, "Bad Request: wrong number of messages to send as an album: there must be 2-10 items")
        kinds = {row.get("type") for row in media}
        if len(kinds) != 1 or not kinds <= set(_METHOD_OF_MEDIA):
            raise ApiError(400, "Bad Request: can't mix these types of media in an album")
        made = []
        for row in media:
            method = _METHOD_OF_MEDIA[row["type"]]
            name, content = self._uploaded(method, data, str(row.get("media", "")))
            plain, safe = self._caption(str(row.get("caption") or ""), str(row.get("parse_mode") or ""))
            made.append((method, name, content, plain, safe))
        self.world.spend(chat, len(made))
        with self.world.lock:
            album = f"g{self.world.accepted + 1}"
            rows = [
                self.world.store(
                    StoredMessage(
                        0, chat.id, method, self.world.clock(), plain, safe, token.split(":")[0], file_name=name,
                        album=album,
                    ),
                    content,
                )
                for method, name, content, plain, safe in made
            ]  # fmt: skip
        return [self._message_json(message, chat) | {"media_group_id": album} for message in rows]

    def delete_message(self, token: str, data: Parameters) -> bool:
        """Delete a message younger than 48 hours."""
        chat = self.world.find_chat(data.text("chat_id"))
        message = self.world.find_message(chat.id, data.number("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to delete not found")
        self._require_young(message)
        message.deleted = True
        return True

    def delete_messages(self, token: str, data: Parameters) -> bool:
        """Delete 1 to 100 messages: those that are not found are passed over, one that is too old stops it all."""
        chat = self.world.find_chat(data.text("chat_id"))
        numbers = self._json_of(data, "message_ids")
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
            raise ApiError(400, "Bad Request: wrong number of message identifiers")
        found = [message for each in numbers if (message := self.world.find_message(chat.id, int(each))) is not None]
        for message in found:
            self._require_young(message)
        for message in found:
            message.deleted = True
        return True

    def edit_message_text(self, token: str, data: Parameters) -> dict[str, Any]:
        """Replace the text of a message."""
        message, chat = self._to_edit(data)
        if message.method != "sendMessage":
            raise ApiError(400, "Bad Request: there is no text in the message to edit")
        plain, safe = self._parsed(data.text("text"), data.text("parse_mode"), TEXT_LIMIT, "message is too long")
        if not plain.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        return self._changed(message, chat, plain, safe)

    def edit_message_caption(self, token: str, data: Parameters) -> dict[str, Any]:
        """Replace the words beneath a file."""
        message, chat = self._to_edit(data)
        if message.method == "sendMessage":
            raise ApiError(400, "Bad Request: there is no caption in the message to edit")
        return self._changed(message, chat, *self._caption(data.text("caption"), data.text("parse_mode")))

    def edit_message_media(self, token: str, data: Parameters) -> dict[str, Any]:
        """Replace the file and the words beneath it; in an album only by a file of the same kind."""
        message, chat = self._to_edit(data)
        media = self._json_of(data, "media")
        if not isinstance(media, dict) or media.get("type") not in _METHOD_OF_MEDIA:
            raise ApiError(400, "Bad Request: can't parse InputMedia")
        method = _METHOD_OF_MEDIA[media["type"]]
        if message.album and method != message.method:
            raise ApiError(400, "Bad Request: message of an album can't be edited to another type")
        name, content = self._uploaded(method, data, str(media.get("media", "")))
        plain, safe = self._caption(str(media.get("caption") or ""), str(media.get("parse_mode") or ""))
        message.method, message.file_name = method, name
        message.text, message.safe_html, message.edited = plain, safe, message.edited + 1
        self.world.keep_file(message, content)
        return self._message_json(message, chat)

    def get_chat_member(self, token: str, data: Parameters) -> dict[str, Any]:
        """What the bot is in the chat, with the rights of an administrator of a channel."""
        chat = self.world.find_chat(data.text("chat_id"))
        user = {"id": data.number("user_id"), "is_bot": True, "first_name": "Bot mô phỏng", "username": "mo_phong_bot"}
        member: dict[str, Any] = {"status": chat.bot_status, "user": user}
        if chat.bot_status == "administrator":
            no = (
                "can_be_edited", "is_anonymous", "can_restrict_members", "can_promote_members", "can_change_info",
                "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories", "can_manage_video_chats",
                "can_manage_direct_messages",
            )  # fmt: skip
            yes = ("can_manage_chat", "can_delete_messages", "can_post_messages", "can_edit_messages")
            member |= dict.fromkeys(no, False) | dict.fromkeys(yes, True)
        return member

    def _to_edit(self, data: Parameters) -> tuple[StoredMessage, Chat]:
        chat = self.world.find_chat(data.text("chat_id"))
        message = self.world.find_message(chat.id, data.number("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if self.world.clock() - message.date > EDIT_LIMIT_SECONDS:
            raise ApiError(400, "Bad Request: message can't be edited")
        return message, chat

    def _changed(self, message: StoredMessage, chat: Chat, plain: str, safe: str) -> dict[str, Any]:
        if plain == message.text and safe == message.safe_html:
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        message.text, message.safe_html, message.edited = plain, safe, message.edited + 1
        return self._message_json(message, chat)

    def _require_young(self, message: StoredMessage) -> None:
        if self.world.clock() - message.date > DELETE_LIMIT_SECONDS:
            raise ApiError(400, "Bad Request: message can't be deleted for everyone")

    def _reply_to(self, chat: Chat, data: Parameters) -> int:
        """The number of the message that this one answers, 0 for none. Raises as the real API when it is not there."""
        asked = self._json_of(data, "reply_parameters") if data.text("reply_parameters") else None
        if not isinstance(asked, dict):
            return 0
        number = int(asked.get("message_id") or 0)
        if self.world.find_message(chat.id, number) is not None:
            return number
        if not asked.get("allow_sending_without_reply"):
            raise ApiError(400, "Bad Request: message to be replied not found")
        return 0

    @staticmethod
    def _json_of(data: Parameters, name: str) -> Any:
        try:
            return json.loads(data.text(name, "null"))
        except ValueError:
            raise ApiError(400, f"Bad Request: can't parse {name}: it is not JSON") from None

    def _caption(self, text: str, mode: str) -> tuple[str, str]:
        return self._parsed(text, mode, CAPTION_LIMIT, "message caption is too long")

    def _parsed(self, text: str, mode: str, limit: int, complaint: str) -> tuple[str, str]:
        try:
            parsed = parse(text, mode)
        except EntityError as error:
            raise ApiError(400, f"Bad Request: can't parse entities: {error}") from None
        if utf16_units(parsed.plain) > limit:
            raise ApiError(400, f"Bad Request: {complaint}")
        return parsed.plain, parsed.safe_html

    def _uploaded(self, method: str, data: Parameters, reference: str = "") -> tuple[str, bytes]:
        field = _FILE_FIELDS[method]
        reference = reference or data.text(field)
        if reference.startswith("attach://"):
            field = reference.removeprefix("attach://")
        name, content = data.files.get(field, ("", b""))
        if not content:
            raise ApiError(400, "Bad Request: file must be non-empty")
        if method == "sendPhoto":
            self._require_photo(content)
        return name, content

    @staticmethod
    def _require_photo(content: bytes) -> None:
        """10 MB, width and height together at most 10 000, their ratio at most 20 (documentation of sendPhoto)."""
        if len(content) > PHOTO_LIMIT:
            raise ApiError(400, "Bad Request: PHOTO_SAVE_FILE_INVALID")
        try:
            with Image.open(io.BytesIO(content)) as picture:
                picture.load()
                width, height = picture.size
        except (OSError, UnidentifiedImageError, ValueError):
            raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED") from None
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise ApiError(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")

    @staticmethod
    def _chat_json(chat: Chat) -> dict[str, Any]:
        return {"id": chat.id, "type": chat.kind, "title": chat.title} | (
            {"username": chat.username} if chat.username else {}
        )

    def _message_json(self, message: StoredMessage, chat: Chat) -> dict[str, Any]:
        reply: dict[str, Any] = {
            "message_id": message.message_id,
            "date": int(message.date),
            "chat": self._chat_json(chat),
        }
        if message.method == "sendMessage":
            reply["text"] = message.text
            return reply
        reply["caption"] = message.text
        described: dict[str, Any] = {"file_id": f"f{message.message_id}", "file_unique_id": f"u{message.message_id}"}
        described |= {"file_size": message.size, "file_name": message.file_name}
        if message.method == "sendAudio":
            reply["audio"] = described | {"duration": 0, "title": message.title, "performer": message.performer}
        elif message.method == "sendDocument":
            reply["document"] = described
        else:
            reply["photo"] = [described | {"width": 1, "height": 1}]
        return reply
