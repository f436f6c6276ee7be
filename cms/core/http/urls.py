"""Which addresses we are willing to call, before any name is looked up."""

from __future__ import annotations

import re

import httpx
from django.conf import settings

from cms.core.http.errors import Invalid

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_URL = 4096

_BAD_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
# Old ways to write an IPv4 address (decimal, hexadecimal, octal, short): inet_aton understands them, people do not.
_NUMBER_HOST = re.compile(r"(?i)^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?$")
_PLAIN_V4 = re.compile(r"^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$")


def allowed_endpoints() -> frozenset[str]:
    """The "host:port" pairs of ``settings.CONG_HTTP_ALLOW``: the only way to this machine, for development, tests."""
    return frozenset(str(item).strip().lower() for item in getattr(settings, "CONG_HTTP_ALLOW", ()) or ())


def is_listed(host: str, port: int) -> bool:
    """Say whether this endpoint is on the development allow-list ("127.0.0.1:*" lists every port of that host)."""
    listed = allowed_endpoints()
    return bool(listed) and (endpoint(host, port) in listed or endpoint(host, "*") in listed)


def endpoint(host: str, port: int | str) -> str:
    """Return "host:port" as it is written in the allow-list, IPv6 in brackets."""
    host = host.lower()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_url(url: str) -> httpx.URL:
    """Return the parsed address, or raise :class:`Invalid` in words a person understands.

    The same parser is used to connect, so there is no second reading of the address. Accepted: http and https, ports
    80 and 443 (others only on the development allow-list), no user name, no backslash, no control characters, no odd
    number hosts.
    """
    if not isinstance(url, str) or not url or len(url) > MAX_URL:
        raise Invalid(url=str(url)[:200], detail="empty or too long")
    if _BAD_CHARACTERS.search(url):
        raise Invalid(url=url[:200], detail="space, control character or backslash")
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        raise Invalid(url=url[:200], detail="not an address") from error
    if parsed.scheme not in DEFAULT_PORTS:
        raise Invalid(url=url[:200], detail="scheme is not http or https")
    if parsed.userinfo or "@" in url.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]:
        raise Invalid(url=url[:200], detail="user name in the address")
    if not host or "%" in host or len(host) > 253:
        raise Invalid(url=url[:200], detail="no usable host name")
    if _NUMBER_HOST.match(host) and not _PLAIN_V4.match(host):
        raise Invalid(url=url[:200], detail="number instead of a host name")
    port = port_of(parsed)
    if port not in DEFAULT_PORTS.values() and not is_listed(parsed.host, port):
        raise Invalid(url=url[:200], detail=f"port {port} is not allowed")
    return parsed


def port_of(url: httpx.URL) -> int:
    """The port that a connection to this address uses."""
    return url.port or DEFAULT_PORTS.get(url.scheme, 0)
