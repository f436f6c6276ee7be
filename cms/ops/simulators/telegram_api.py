"""The methods of the simulated Bot API, over one World; HTTP is in telegram.py."""

import re
from collections.abc import Callable
from typing import Any

from cms.ops.simulators.telegram_html import EntityError, parse, utf16_units
from cms.ops.simulators.telegram_world import DELETE_LIMIT_SECONDS, ApiError, Chat, StoredMessage, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]{30,}$")
_FILE_FIELDS = {"sendAudio": "audio", "sendPhoto": "photo", "sendDocument": "document"}


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
            "deleteMessage": self.delete_message,
            "editMessageText": self.edit_message_text,
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
        message = StoredMessage(0, chat.id, "sendMessage", self.world.clock(), plain, safe, token.split(":")[0])
        return self._message_json(self.world.store(message), chat)

    def send_file(self, method: str, token: str, data: Parameters) -> dict[str, Any]:
        """Accept an uploaded file with its caption."""
        chat = self.world.find_chat(data.text("chat_id"))
        name, content = self._uploaded(method, data)
        plain, safe = self._parsed(
            data.text("caption"), data.text("parse_mode"), CAPTION_LIMIT, "message caption is too long"
        )
        self.world.spend(chat)
        message = StoredMessage(
            0, chat.id, method, self.world.clock(), plain, safe, token.split(":")[0], file_name=name,
            title=data.text("title"), performer=data.text("performer"),
        )  # fmt: skip
        return self._message_json(self.world.store(message, content), chat)

    def delete_message(self, token: str, data: Parameters) -> bool:
        """Delete a message younger than 48 hours."""
        chat = self.world.find_chat(data.text("chat_id"))
        message = self.world.find_message(chat.id, data.number("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to delete not found")
        if self.world.clock() - message.date > DELETE_LIMIT_SECONDS:
            raise ApiError(400, "Bad Request: message can't be deleted for everyone")
        message.deleted = True
        return True

    def edit_message_text(self, token: str, data: Parameters) -> dict[str, Any]:
        """Replace the text of a message."""
        chat = self.world.find_chat(data.text("chat_id"))
        message = self.world.find_message(chat.id, data.number("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if message.method != "sendMessage":
            raise ApiError(400, "Bad Request: there is no text in the message to edit")
        plain, safe = self._parsed(data.text("text"), data.text("parse_mode"), TEXT_LIMIT, "message is too long")
        if not plain.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if plain == message.text and safe == message.safe_html:
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        message.text, message.safe_html, message.edited = plain, safe, message.edited + 1
        return self._message_json(message, chat)

    def _parsed(self, text: str, mode: str, limit: int, complaint: str) -> tuple[str, str]:
        try:
            parsed = parse(text, mode)
        except EntityError as error:
            raise ApiError(400, f"Bad Request: can't parse entities: {error}") from None
        if utf16_units(parsed.plain) > limit:
            raise ApiError(400, f"Bad Request: {complaint}")
        return parsed.plain, parsed.safe_html

    def _uploaded(self, method: str, data: Parameters) -> tuple[str, bytes]:
        field = _FILE_FIELDS[method]
        reference = data.text(field)
        if reference.startswith("attach://"):
            field = reference.removeprefix("attach://")
        name, content = data.files.get(field, ("", b""))
        if not content:
            raise ApiError(400, "Bad Request: file must be non-empty")
        if method == "sendPhoto" and len(content) > PHOTO_LIMIT:
            raise ApiError(400, "Bad Request: PHOTO_SAVE_FILE_INVALID")
        return name, content

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
