"""The Graph API over the guarded client: one request per call, no retry, the key in a header and never in an address."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from channels.delivery.errors import Ambiguous, Permanent, Retryable
from channels.facebook.classification import classify, of_transport
from channels.facebook.usage import Usage, read_usage
from cms.core import clock
from cms.core.http import GuardedClient, HttpError, Reply

UPLOAD_SECONDS = 90.0
_NUMBER = re.compile(r"[0-9]{1,30}(_[0-9]{1,30})?")


def text_seconds() -> float:
    """How long a call may take in all: less than half a lease, so that nobody reaps a send that is still under way."""
    return min(20.0, settings.CONG_LEASE_SECONDS * 0.45)


@dataclass
class Graph:
    """The calls of one piece of work with one page's key. `usage` is what the latest answer said about the allowance."""

    token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    usage: Usage = field(default_factory=Usage)

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Read; may be repeated."""
        return self._call("GET", path, params=params, harmless=True)

    def post(self, path: str, data: Mapping[str, str], *, harmless: bool = False) -> dict[str, Any]:
        """Do something. `harmless`: nobody sees it, so a lost answer is no ambiguity."""
        return self._call("POST", path, data=data, harmless=harmless)

    def upload(self, path: str, data: Mapping[str, str], content: bytes, *, harmless: bool = False) -> dict[str, Any]:
        """Hand over a JPEG with some fields."""
        files = {"source": ("anh.jpg", content, "image/jpeg")}
        return self._call("POST", path, data=data, files=files, harmless=harmless, seconds=UPLOAD_SECONDS)

    def delete(self, path: str) -> dict[str, Any]:
        """Remove; the channel's take-down may be repeated, so a lost answer is none."""
        return self._call("DELETE", path, harmless=True)

    def _call(
        self, method: str, path: str, *, harmless: bool, params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None, files: Any = None, seconds: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        fields = {**(data or {}), **self._proof()} if method == "POST" else None
        query = {**(params or {}), **({} if method == "POST" else self._proof())}
        url = f"{settings.CONG_FACEBOOK_API_BASE.rstrip('/')}/{settings.CONG_FACEBOOK_API_VERSION}/{path}"
        if query:
            url = f"{url}?{urlencode(query)}"
        try:
            with GuardedClient(
                total_seconds=seconds or text_seconds(), read_seconds=seconds or text_seconds()
            ) as client:
                reply = client.request(
                    method, url, data=fields, files=files, follow=False,
                    headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
                )  # fmt: skip
        except HttpError as error:
            raise of_transport(error, harmless=harmless) from error
        return self._answer(reply, harmless=harmless)

    def _proof(self) -> dict[str, str]:
        """https://developers.facebook.com/docs/graph-api/guides/secure-requests: HMAC-SHA256 of the key."""
        if not self.app_secret:
            return {}
        digest = hmac.new(str(self.app_secret).encode(), str(self.token).encode(), hashlib.sha256)
        return {"appsecret_proof": digest.hexdigest()}

    def _answer(self, reply: Reply, *, harmless: bool) -> dict[str, Any]:
        self.usage = read_usage(reply.headers)
        try:
            body = json.loads(reply.content)
        except (ValueError, RecursionError):
            body = None
        if reply.ok and isinstance(body, dict) and "error" not in body:
            return body
        if reply.ok and not isinstance(body, dict):
            facts: dict[str, object] = {"status": reply.status, **self.usage.as_evidence()}
            raise (Retryable if harmless else Ambiguous)("reply_unreadable", evidence=facts)
        raise classify(
            reply.status, body if isinstance(body, dict) else {}, usage=self.usage, harmless=harmless,
            now=clock.now(), secrets=(str(self.token), str(self.app_secret)),
        )  # fmt: skip


def number(text: str) -> str:
    """A page's or post's number, safe to stand in an address. Raises Permanent for anything else."""
    if not _NUMBER.fullmatch(text):
        raise Permanent("number_unknown")
    return text
