"""How the product speaks to its operator: one line per event, ids beside it, never a secret.

``LOGGING = build_logging(json=True)`` in settings. Rooms write
``logger.info("delivery sent", extra={"event": "delivery_sent", "delivery_id": 7})``: a constant message, ids in extra.
This module is imported by the settings and therefore imports nothing of Django.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from cms.core.redaction import MASK, redact

request_id: ContextVar[str] = ContextVar("cong_request_id", default="")

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "request_id",
    "event",
    "request",  # Django's own lines carry whole objects here
    "server_time",
}
_SECRET_NAME = re.compile(r"(?i)token|secret|password|passwd|authorization|credential|cookie|api_?key")
_NOT_SECRET_NAME = re.compile(r"(?i)(?:_id|_ids|_count|_state|_kind|_status)$")

# The client libraries' INFO lines carry whole addresses, and Telegram's addresses carry the bot's token.
QUIET_LOGGERS = (
    "httpx",
    "httpcore",
    "telegram",
    "hpack",
    "urllib3",
    "PIL",
    "fontTools",
    "asyncio",
    "django_tasks",
    "kombu",
)


def extras_of(record: logging.LogRecord) -> dict[str, Any]:
    """The facts that came in ``extra``, without what every record has."""
    return {key: value for key, value in record.__dict__.items() if key not in _STANDARD}


class RedactingFilter(logging.Filter):
    """Stands on handlers: hides secrets in the message, the extras and the traceback, and adds the request's id.

    On a handler it also sees what other libraries' loggers propagate; a filter on a logger would not.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; never drops one."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError) as error:  # a library's wrong % arguments must not lose the line
            message = f"{record.msg} [arguments do not fit: {error}]"
        record.msg, record.args = redact(message), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip())
        elif record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        for key, value in extras_of(record).items():
            if _SECRET_NAME.search(key) and not _NOT_SECRET_NAME.search(key) and value:
                record.__dict__[key] = MASK
            elif isinstance(value, str):
                record.__dict__[key] = redact(value)
            elif value is not None and not isinstance(value, bool | int | float):
                record.__dict__[key] = redact(repr(value))
        if not getattr(record, "request_id", ""):
            record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time (UTC, ISO), level, logger, message, event, request_id, then the extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; values that JSON does not know are written as text."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in ("event", "request_id"):
            if getattr(record, name, ""):
                line[name] = getattr(record, name)
        for key, value in extras_of(record).items():
            line.setdefault(key, value)
        if record.exc_text or record.exc_info:
            line["exception"] = record.exc_text or redact(self.formatException(record.exc_info))  # type: ignore[arg-type]
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """For a person at a terminal: time, level, short logger name, message, then key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the traceback below it."""
        when = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        facts = " ".join(f"{key}={value}" for key, value in extras_of(record).items() if value not in (None, ""))
        line = f"{when} {record.levelname:<7} {record.name}: {record.getMessage()}{'  ' + facts if facts else ''}"
        if record.exc_text or record.exc_info:
            line += "\n" + (record.exc_text or redact(self.formatException(record.exc_info)))  # type: ignore[arg-type]
        return line


def build_logging(*, json: bool = True, level: str = "INFO") -> dict[str, Any]:
    """Return the ``LOGGING`` setting: everything to standard error, as JSON or plain, through the redacting filter."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "cms.core.logs.RedactingFilter"}},
        "formatters": {
            "json": {"()": "cms.core.logs.JsonFormatter"},
            "plain": {"()": "cms.core.logs.PlainFormatter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if json else "plain",
                "filters": ["redact"],
            },
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own defaults write to other handlers, past the filter; from here on there is one way out.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},
            **{name: {"level": "WARNING"} for name in QUIET_LOGGERS},
        },
    }
