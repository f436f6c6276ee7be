"""The five ways a send can fail, told apart by what may have happened at the other end.

A channel raises one of these from `send`; the engine decides by the class alone what becomes of the delivery:

========== =========================================== ===============================================
class      what is known                               what the engine does
========== =========================================== ===============================================
Retryable  nothing was applied                         tries again after a growing pause
RateLimited nothing was applied, room again at `until` blocks the shared bucket; burns no attempt
AuthFailed nothing was applied, the credential is bad  holds the delivery, marks the credential
Permanent  nothing was applied and never will be       failed
Ambiguous  it may have been applied                    unconfirmed; a person decides
========== =========================================== ===============================================
"""

from datetime import datetime

from channels.delivery.said import storable


class SendError(Exception):
    """A send that did not end with a receipt. `evidence` is kept with the attempt; it carries no secret."""

    outcome = "ambiguous"

    def __init__(self, reason: str, *, evidence: dict[str, object] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.evidence: dict[str, object] = storable(evidence or {})


class Retryable(SendError):
    """Not applied, and it may work later: the connection was refused, the name did not resolve."""

    outcome = "retryable"


class RateLimited(SendError):
    """Not applied: the other side asks to wait until `until` (aware UTC). `scope` is the bucket: "chat" or "credential"."""

    outcome = "rate_limited"

    def __init__(
        self, reason: str, *, until: datetime, scope: str = "chat", evidence: dict[str, object] | None = None
    ) -> None:
        super().__init__(reason, evidence=evidence)
        self.until = until
        self.scope = scope


class AuthFailed(SendError):
    """Not applied: the credential is not accepted. Other deliveries of the credential will fail alike."""

    outcome = "auth"


class Permanent(SendError):
    """Not applied, and repeating it cannot help: the chat is gone, the text is refused."""

    outcome = "permanent"


class Ambiguous(SendError):
    """It may have been applied: the reply was lost after the body had left, or the other side broke while working."""

    outcome = "ambiguous"
