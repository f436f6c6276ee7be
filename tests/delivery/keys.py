"""Another side that gives out keys: access keys that die, renewal keys that are good for one use."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from channels.delivery.contract import Outgoing, Renewed
from channels.delivery.errors import Ambiguous, AuthFailed, Retryable, SendError
from channels.delivery.models import Credential
from cms.core import clock
from tests.factories.delivery import CredentialFactory, MemoryChannel

HOUR = timedelta(hours=1)


class Provider(MemoryChannel):
    """The other side: access keys a1, a2, … that die, renewal keys r1, r2, … that are good for one use."""

    kind = "memory"
    needs_credential = True
    renew_before = timedelta(hours=2)
    single_use = True

    def reset(self) -> None:
        super().reset()
        self.number = 1
        self.asked: list[str] = []
        self.reached: list[str] = []
        self.spent: set[str] = set()
        # Raised instead of acting, or after acting (the answer is lost): one for each call.
        self.before: list[SendError | Exception | None] = []
        self.lost: list[bool] = []
        self.during: Callable[[], None] = lambda: None
        self.tested: SendError | None = None
        self.lock = threading.Lock()

    def renew(self, *, refresh_secret: str, app_secret: str, config: dict[str, Any]) -> Renewed:
        self.asked.append(str(refresh_secret))
        self.during()
        fault = self.before.pop(0) if self.before else None
        if not isinstance(fault, Retryable):
            self.reached.append(str(refresh_secret))
        if fault is not None:
            raise fault
        with self.lock:
            if refresh_secret in self.spent:
                raise AuthFailed("used_up")
            if self.single_use:
                self.spent.add(str(refresh_secret))
            self.number += 1
            number = self.number
        if self.lost and self.lost.pop(0):
            raise Ambiguous("reply_lost")
        now = clock.now()
        return Renewed(f"a{number}", f"r{number}", now + timedelta(hours=25), now + timedelta(days=90))

    def send(self, outgoing: Outgoing) -> Any:
        if outgoing.secret != f"a{self.number}":
            raise AuthFailed("token_refused")
        return super().send(outgoing)

    def test_connection(self, endpoint: Any, secret: str) -> str:
        if self.tested is not None:
            raise self.tested
        return "ok"


def key(**kwargs: Any) -> Credential:
    fields: dict[str, Any] = {
        "kind": "memory", "secret": "a1", "refresh_secret": "r1", "app_secret": "s",
        "expires_at": clock.now() + HOUR, "config": {"app_id": "7"},
    }  # fmt: skip
    return CredentialFactory(**{**fields, **kwargs})


def again(row: Credential) -> Credential:
    return Credential.objects.get(pk=row.pk)


def outgoing_key(row: Credential) -> tuple[str, str, str, int]:
    row = again(row)
    return row.state, str(row.secret), str(row.refresh_secret), row.generation
