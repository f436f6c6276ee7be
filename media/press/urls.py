"""One article, one address: the key under which links to the same article meet (press_translation.md I.4)."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from cms.core.text import nfc

MAX_URL = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that name the visitor or the way here, never the article. A denylist, because `id=10` and `id=11` differ.
TRACKING = frozenset("fbclid gclid gbraid wbraid dclid msclkid yclid ysclid srsltid mc_cid mc_eid zarsrc gidzl".split())
TRACKING_PREFIXES = ("utm_", "mtm_")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.\-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")


def canonical_url(url: str, *, feed_host: str = "", host_aliases: Mapping[str, str] | None = None) -> str | None:
    """The key of an article's address, or None when it is no http(s) address.

    https, lower-case host (never the path), no default port, no fragment, no user name, NFC and normalised percent
    encoding, query sorted without tracking parameters. `ref` goes only when it names `feed_host`, where the link was
    found. Sub-domains are never cut by a rule; `host_aliases` ({"m.bao.vn": "bao.vn"}) says which hosts are one outlet.
    The original is kept elsewhere for display.
    """
    text = _UNSAFE.sub("", nfc(url.strip()))
    if not text or len(text) > MAX_URL or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme.lower() not in DEFAULT_PORTS or not host:
        return None
    host = (host_aliases or {}).get(host, host)
    if port is not None and port not in DEFAULT_PORTS.values():
        host = f"{host}:{port}"
    query = _query(parts.query, feed_host)
    return f"https://{host}{_percent(parts.path) or '/'}" + (f"?{query}" if query else "")


def safe_link(link: str, *, base: str) -> str:
    """The link made absolute against `base`, or "" when it leads anywhere but to http(s): javascript:, data:, file:."""
    text = _UNSAFE.sub("", nfc(link))
    if not text:
        return ""
    try:
        absolute = urljoin(base, text)
        parts = urlsplit(absolute)
        host = parts.hostname
    except ValueError:
        return ""
    return absolute if parts.scheme.lower() in DEFAULT_PORTS and host and len(absolute) <= MAX_URL else ""


def host_of(url: str) -> str:
    """The lower-case host of an address, "" when there is none."""
    try:
        return _host(urlsplit(url.strip()).hostname or "")
    except ValueError:
        return ""


def _host(name: str) -> str:
    """The host in its ASCII form without a final dot; ValueError when it cannot be one."""
    host = name.rstrip(".").lower()
    if ":" in host:
        return f"[{ipaddress.ip_address(host).compressed}]"
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if host and not _HOST.fullmatch(host):
        raise ValueError("not a host name")
    return host


def _percent(text: str, *, safe: str = "/:@!$&'()*+,;=~-._") -> str:
    """Percent encoding in one form: only what needs it, in capitals; `%2F` stays apart from `/`."""
    pieces = re.split(r"(%2[fF]|%25)", text)
    done = []
    for piece in pieces:
        if piece.upper() in ("%2F", "%25"):
            done.append(piece.upper())
            continue
        raw = unquote_to_bytes(piece)
        try:
            raw = nfc(raw.decode("utf-8")).encode("utf-8")
        except UnicodeDecodeError:
            pass
        done.append(quote(raw, safe=safe))
    return "".join(done)


def _query(query: str, feed_host: str) -> str:
    kept = []
    for pair in query.split("&"):
        if not pair:
            continue
        name, equals, value = pair.partition("=")
        lowered = name.lower()
        if lowered in TRACKING or lowered.startswith(TRACKING_PREFIXES):
            continue
        if lowered == "ref" and feed_host and _names_host(value, feed_host):
            continue
        kept.append(_percent(name, safe="/:@!$'()*,;~-._+") + equals + _percent(value, safe="/:@!$'()*,;=~-._+"))
    return "&".join(sorted(kept))


def _names_host(value: str, host: str) -> bool:
    named = value.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return named == host.lower().removeprefix("www.")
