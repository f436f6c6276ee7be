"""What the portal's templates ask for."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.manual import selectors
from channels.manual.enums import BroadcastOutcome, TaskState
from channels.manual.models import ManualTask
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
    return chip(_OUTCOME.get(confirmation.outcome, "planned"), confirmation.outcome_label)


_TASK_SHAPES = {
    TaskState.OPEN: "waiting",
    TaskState.TAKEN: "unsure",
    TaskState.DONE: "done",
    TaskState.NOT_DONE: "failed",
    TaskState.CANCELLED: "stale",
}


@register.simple_tag
def task_chip(task: ManualTask) -> SafeString:
    """Where a task stands, as shape and word; lateness goes before all else."""
    if task.is_late:
        return chip("failed", _("overdue"))
    return chip(_TASK_SHAPES.get(TaskState(task.state), "planned"), task.get_state_display())


@register.simple_tag(takes_context=True)
def waiting_tasks(context: template.Context) -> int:
    """How many tasks wait for the person who is signed in."""
    request = context.get("request")
    return selectors.waiting_for(request.user).count() if request is not None else 0
