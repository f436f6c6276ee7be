"""A channel in memory that can be asked what stands there, as Facebook and Zalo can."""

from collections.abc import Callable
from typing import Any

from channels.delivery.contract import Look, Outgoing, Sent, register
from channels.delivery.enums import ReadBack
from channels.delivery.errors import Ambiguous
from tests.factories.delivery import MemoryChannel


class LookingChannel(MemoryChannel):
    """`look` tells the truth about `posted` unless `seeing` says otherwise or raises."""

    def reset(self) -> None:
        """Forget everything."""
        super().reset()
        self.looks: list[Outgoing] = []
        self.seeing: Callable[[Outgoing], Look | None] = lambda outgoing: None

    def look(self, outgoing: Outgoing, *, since: Any, noted: dict[str, Any]) -> Look:
        self.looks.append(outgoing)
        told = self.seeing(outgoing)
        if told is not None:
            return told
        there = [post for post in self.posted if post.idem_key == outgoing.idem_key]
        if not there:
            return Look(ReadBack.ABSENT, evidence={"newest": "p1"})
        return Look(ReadBack.THERE, Sent(remote_id=f"m{self.posted.index(there[0]) + 1}"), {"seen_among": 3})


def looking_channel(kind: str = "memory") -> LookingChannel:
    """A fresh one, registered under its kind."""
    channel = LookingChannel(kind=kind)
    register(channel)
    return channel


def lose_reply(outgoing: Outgoing) -> None:
    """What `behave` (before) or `after` (after accepting) does when the answer is lost."""
    raise Ambiguous("reply_lost")
