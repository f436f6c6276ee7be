"""``check --deploy`` refuses the development allow-list of the guarded client."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from cms.core.http.errors import Invalid
from cms.core.http.proxy import Proxy
from cms.core.http.urls import allowed_endpoints

_BASES = ("_API_BASE", "_OAUTH_BASE")


@register(Tags.security, deploy=True)
def no_development_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for every address that the guarded client would reach on this machine or inside the network."""
    listed = sorted(allowed_endpoints())
    if not listed:
        return []
    return [
        Error(
            f"CONG_HTTP_ALLOW opens internal addresses to the HTTP client: {', '.join(listed)}.",
            hint="Leave CONG_HTTP_ALLOW empty in production; it is for simulators on a developer's machine.",
            id="core.E101",
        )
    ]


@register(Tags.security, deploy=True)
def encrypted_services(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for every service of others that would be called without TLS: keys go to these addresses."""
    bases = {
        name: str(getattr(settings, name))
        for name in dir(settings)
        if name.startswith("CONG_") and name.endswith(_BASES)
    }
    plain = sorted(name for name, address in bases.items() if not address.startswith("https://"))
    return [
        Error(f"{name} does not begin with https://: keys would be sent in the clear.", id="core.E103")
        for name in plain
    ]


@register(Tags.security)
def readable_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error when the proxy named for Telegram is not an address of one."""
    named = getattr(settings, "CONG_TELEGRAM_PROXY", "")
    if not named:
        return []
    try:
        Proxy.parse(named, targets=[settings.CONG_TELEGRAM_API_BASE])
    except Invalid:
        return [
            Error(
                "CONG_TELEGRAM_PROXY is not the address of a proxy.",
                hint="Write http://host:port or socks5://host:port, with user:password@ before the host if it asks.",
                id="core.E102",
            )
        ]
    return []
