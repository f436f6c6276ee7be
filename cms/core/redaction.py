"""Takes secrets out of text before a person or a file sees it.

Used by the log handlers, by the guarded HTTP client's messages and by anything that stores an error's text.
"""

from __future__ import annotations

import re

MASK = "***"

# Each pattern keeps what helps to recognise the secret (the bot's public number, the parameter's name) and hides the
# rest.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Telegram bot token: public bot number, colon, 30 and more characters
    # (core.telegram.org/bots/api#authorizing-your-bot).
    (re.compile(r"(?<!\d)(\d{6,})(:|%3[Aa])[A-Za-z0-9_-]{30,}"), rf"\1:{MASK}"),
    # Authorization headers, in a header line, a dict's repr or JSON.
    (
        re.compile(
            r"(?i)((?:proxy-)?authorization[\"']?\s*[:=,]\s*(?:b(?=[\"']))?[\"']?)(?:(bearer|basic|token|device)\s+)?[^\s\"',;)}\]]+"
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{12,}"), rf"\1{MASK}"),
    # name=value and "name": "value" for names that mean a secret (Facebook, Zalo, our own devices, OAuth).
    (
        re.compile(
            r"(?i)((?:access|refresh|page|user|app|id|device|csrf|pairing|api|bot)?[_-]?"
            r"(?:token|secret[_-]?key|secret|app[_-]?secret|client[_-]?secret|api[_-]?key|passwd|password|appsecret[_-]?proof|"
            r"signature|sessionid|field[_-]?keys?)[\"']?\s*(?:=|:\s|:(?=[\"'])|%3[Dd])\s*(?:b(?=[\"']))?[\"']?)[^\s\"'&,;)}\]]{4,}"
        ),
        rf"\1{MASK}",
    ),
    # user:password@ in an address.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s:@]*:[^/\s@]+@"), rf"\1{MASK}@"),
    # Our own encrypted fields: useless without the key, and still nobody's business.
    (re.compile(r"enc:v1:[A-Za-z0-9_=-]{20,}"), f"enc:v1:{MASK}"),
)


def redact(text: str) -> str:
    """Return the text with every known form of a secret replaced by ``***``.

    Text without a secret comes back unchanged; applying it twice changes nothing more.
    """
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
