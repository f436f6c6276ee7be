"""What the portal's templates ask for."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.manual.enums import BroadcastOutcome
from cms.core.templatetags.cong import chip

register = template.Library()

_HELD = {
    "outdated": _("the Vietnamese text has changed since"),
    "expired": _("past its last day"),
    "hotline_changed": _("a telephone number is being verified again"),
    "paused": _("paused by order"),
}
_OUTCOME = {BroadcastOutcome.PLAYED: "done", BroadcastOutcome.PARTIAL: "unsure", BroadcastOutcome.HELD: "planned"}


@register.simple_tag
def library_url(kind: str, *arguments: Any) -> str:
    """The address of a download of the library ("docx", "pdf", "audio", "kit"), or "" where the library is not mounted."""
    try:
        return reverse(f"library:{kind}", args=arguments)
    except NoReverseMatch:
        return ""


@register.simple_tag
def held_reason(code: str) -> Any:
    """Why a text may not be broadcast now, in words."""
    return _HELD.get(code, _("on hold"))


@register.simple_tag
def outcome_chip(confirmation: Any) -> SafeString:
    """How a confirmed broadcast went, as shape and word."""
    return chip(_OUTCOME.get(confirmation.outcome, "planned"), confirmation.get_outcome_display())
