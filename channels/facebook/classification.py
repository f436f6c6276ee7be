"""Which of the five classes an answer of the Graph API belongs to.

Codes: https://developers.facebook.com/docs/graph-api/guides/error-handling (October 2026), and what others met:
368 with subcode 1390008 is "posting too fast" and passes; 368 may also say "You've already posted this"; any other 368 is
a block that a person has to look at. Codes come with HTTP 400, 401, 403 or 500, so the code counts and not the status.
"""

from datetime import datetime, timedelta
from typing import Any

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.facebook.usage import PAUSE, Usage
from cms.core.http import HttpError
from cms.core.redaction import redact

# Application, person, page, custom level; 341 is the application's; 80000–80014 are the business use cases (80001 pages).
RATE_CODES = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
TOKEN_CODES = frozenset({102, 190, 467})
PERMISSION_CODES = frozenset({3, 10, *range(200, 300)})
TEMPORARY_CODES = frozenset({1, 2})
BLOCKED, TOO_FAST, DUPLICATE, BAD_PARAMETER, BAD_LINK, APP_GONE = 368, 1390008, 506, 100, 1609005, 101
MISSING_OBJECT = 33
# "Wait and retry" without a number: an hour, as their own windows are.
TOO_FAST_PAUSE = timedelta(hours=1)
_TOKEN_SUBCODES = {
    458: "fb_app_removed",
    459: "fb_checkpoint",
    460: "fb_password_changed",
    463: "fb_token_expired",
    464: "fb_checkpoint",
    492: "fb_not_admin",
}


def classify(
    status: int, body: dict[str, Any], *, usage: Usage, harmless: bool, now: datetime, secrets: tuple[str, ...] = ()
) -> SendError:
    """The error to raise for an answer that is not a success.

    `harmless`: repeating the call changes nothing at the other end (reading, unpublished pictures), so that a fault in
    the middle is no ambiguity. `secrets` are taken out of what Facebook says, should it repeat them.
    """
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    code, subcode = _int(error.get("code")), _int(error.get("error_subcode"))
    said = _words(error, secrets)
    evidence: dict[str, object] = {"status": status, "code": code, "subcode": subcode, "said": said}
    evidence |= {"trace": str(error.get("fbtrace_id") or "")[:40]} | usage.as_evidence()
    if code in RATE_CODES or (status == 429 and not code):
        return RateLimited("retry_after", until=usage.until(now) or now + PAUSE, scope="credential", evidence=evidence)
    if code in {BLOCKED, TOO_FAST}:
        return _blocked(subcode if code == BLOCKED else TOO_FAST, said, evidence, usage, now)
    if code == DUPLICATE:
        return Ambiguous("fb_probably_there", evidence=evidence)
    if "appsecret_proof" in said:
        return AuthFailed("fb_app_secret_wrong", evidence=evidence)
    if code in TOKEN_CODES or (status == 401 and not code):
        return AuthFailed(_TOKEN_SUBCODES.get(subcode, "token_refused"), evidence=evidence)
    if code in PERMISSION_CODES:
        return AuthFailed("fb_no_permission", evidence=evidence)
    if code == APP_GONE:
        return AuthFailed("fb_app_gone", evidence=evidence)
    if code in TEMPORARY_CODES or status >= 500:
        # "Wait and retry" does not say that nothing was applied: only what may be repeated is repeated.
        return (Retryable if harmless else Ambiguous)("server_error", evidence=evidence)
    return Permanent(_refusal(code, subcode, said), evidence=evidence)


def _blocked(subcode: int, said: str, evidence: dict[str, object], usage: Usage, now: datetime) -> SendError:
    if subcode == TOO_FAST:
        until = usage.until(now) or now + TOO_FAST_PAUSE
        return RateLimited("fb_too_fast", until=until, scope="credential", evidence=evidence)
    if "already posted" in said.lower():
        return Ambiguous("fb_probably_there", evidence=evidence)
    # Everything with this key would be refused alike, and trying on makes a block longer.
    return AuthFailed("fb_blocked", evidence=evidence)


def _refusal(code: int, subcode: int, said: str) -> str:
    if code == BAD_PARAMETER and subcode == MISSING_OBJECT:
        return "fb_gone"
    if code == BAD_LINK:
        return "fb_bad_link"
    return "too_long" if "too long" in said.lower() else "refused"


def of_transport(error: HttpError, *, harmless: bool) -> SendError:
    """The error to raise when no usable answer came: decided by whether anything left this machine."""
    evidence: dict[str, object] = {"error": type(error).__name__, "cause": error.detail[:200], "left": error.sent}
    if error.status is not None:
        evidence["status"] = error.status
    if error.sent:
        reason = "reply_lost" if error.status is None else "reply_unreadable"
        return (Retryable if harmless else Ambiguous)(reason, evidence=evidence)
    if error.permanent:
        return Permanent("address_refused", evidence=evidence)
    return Retryable("not_reached", evidence=evidence)


def _words(error: dict[str, Any], secrets: tuple[str, ...]) -> str:
    """What Facebook says, without anything secret, in one short line."""
    said = " ".join(str(error.get("error_user_msg") or error.get("message") or "").split())
    for secret in secrets:
        said = said.replace(secret, "***") if secret else said
    return redact(said)[:200]


def _int(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
