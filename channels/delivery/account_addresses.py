"""One way to write the address of an account, so that the same page is not registered twice.

People copy addresses from phones (m.facebook.com), from shortened forms (fb.com) and with what advertising adds to them
(utm_source, fbclid). The list of hosts is that of the platforms' own other names for the same page.
"""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.utils.translation import gettext as _

from channels.delivery.enums import Platform
from cms.core.errors import BadInput
from cms.core.text import nfc

P = Platform
MAX_ADDRESS = 400
_SAME_HOST = {
    "fb.com": "facebook.com", "fb.me": "facebook.com", "facebook.com.vn": "facebook.com",
    "telegram.me": "t.me", "telegram.dog": "t.me", "zaloapp.com": "zalo.me", "oa.zalo.me": "zalo.me",
}  # fmt: skip
# Other doors to the same house; of a website only "www" is one.
_DOORS = ("www.", "m.", "mobile.", "mbasic.", "touch.", "web.", "vi-vn.", "l.")
_HOSTS = {
    P.FACEBOOK_PAGE: ("facebook.com",), P.FACEBOOK_GROUP: ("facebook.com",), P.ZALO_OA: ("zalo.me",),
    P.ZALO_GROUP: ("zalo.me",), P.TELEGRAM_CHANNEL: ("t.me",), P.TELEGRAM_GROUP: ("t.me",),
    P.YOUTUBE: ("youtube.com",), P.TIKTOK: ("tiktok.com",),
}  # fmt: skip
_KNOWN_HOSTS = frozenset(host for hosts in _HOSTS.values() for host in hosts)
# What names the page on each platform; all else in a query is about who came from where.
_KEPT_QUERY = {"facebook.com": ("id",), "youtube.com": ("list",)}
_HOST = re.compile(r"^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$")


def normal_address(text: str, platform: str) -> str:
    """The address as the register keeps it: https on the platforms, no "www", "m" or trailing slash, no tracking.

    Raises BadInput in words when it is no address, or one of another platform.
    """
    text = nfc(text).strip()
    if text.startswith("@") and platform in {P.TELEGRAM_CHANNEL, P.TELEGRAM_GROUP}:
        text = f"https://t.me/{text[1:]}"
    if "://" not in text:
        text = f"https://{text}"
    bad = BadInput(
        _("This is not a full address. Copy it from the browser, for example: https://facebook.com/congantinh")
    )
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        raise bad from None
    if parts.scheme not in {"http", "https"} or parts.username or not _HOST.match(host) or port not in {None, 80, 443}:
        raise bad
    host = _host(host)
    _require_platform(host, platform)
    path = _path(parts.path, host)
    if host in _KNOWN_HOSTS and not path:
        raise BadInput(_("This is the address of the platform itself; the name of the page is missing."))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if _keeps(host, name)]
    scheme = "https" if host in _KNOWN_HOSTS else parts.scheme
    address = f"{scheme}://{host}{path}" + (f"?{urlencode(kept)}" if kept else "")
    if len(address) > MAX_ADDRESS:
        raise bad
    return address


def address_key(address: str) -> str:
    """What two addresses of one account have in common: not the scheme, not the case of letters."""
    return address.partition("://")[2].casefold()


def platform_of_host(address: str) -> str:
    """The likeliest platform of an address, or an empty text."""
    try:
        host = _host((urlsplit(address if "://" in address else f"https://{address}").hostname or "").lower())
    except ValueError:
        return ""
    return str(next((platform for platform, hosts in _HOSTS.items() if host in hosts), ""))


def _host(host: str) -> str:
    bare = host
    for door in _DOORS:
        if bare.startswith(door) and bare.count(".") > 1:
            bare = bare.removeprefix(door)
            break
    bare = _SAME_HOST.get(bare, bare)
    if bare in _KNOWN_HOSTS:
        return bare
    host = _SAME_HOST.get(host, host)
    return host.removeprefix("www.") if host.count(".") > 1 else host


def _path(path: str, host: str) -> str:
    path = quote(unquote(re.sub(r"/{2,}", "/", path)), safe="/@:+,;=&$!*'()~-._")
    path = path.rstrip("/")
    if host == "t.me":
        path = path.removeprefix("/s") if path.startswith("/s/") else path
    # Names on these platforms do not tell capitals; invitations and YouTube's channel numbers do.
    numbered = path.startswith(("/+", "/joinchat/", "/channel/", "/g/"))
    return path.lower() if host in _KNOWN_HOSTS and not numbered else path


def _keeps(host: str, name: str) -> bool:
    if host in _KNOWN_HOSTS:
        return name in _KEPT_QUERY.get(host, ())
    return not name.lower().startswith(("utm_", "fbclid", "gclid", "zarsrc", "mibextid"))


def _require_platform(host: str, platform: str) -> None:
    expected = _HOSTS.get(Platform(platform)) if platform in Platform.values else None
    if expected and host not in expected:
        raise BadInput(
            _("An account of this kind has an address at %(host)s. Check the kind or the address.")
            % {"host": expected[0]}
        )
    if platform == P.WEBSITE and host in _KNOWN_HOSTS:
        raise BadInput(_("This is an account on %(host)s, not a website: choose its kind.") % {"host": host})
