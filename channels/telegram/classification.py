"""Which of the five classes an error of python-telegram-bot belongs to, decided by its cause and not by its wrapper.

TimedOut and NetworkError wrap a refused connection (nothing left: safe to repeat) and a lost reply (the post may be there)
alike. So the three facts looked at are: the HTTP status, if one arrived; whether a byte of the request left this machine;
the error at the bottom of the chain.
"""

from datetime import datetime, timedelta

from telegram import error as tg

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from cms.core.http import ProxyFailed, cause_of

# A 429 without parameters.retry_after: wait as long as a window of Telegram's per-minute limits.
DEFAULT_RETRY_AFTER = timedelta(seconds=60)


class ChatMoved(Exception):
    """The group became a supergroup with this number; the message was not applied."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(f"chat moved to {new_chat_id}")
        self.new_chat_id = new_chat_id
        # Whether a part of the post had been accepted before.
        self.after_some = False


def classify(error: Exception, *, status: int | None, left: bool, now: datetime) -> SendError | ChatMoved:
    """The error to raise instead of `error`.

    `status` is the HTTP status that arrived (None: none did), `left` whether the request had begun to leave, `now` the
    aware instant from which a retry-after counts.
    """
    evidence: dict[str, object] = {"error": type(error).__name__, "status": status, "left": left}
    if isinstance(error, tg.ChatMigrated):
        return ChatMoved(int(error.new_chat_id))
    if isinstance(error, tg.RetryAfter):
        wait = _seconds(error)
        return RateLimited("retry_after", until=now + wait, evidence={**evidence, "retry_after": wait.total_seconds()})
    if status is not None:
        return _by_status(error, status, now, evidence)
    cause = cause_of(error, sent=left)
    evidence["cause"] = cause.detail[:200] or type(cause).__name__
    if left:
        return Ambiguous("reply_lost", evidence=evidence)
    if isinstance(cause, ProxyFailed):
        return Retryable("proxy_failed", evidence=evidence)
    if cause.permanent:
        return Permanent("address_refused", evidence=evidence)
    return Retryable("not_reached", evidence=evidence)


def _by_status(error: Exception, status: int, now: datetime, evidence: dict[str, object]) -> SendError:
    evidence["description"] = str(error)[:200]
    if status == 429:
        return RateLimited("retry_after", until=now + DEFAULT_RETRY_AFTER, evidence=evidence)
    if isinstance(error, tg.InvalidToken) or status in (401, 404):
        return AuthFailed("token_refused", evidence=evidence)
    if 400 <= status < 500:
        return Permanent(_refusal(str(error)), evidence=evidence)
    # 5xx: the other side broke while working. 2xx with an unreadable body: it worked, but the number is unknown.
    return Ambiguous("server_error" if status >= 500 else "reply_unreadable", evidence=evidence)


def _refusal(description: str) -> str:
    words = description.lower()
    known = {
        "chat not found": "chat_not_found",
        "kicked": "bot_removed",
        "not a member": "bot_removed",
        "not enough rights": "no_right_to_post",
        "too long": "too_long",
        "can't parse entities": "bad_markup",
        "message can't be deleted": "too_old_to_delete",
        "message can't be edited": "too_old_to_edit",
        "photo_invalid_dimensions": "picture_refused",
        "photo_save_file_invalid": "picture_refused",
        "image_process_failed": "picture_refused",
        "wrong file": "file_refused",
        "file is too big": "file_refused",
        "request entity too large": "file_refused",
        "message to delete not found": "already_gone",
        "message to edit not found": "already_gone",
        "message is not modified": "not_modified",
    }
    return next((reason for phrase, reason in known.items() if phrase in words), "refused")


def _seconds(error: tg.RetryAfter) -> timedelta:
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=float(wait))
