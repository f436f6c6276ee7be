"""The expected errors: each carries a message that its reader can act on, in the reader's language.

Everything else is a fault: it reaches the log with its ids and the operator's screen.
"""

from typing import Any


class CongError(Exception):
    """An expected error. `message` is a (lazy) translated sentence; `details` are facts for the log and for JSON."""

    status_code = 400

    def __init__(self, message: Any, **details: Any) -> None:
        super().__init__(message)
        self._message = message
        self.details = details

    @property
    def message(self) -> str:
        """The sentence for the reader, in the language that is active now."""
        return str(self._message)

    def __str__(self) -> str:
        return self.message


class BadInput(CongError):
    """What came in cannot be used; nothing was changed."""


class NotAllowed(CongError):
    """This person may not do this."""

    status_code = 403


class Conflict(CongError):
    """The object changed meanwhile, or is not in a state in which this can be done."""

    status_code = 409


class NotReady(CongError):
    """Something that this step needs is missing; it can be done later."""

    status_code = 409
