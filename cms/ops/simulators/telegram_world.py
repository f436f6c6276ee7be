"""The memory of the simulated Telegram: chats, accepted messages, rates and the faults somebody ordered.

It stands for a party outside the product, so it has its own clock (`time.time` unless a test gives another one) and its
memory is bounded: old messages and files are forgotten.
"""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MESSAGES_KEPT = 1000
CHATS_KEPT = 1000
FILE_BYTES_KEPT = 20 * 1024 * 1024
DELETE_LIMIT_SECONDS = 48 * 3600
EDIT_LIMIT_SECONDS = 48 * 3600

FAULT_KINDS = frozenset(
    {
        "400",  # a BadRequest with `description`
        "401",
        "403",
        "409",
        "413",
        "429",  # parameters.retry_after = `retry_after`
        "flood",  # everything of the bot is answered with 429 until `retry_after` seconds have passed
        "500",
        "502",
        "migrate",  # the group became a supergroup: parameters.migrate_to_chat_id = `migrate_to`
        "drop_before_accept",  # the connection closes before anything is stored
        "drop_reply",  # the message is stored, then the connection closes without a reply
        "hang",  # the message is stored, the reply comes after `seconds`
        "delay",  # `seconds` pass before the message is looked at
        "garbage",  # the message is stored, the reply is not JSON
    }
)


class ApiError(Exception):
    """A refusal as the Bot API words it: HTTP status, description, response parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Fault:
    """An ordered fault: what happens to the next `times` calls that fit `method` and `chat` (None fits all)."""

    kind: str
    times: int = 1
    method: str | None = None
    chat: int | None = None
    retry_after: int = 5
    seconds: float = 1.0
    migrate_to: int = 0
    description: str = "Bad Request: simulated"


@dataclass
class Chat:
    """A channel or group that the bot may or may not write to."""

    id: int
    title: str
    kind: str = "channel"
    username: str = ""
    kicked: bool = False
    # What the bot is there: "administrator", "member", "left".
    bot_status: str = "administrator"
    migrated_to: int = 0
    sent_at: deque[float] = field(default_factory=lambda: deque(maxlen=64))


@dataclass
class StoredMessage:
    """An accepted message. `sha256` and `size` describe the file that came with it, if there was one."""

    message_id: int
    chat_id: int
    method: str
    date: float
    text: str
    safe_html: str
    token_id: str
    file_name: str = ""
    size: int = 0
    sha256: str = ""
    title: str = ""
    performer: str = ""
    deleted: bool = False
    edited: int = 0
    album: str = ""
    reply_to: int = 0

    def as_json(self) -> dict[str, Any]:
        """The plain form given to tests."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class World:
    """Everything the simulator remembers; every method is safe to call from several threads.

    `strict`: only chats added with `add_chat` exist. Otherwise any negative chat number is a channel the bot may write to.
    `tokens`: the tokens that are accepted; None accepts every well-formed one.
    `per_second`, `per_minute`: limits per chat, `per_bot_second`: of the whole bot, 0 for none; a call above them is
    answered with 429. A message that alone is more than a limit (an album) is accepted when nothing came before it.
    """

    def __init__(
        self,
        *,
        strict: bool = False,
        tokens: frozenset[str] | None = None,
        per_second: int = 0,
        per_minute: int = 0,
        per_bot_second: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.strict = strict
        self.tokens = tokens
        self.per_second = per_second
        self.per_minute = per_minute
        self.per_bot_second = per_bot_second
        self.clock = clock
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget everything: chats, messages, faults, counters."""
        with self.lock:
            self.chats: dict[int, Chat] = {}
            self.messages: deque[StoredMessage] = deque(maxlen=MESSAGES_KEPT)
            self.files: dict[int, bytes] = {}
            self.faults: list[Fault] = []
            self.calls: dict[str, int] = {}
            self.accepted = 0
            self.flood_until = 0.0
            self._bot_sent_at: deque[float] = deque(maxlen=256)
            self._next_message = 1

    def add_chat(self, chat: Chat) -> None:
        """Make a chat known (or replace it)."""
        with self.lock:
            self.chats[chat.id] = chat

    def order(self, fault: Fault) -> None:
        """Let the next calls that fit fail in the given way."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {fault.kind}")
        with self.lock:
            self.faults.append(fault)

    def take_fault(self, method: str, chat: int | None) -> Fault | None:
        """The first ordered fault that fits this call, counted down; None when there is none."""
        with self.lock:
            self.calls[method] = self.calls.get(method, 0) + 1
            for fault in self.faults:
                if fault.method not in (None, method) or fault.chat not in (None, chat):
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def find_chat(self, reference: str) -> Chat:
        """The chat for a `chat_id` parameter (a number or @name). Raises ApiError as the real API does."""
        with self.lock:
            chat = self._look_up(reference)
        if chat is None:
            raise ApiError(400, "Bad Request: chat not found")
        if chat.migrated_to:
            raise ApiError(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        if chat.kicked:
            raise ApiError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        return chat

    def _look_up(self, reference: str) -> Chat | None:
        if reference.startswith("@"):
            return next((chat for chat in self.chats.values() if chat.username == reference[1:]), None)
        try:
            number = int(reference)
        except ValueError:
            return None
        if number not in self.chats and not self.strict and number < 0:
            while len(self.chats) >= CHATS_KEPT:
                del self.chats[next(iter(self.chats))]
            self.chats[number] = Chat(number, f"Kênh {number}")
        return self.chats.get(number)

    def refuse_flood(self) -> None:
        """Raise the bot-wide 429 while it lasts."""
        with self.lock:
            left = self.flood_until - self.clock()
            if left > 0:
                wait = int(left + 0.999)
                raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def spend(self, chat: Chat, cost: int = 1) -> None:
        """Count a message (an album: `cost` of them) against the limits. Raises the 429 of the real API when full."""
        with self.lock:
            now = self.clock()
            limits = [(self.per_second, 1.0, chat.sent_at), (self.per_minute, 60.0, chat.sent_at)]
            for limit, window, past in [*limits, (self.per_bot_second, 1.0, self._bot_sent_at)]:
                recent = [moment for moment in past if now - moment < window]
                if limit and recent and len(recent) + cost > limit:
                    wait = max(1, int(window - (now - recent[0]) + 0.999))
                    raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            chat.sent_at.extend([now] * cost)
            self._bot_sent_at.extend([now] * cost)

    def store(self, message: StoredMessage, content: bytes = b"") -> StoredMessage:
        """Accept a message: it gets its number and is remembered."""
        with self.lock:
            message.message_id = self._next_message
            self._next_message += 1
            self.accepted += 1
            if content:
                self.keep_file(message, content)
            self.messages.append(message)
            return message

    def keep_file(self, message: StoredMessage, content: bytes) -> None:
        """Remember the file of a message, forgetting the oldest ones when there are too many bytes."""
        with self.lock:
            message.size, message.sha256 = len(content), hashlib.sha256(content).hexdigest()
            self.files.pop(message.message_id, None)
            self.files[message.message_id] = content
            while len(self.files) > 1 and sum(map(len, self.files.values())) > FILE_BYTES_KEPT:
                del self.files[next(iter(self.files))]

    def find_message(self, chat_id: int, message_id: int) -> StoredMessage | None:
        """The remembered message, or None when it never was, is deleted, or was forgotten."""
        with self.lock:
            for message in self.messages:
                if (message.chat_id, message.message_id) == (chat_id, message_id) and not message.deleted:
                    return message
        return None

    def snapshot(self) -> list[StoredMessage]:
        """The remembered messages, oldest first."""
        with self.lock:
            return list(self.messages)
