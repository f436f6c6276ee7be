"""Which messages one post consists of: kept with the attempt as they are accepted, and found again when they are to be
taken down or corrected.

A post may be several messages (an album, a picture with its text as a reply). Each is noted the moment Telegram accepts it,
so a process that dies between two of them leaves behind what is there.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from channels.delivery.contract import Outgoing
from channels.delivery.enums import Action
from channels.delivery.errors import Permanent
from channels.delivery.models import Attempt, Delivery

# "-1001234/5" or, for several, "-1001234/5+1+1": each further number as the distance to the one before, so that ten of them
# fit the column.
_REMOTE = re.compile(r"^(-?\d+)/(\d+)((?:[+-]\d+)*)$")
TEXT, PHOTO, AUDIO, DOCUMENT, ALBUM = "text", "photo", "audio", "document", "album"


@dataclass(frozen=True)
class Message:
    """One accepted message: its number, what it is, and the SHA-256 of the file it carries (empty for text)."""

    id: int
    kind: str
    sha256: str = ""


def shape_of(payload: dict[str, Any]) -> list[str]:
    """The kinds of messages that this payload becomes, in order."""
    mode = payload.get("mode", TEXT)
    main = [PHOTO] * len(payload.get("pictures") or ()) if mode == ALBUM else [mode]
    return [*main, TEXT] if payload.get("follow") else main


def remote_id_of(chat_id: int, messages: Sequence[Message]) -> str:
    """The post's number in our books."""
    numbers = [message.id for message in messages]
    steps = "".join(f"{after - before:+d}" for before, after in zip(numbers, numbers[1:], strict=False))
    return f"{chat_id}/{numbers[0]}{steps}" if numbers else ""


def parse_remote_id(text: str) -> tuple[int, list[int]]:
    """Chat and message numbers. Raises Permanent when this is not one of ours."""
    match = _REMOTE.match(text)
    if match is None:
        raise Permanent("number_unknown")
    numbers = [int(match.group(2))]
    for step in re.findall(r"[+-]\d+", match.group(3)):
        numbers.append(numbers[-1] + int(step))
    return int(match.group(1)), numbers


@dataclass(frozen=True)
class Post:
    """What is known of one post: the chat, the messages that Telegram accepted, and how many there are to be."""

    chat_id: int
    messages: tuple[Message, ...] = ()
    planned: int = 0

    @property
    def is_whole(self) -> bool:
        """True when Telegram said the number of every message."""
        return len(self.messages) >= self.planned

    @property
    def remote_id(self) -> str:
        """The post's number in our books."""
        return remote_id_of(self.chat_id, self.messages)

    def as_evidence(self) -> dict[str, Any]:
        """What is kept with the attempt."""
        rows = [asdict(message) for message in self.messages]
        return {"chat_id": self.chat_id, "messages": rows, "planned": self.planned}

    def plus(self, *more: Message) -> "Post":
        """The post with further messages."""
        return Post(self.chat_id, (*self.messages, *more), self.planned)


def from_evidence(evidence: dict[str, Any]) -> Post | None:
    """The post that an attempt noted, or None when it noted none."""
    rows = evidence.get("messages") or []
    if not rows:
        return None
    known = tuple(Message(**row) for row in rows)
    return Post(int(evidence.get("chat_id") or 0), known, int(evidence.get("planned") or len(known)))


def begun(outgoing: Outgoing) -> Post | None:
    """What an earlier try of this delivery is known to have put there of this very payload, when that is not all of it.

    A post of several messages that was stopped in between (asked to wait, a line that broke before the next left) goes on
    where it stopped: what is there is not sent again.
    """
    earlier = Attempt.objects.filter(delivery=outgoing.delivery_id, payload_sha256=outgoing.payload_sha256)
    for attempt in earlier.order_by("-n"):
        post = from_evidence(attempt.evidence)
        if post is not None:
            return None if post.is_whole else post
    return None


def standing(outgoing: Outgoing) -> Post:
    """The post that a take-down or a correction works on, as it stands now.

    From what the attempts noted; else from the number in the books, with kinds as the payload has them. Raises Permanent
    when Telegram never said a number.
    """
    original = Delivery.objects.filter(pk=outgoing.delivery_id).values_list("original", flat=True).first()
    if original is not None:
        works = Q(delivery=original) | Q(delivery__original=original, delivery__action=Action.CORRECT)
        for attempt in Attempt.objects.filter(works).order_by("-pk"):
            post = from_evidence(attempt.evidence)
            if post is not None:
                return post
    chat_id, numbers = parse_remote_id(outgoing.remote_id)
    kinds = shape_of(outgoing.payload)
    kinds += [TEXT] * (len(numbers) - len(kinds))
    known = tuple(Message(number, kind) for number, kind in zip(numbers, kinds, strict=False))
    return Post(chat_id, known, len(known))
