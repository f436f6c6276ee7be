"""Which of the five classes an answer of WordPress belongs to.

WordPress answers errors as {"code", "message", "data": {"status"}} (REST API handbook, "Global Parameters" and the
controllers' own codes). Whatever is not JSON was said by something in front of it: a firewall, a maintenance page, a
theme's "not found" where the API is switched off.
"""

from typing import Any

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, Retryable, SendError
from channels.website import replies
from cms.core.http import HttpError, Reply
from cms.core.redaction import redact

# Said when Basic credentials were looked at and are no good.
_BAD_KEY = frozenset({
    "incorrect_password", "invalid_username", "invalid_email", "application_passwords_disabled",
    "application_passwords_disabled_for_user",
})  # fmt: skip
GONE_CODES = frozenset({"rest_post_invalid_id", "rest_already_trashed"})
_TOO_LARGE = frozenset({"rest_upload_file_too_big", "rest_upload_limited_space", "rest_upload_user_quota_exceeded"})


class NotThere(Exception):
    """The thing with this number was deleted (or is in the bin) at the other end."""


def classify(reply: Reply, *, repeatable: bool, writes: bool) -> SendError | NotThere:
    """The error to raise for an answer that is not what was asked for.

    `repeatable`: doing the request again changes nothing; `writes`: it would have changed something.
    """
    code, message = _said(reply)
    evidence: dict[str, Any] = {"status": reply.status, "code": code, "message": message}
    if reply.status in replies.REDIRECTS:
        evidence["location"] = reply.headers.get("location", "")[:200]
        return Permanent("wp_redirected", evidence=evidence)
    if reply.status == 429:
        return replies.limited(reply, evidence)
    if reply.status >= 500:
        return _broken(reply, code, evidence, repeatable)
    if code in GONE_CODES:
        return NotThere(code)
    if reply.status in (401, 403):
        return _closed(reply, code, evidence)
    if reply.status == 413 or code in _TOO_LARGE:
        return Permanent("wp_too_large", evidence=evidence)
    if 200 <= reply.status < 300:
        # It said yes in a form that cannot be read. A page instead of an answer to a question means that no API is there.
        if not writes:
            return Permanent("wp_api_closed", evidence=evidence)
        return (Retryable if repeatable else Ambiguous)("reply_unreadable", evidence=evidence)
    if reply.status == 404 or code == "rest_no_route" or not code:
        return Permanent("wp_api_closed", evidence=evidence)
    return Permanent("refused", evidence=evidence)


def classify_lost(error: HttpError, *, repeatable: bool) -> SendError:
    """The error to raise when no usable reply came."""
    return replies.lost(error, repeatable=repeatable)


def _broken(reply: Reply, code: str, evidence: dict[str, Any], repeatable: bool) -> SendError:
    if code in ("rest_upload_sideload_error", "rest_upload_unknown_error") and reply.status == 500:
        # WordPress words a refused file type as a fault of its own: nothing was kept.
        return Permanent("wp_picture_refused", evidence=evidence)
    if code in ("rest_trash_not_supported",):
        return Permanent("wp_no_bin", evidence=evidence)
    return replies.broken(reply, evidence, repeatable=repeatable)


def _closed(reply: Reply, code: str, evidence: dict[str, Any]) -> SendError:
    if code in _BAD_KEY:
        return AuthFailed("token_refused", evidence=evidence)
    if not code:
        return Permanent("wp_blocked", evidence=evidence)
    if reply.status == 401:
        # 401 instead of 403 says "nobody is logged in": a wrong key is often passed over in silence (WordPress 6.1 looks
        # at it after it has asked for errors), and some web servers drop the header on the way.
        return AuthFailed("wp_key_not_taken", evidence=evidence)
    return AuthFailed("wp_no_right", evidence=evidence)


def _said(reply: Reply) -> tuple[str, str]:
    """WordPress's own code and sentence; empty when the body is not one of its errors."""
    try:
        body = reply.json()
    except HttpError:
        return "", ""
    if not isinstance(body, dict) or not isinstance(body.get("code"), str):
        return "", ""
    # A firewall or an extension may repeat what it was sent, the key among it; editors read this, keys are not for them.
    return redact(body["code"])[:80], redact(str(body.get("message", "")))[:200]
