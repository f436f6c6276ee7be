"""The signature of a webhook: HMAC-SHA256 over "<timestamp>.<body>", one for each key that is in force."""

import hashlib
import hmac
import re

SCHEME = "v1"
MIN_KEY = 32
HEADER_TIMESTAMP = "X-Cong-Timestamp"
HEADER_SIGNATURE = "X-Cong-Signature"
HEADER_DELIVERY = "X-Cong-Delivery"
HEADER_VERSION = "X-Cong-Version"


def keys_of(secret: str) -> list[str]:
    """The keys in a stored secret, the new one first: two, with a space between, while one takes over from the other."""
    return secret.split()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """The signature in hex for one key; `timestamp` is in seconds since 1970."""
    return hmac.new(key.encode(), str(timestamp).encode() + b"." + body, hashlib.sha256).hexdigest()


def header(keys: list[str], timestamp: int, body: bytes) -> str:
    """The header's value: "v1=<hex>" for each key, with commas between."""
    return ",".join(f"{SCHEME}={signature(key, timestamp, body)}" for key in keys)


def matches(value: str, keys: list[str], timestamp: int, body: bytes) -> bool:
    """True when one of the signatures in a header was made with one of these keys."""
    given = re.findall(rf"{SCHEME}=([0-9a-f]{{64}})", value)[:4]
    expected = [signature(key, timestamp, body) for key in keys]
    return any(hmac.compare_digest(one, other) for one in given for other in expected)
