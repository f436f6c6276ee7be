"""``check --deploy`` refuses the development allow-list of the guarded client."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

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
