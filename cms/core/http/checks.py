"""``check --deploy`` refuses the development allow-list of the guarded client."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from cms.core.http.errors import Invalid
from cms.core.http.proxy import Proxy
from cms.core.http.urls import allowed_endpoints


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
