"""Permission to act for an official account: OAuth version 4 with PKCE, and the renewal of its tokens.

https://oauth.zaloapp.com/v4/oa/permission?app_id&redirect_uri&code_challenge&state → our address with code (good for ten
minutes), oa_id, state → POST /v4/oa/access_token, a form, with the application's secret in the header ``secret_key``.
Access tokens live 25 hours (``expires_in`` is the text "90000"), renewal tokens three months and for one use: every
answer brings the next one. Errors come with status 200 and no tokens (shared reference, domain.md 7.1).
"""

import base64
import hashlib
import secrets
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited
from channels.zalo.client import REPLY_BYTES, not_answered, seconds
from channels.zalo.codes import RATE, RATE_PAUSE
from cms.core import clock
from cms.core.http import BadReply, GuardedClient, HttpError, Reply
from cms.core.redaction import redact

PERMISSION_PATH = "/v4/oa/permission"
EXCHANGE_PATH = "/v4/oa/access_token"  # noqa: S105 a path, not a token
ACCESS_LIFE = timedelta(hours=25)
# Three months, counted short: better to renew a day early than to find it dead.
REFRESH_LIFE = timedelta(days=89)
# The renewal token is used up, unknown or belongs to another application: only a person can help.
USED_UP = frozenset({-14020, -14014, -14012, -14019})
# The application's number or secret is wrong.
BAD_APPLICATION = frozenset({-14002, -14004, -14005})
# The code is spent, too old, or the verifier does not belong to it.
BAD_CODE = frozenset({-14003, -14008, -14010})


@dataclass(frozen=True)
class Tokens:
    """A pair of tokens with the instants they die at. Clear text: stored encrypted, never logged."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime


def new_verifier() -> str:
    """A fresh PKCE verifier: 43 characters, 256 bits (RFC 7636 section 4.1)."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """BASE64URL(SHA256(verifier)) without padding (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def permission_address(*, app_id: str, redirect_uri: str, challenge: str, state: str) -> str:
    """Where the account's administrator gives the permission, in a browser."""
    query = {"app_id": app_id, "redirect_uri": redirect_uri, "code_challenge": challenge, "state": state}
    return f"{settings.CONG_ZALO_OAUTH_BASE.rstrip('/')}{PERMISSION_PATH}?{urllib.parse.urlencode(query)}"


def exchange(*, app_id: str, app_secret: str, code: str, verifier: str) -> Tokens:
    """The first pair of tokens for a permission. Raises Permanent ("zalo_code_refused") for a code that is not good."""
    form = {"app_id": app_id, "code": code, "code_verifier": verifier, "grant_type": "authorization_code"}
    return _ask(form, app_secret, step="exchange")


def renew(*, app_id: str, app_secret: str, refresh_token: str) -> Tokens:
    """The next pair of tokens.

    Raises AuthFailed when the renewal token is used up; Ambiguous when the answer was lost, for the token may be spent.
    """
    form = {"app_id": app_id, "refresh_token": refresh_token, "grant_type": "refresh_token"}
    return _ask(form, app_secret, step="renew")


def _ask(form: dict[str, str], app_secret: str, *, step: str) -> Tokens:
    url = settings.CONG_ZALO_OAUTH_BASE.rstrip("/") + EXCHANGE_PATH
    try:
        with GuardedClient(max_bytes=REPLY_BYTES, total_seconds=seconds(), read_seconds=seconds()) as client:
            reply = client.post(url, data=form, headers={"secret_key": str(app_secret)}, follow=False)
    except HttpError as error:
        raise not_answered(error, step=step, repeatable=False) from error
    return _tokens(reply, step)


def _tokens(reply: Reply, step: str) -> Tokens:
    evidence: dict[str, Any] = {"step": step, "status": reply.status}
    try:
        said = reply.json()
    except BadReply as error:
        raise Ambiguous("server_error" if reply.status >= 500 else "reply_unreadable", evidence=evidence) from error
    if not isinstance(said, dict):
        raise Ambiguous("reply_unreadable", evidence=evidence)
    access, refresh = str(said.get("access_token") or ""), str(said.get("refresh_token") or "")
    if access and refresh:
        now = clock.now()
        return Tokens(access, refresh, now + _life(said.get("expires_in")), now + REFRESH_LIFE)
    _refuse(said, reply.status, step, evidence)
    raise Ambiguous("server_error" if reply.status >= 500 else "reply_unreadable", evidence=evidence)


def _refuse(said: dict[str, Any], status: int, step: str, evidence: dict[str, Any]) -> None:
    """Raise what the error code in the answer means; return when there is none."""
    try:
        code = int(said.get("error") or 0)
    except (TypeError, ValueError):
        code = 0
    if not code:
        return
    words = redact(str(said.get("error_name") or said.get("message") or ""))[:120]
    evidence = {**evidence, "code": code, "message": words}
    if code == RATE or status == 429:
        raise RateLimited("zalo_rate", until=clock.now() + RATE_PAUSE, scope="credential", evidence=evidence)
    if code in BAD_APPLICATION:
        raise AuthFailed("zalo_app_secret_refused", evidence=evidence)
    if step == "renew" and (code in USED_UP or code in BAD_CODE):
        raise AuthFailed("zalo_renewal_used_up", evidence=evidence)
    if step == "exchange" and (code in BAD_CODE or code in USED_UP):
        raise Permanent("zalo_code_refused", evidence=evidence)
    if code in {-1, -100, -200}:
        raise Ambiguous("zalo_fault", evidence=evidence)
    # Refused in so many words: nothing was spent that could be of use.
    raise (AuthFailed if step == "renew" else Permanent)("zalo_unknown_code", evidence=evidence)


def _life(value: Any) -> timedelta:
    """How long the access token lives: seconds, as a text or a number; 25 hours when it does not say."""
    try:
        number = int(str(value))
    except ValueError:
        return ACCESS_LIFE
    return timedelta(seconds=number) if 0 < number <= 10 * 365 * 86400 else ACCESS_LIFE
