"""Zalo's Open API over the guarded client: one request per call, the token in a header of its own, never in an address.

Every function returns what Zalo said or raises one of the five classes of channels/delivery/errors.py. A call is
`repeatable` when doing it again changes nothing that anybody sees: then a lost answer is Retryable, else Ambiguous.
"""

import urllib.parse
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.zalo import api
from channels.zalo.codes import RATE_PAUSE, classify
from cms.core import clock
from cms.core.http import BadReply, GuardedClient, HttpError, Reply
from cms.core.redaction import redact

REPLY_BYTES = 512 * 1024


def seconds() -> float:
    """How long one call may take: less than half a lease, so that nobody reaps a send that is still under way."""
    return min(20.0, settings.CONG_LEASE_SECONDS * 0.45)


@dataclass(frozen=True)
class Zalo:
    """The API of one official account. `token` is clear text: never logged, never in an address."""

    token: str

    def __repr__(self) -> str:
        return "Zalo(***)"

    def upload(self, picture: bytes, *, name: str, kind: str) -> str:
        """Bring a picture (at most 1 MB; `kind` is its media type) to Zalo; returns what names it there. Invisible."""
        reply = self._call("POST", api.UPLOAD, step="upload", files={"file": (name, picture, kind)})
        return _needed(api.upload_reference(reply), "upload")

    def create(self, body: dict[str, Any]) -> str:
        """Make a hidden article; returns the token that `verify` takes. A lost answer leaves at worst a hidden copy."""
        if body["status"] != "hide":
            raise ValueError("articles are made hidden and shown by update: only that can be repeated")
        return _needed(api.token_of(self._call("POST", api.CREATE, step="create", json=body)), "create")

    def verify(self, token: str) -> str:
        """The number of the article made with this token. Raises Retryable ("zalo_processing") while it is not ready."""
        reply = self._call("POST", api.VERIFY, step="verify", json={"token": token})
        return _needed(api.article_id_of(reply), "verify")

    def update(self, body: dict[str, Any]) -> str:
        """Replace the whole article and its visibility; returns a token for `verify`, or "" when none is given."""
        return api.token_of(self._call("POST", api.UPDATE, step="update", json=body))

    def remove(self, number: str) -> None:
        """Take the article away."""
        self._call("POST", api.REMOVE, step="remove", json={"id": number})

    def exists(self, number: str) -> bool:
        """Whether there is such an article; raises when Zalo cannot be asked."""
        try:
            self._call("GET", f"{api.DETAIL}?{urllib.parse.urlencode({'id': number})}", step="detail")
        except Permanent:
            return False
        return True

    def listing(self, *, offset: int = 0) -> list[api.Listed]:
        """Up to ten articles of the account, newest first, from `offset` on."""
        query = urllib.parse.urlencode({"offset": offset, "limit": api.SLICE, "type": "normal"})
        return api.listing_of(self._call("GET", f"{api.LISTING}?{query}", step="listing"))

    def broadcast(self, numbers: list[str]) -> str:
        """Send articles to all followers; returns the number of the broadcast. Never repeat it after a lost answer."""
        body = api.broadcast_body(numbers)
        return api.broadcast_id_of(self._call("POST", api.BROADCAST, step="broadcast", json=body, repeatable=False))

    def account(self) -> api.Account:
        """Who this token speaks for."""
        return api.account_of(self._call("GET", api.ACCOUNT, step="account"))

    def quota(self) -> str:
        """What Zalo says is left of today's messages, as it says it; "" when it does not."""
        reply = self._call("GET", api.QUOTA, step="quota")
        return api.text_of(reply, "remain", "daily_remain", "remaining")

    def _call(
        self, method: str, path: str, *, step: str, json: Any = None, files: Any = None, repeatable: bool = True
    ) -> dict[str, Any]:
        url = settings.CONG_ZALO_API_BASE.rstrip("/") + path
        try:
            with GuardedClient(max_bytes=REPLY_BYTES, total_seconds=seconds(), read_seconds=seconds()) as client:
                reply = client.request(
                    method, url, json=json, files=files, headers={"access_token": str(self.token)}, follow=False
                )
        except HttpError as error:
            raise not_answered(error, step=step, repeatable=repeatable) from error
        return accepted(reply, step=step, repeatable=repeatable)


def accepted(reply: Reply, *, step: str, repeatable: bool) -> dict[str, Any]:
    """The answer, when it says that the call succeeded; else the error of its class is raised."""
    evidence: dict[str, Any] = {"step": step, "status": reply.status}
    said = _read(reply)
    code = _code(said)
    if code == 0 and reply.ok and said is not None:
        return said
    if code:
        message = redact(str((said or {}).get("message") or ""))
        raise classify(code, message, now=clock.now(), repeatable=repeatable, evidence=evidence)
    raise _by_status(reply.status, repeatable=repeatable, evidence=evidence)


def not_answered(error: HttpError, *, step: str, repeatable: bool) -> SendError:
    """The error for a call without a usable answer, by its cause."""
    evidence: dict[str, Any] = {"step": step, "error": type(error).__name__, "cause": error.detail[:200]}
    if error.status is not None and error.status >= 300:
        return _by_status(error.status, repeatable=repeatable, evidence={**evidence, "status": error.status})
    if not error.sent:
        return Permanent("address_refused", evidence=evidence) if error.permanent else _not_reached(evidence)
    unreadable = isinstance(error, BadReply) or error.status is not None
    return _unknown("reply_unreadable" if unreadable else "reply_lost", repeatable, evidence)


def _not_reached(evidence: dict[str, Any]) -> SendError:
    return Retryable("not_reached", evidence=evidence)


def _by_status(status: int, *, repeatable: bool, evidence: dict[str, Any]) -> SendError:
    """For answers that carry no code of Zalo's."""
    if status == 429:
        until = clock.now() + RATE_PAUSE
        return RateLimited("zalo_rate", until=until, scope="credential", evidence=evidence)
    if status in (401, 403):
        return AuthFailed("token_refused", evidence=evidence)
    if status >= 500:
        return _unknown("server_error", repeatable, evidence)
    if 300 <= status < 500:
        return Permanent("refused", evidence=evidence)
    return _unknown("reply_unreadable", repeatable, evidence)


def _unknown(reason: str, repeatable: bool, evidence: dict[str, Any]) -> SendError:
    return Retryable(reason, evidence=evidence) if repeatable else Ambiguous(reason, evidence=evidence)


def _read(reply: Reply) -> dict[str, Any] | None:
    try:
        said = reply.json()
    except BadReply:
        return None
    return said if isinstance(said, dict) else None


def _code(said: dict[str, Any] | None) -> int | None:
    """Zalo's code: 0 for success; None when there is none to be read."""
    try:
        return int((said or {})["error"])
    except (KeyError, TypeError, ValueError):
        return None


def _needed(value: str, step: str) -> str:
    """The value; an answer that says success and names nothing is one that cannot be read."""
    if not value:
        raise Retryable("reply_unreadable", evidence={"step": step})
    return value
