"""The one function that moves a task along the transition table."""

from typing import Any

from channels.manual.enums import TRANSITIONS, TaskState
from channels.manual.models import ManualTask
from cms.core.errors import Conflict


def move(task: ManualTask, to: str, **fields: Any) -> None:
    """Take the locked task to `to`, with `fields` written along. Raises Conflict where the table does not allow it."""
    if to not in TRANSITIONS[task.state]:
        raise Conflict(f"a task cannot go from {task.state} to {to}")
    if to != TaskState.NOT_DONE:
        fields |= {"not_done_reason": "", "not_done_note": ""}
    fields["state"] = to
    for name, value in fields.items():
        setattr(task, name, value)
    task.save(update_fields=list(fields))


def locked(task_id: int) -> ManualTask:
    """The task as it is now, locked where the database can. Call it inside a transaction."""
    return (
        ManualTask.objects.select_for_update(of=("self",))
        .select_related("item__campaign", "organisation__area", "area", "endpoint__organisation")
        .get(pk=task_id)
    )
