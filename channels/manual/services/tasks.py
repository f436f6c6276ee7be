"""What the owners of a task say before and instead of confirming it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channels.delivery.enums import ReceiptKind
from channels.manual.enums import NotDoneReason, TaskState
from channels.manual.models import ManualTask, TaskPack
from channels.manual.permissions import require_owner
from channels.manual.services.facts import receipt_of
from channels.manual.states import locked, move
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict
from cms.core.text import clean_line


@transaction.atomic
def take_task(*, user: Any, task: ManualTask) -> ManualTask:
    """The task, taken on by this person with its newest pack; a second tap changes nothing.

    Raises NotAllowed for people of other bodies and areas, Conflict when it was called off.
    """
    require_owner(user, task)
    task = locked(task.pk)
    if task.state == TaskState.CANCELLED:
        raise Conflict(_("This task was called off. Please do not carry it out."))
    if task.state in {TaskState.OPEN, TaskState.NOT_DONE}:
        move(task, TaskState.TAKEN, taken_by=user, taken_at=clock.now(), closed_by=None, closed_at=None)
        audit.record(task, "manual.task.take", user=user)
    _see_packs(task, user)
    return task


@transaction.atomic
def acknowledge(*, user: Any, task: ManualTask) -> ManualTask:
    """The task whose owner says that they know of its change: the new pack, or that it was called off."""
    require_owner(user, task)
    task = locked(task.pk)
    if task.must_hear_of_end:
        task.called_off_seen_by, task.called_off_seen_at = user, clock.now()
        task.save(update_fields=["called_off_seen_by", "called_off_seen_at"])
        audit.record(task, "manual.task.acknowledge", user=user, data={"what": "called_off"})
    elif _see_packs(task, user):
        audit.record(task, "manual.task.acknowledge", user=user, data={"what": "new_pack"})
    return task


def _see_packs(task: ManualTask, user: Any) -> int:
    unseen = TaskPack.objects.filter(task=task, seen_at__isnull=True)
    newest = unseen.order_by("-n").first()
    if newest is None or TaskPack.objects.filter(task=task, n__gt=newest.n).exists():
        return 0
    # Older ones that nobody looked at were never in anybody's hand.
    return TaskPack.objects.filter(pk=newest.pk).update(seen_by=user, seen_at=clock.now())


@transaction.atomic
def mark_not_done(*, user: Any, task: ManualTask, reason: str, note: str = "") -> ManualTask:
    """The task, not done, with the reason and a receipt that says so; saying it again changes nothing.

    Raises BadInput without a reason, Conflict when it was confirmed or called off meanwhile.
    """
    require_owner(user, task)
    if reason not in NotDoneReason.values:
        raise BadInput(_("Say why it was not done."))
    note = clean_line(note)[:500]
    if reason == NotDoneReason.OTHER and not note:
        raise BadInput(_("Say in a few words what the reason was."))
    task = locked(task.pk)
    if task.state == TaskState.NOT_DONE:
        return task
    if task.state == TaskState.DONE:
        raise Conflict(_("It was confirmed already. Take the confirmation back first."))
    if task.state == TaskState.CANCELLED:
        raise Conflict(_("This task was called off."))
    now = clock.now()
    move(task, TaskState.NOT_DONE, not_done_reason=reason, not_done_note=note, closed_by=user, closed_at=now)
    receipt_of(
        task, ReceiptKind.MISSED, at=now, user=user, part=f"not_done:{now.timestamp():.0f}",
        evidence={"reason": reason, "note": note},
    )  # fmt: skip
    audit.record(task, "manual.task.not_done", user=user, data={"reason": reason})
    return task
