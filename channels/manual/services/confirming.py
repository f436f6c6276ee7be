"""The fact that something happened: who says so, when, where, how many; with the receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channels.delivery.enums import ReceiptKind
from channels.manual.enums import BroadcastOutcome, TaskKind, TaskState
from channels.manual.models import Confirmation, ManualTask, TaskPack, TaskPhoto
from channels.manual.permissions import may_correct, require_owner
from channels.manual.services.facts import CLOCK_TOLERANCE, OLDEST, receipt_of
from channels.manual.services.handing import take_back
from channels.manual.states import locked, move
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.text import clean_line

MOST = 1_000_000
TASK_OUTCOMES = (BroadcastOutcome.PLAYED, BroadcastOutcome.PARTIAL)


@dataclass(frozen=True)
class Said:
    """What somebody says of a task. `aired_at` is aware; `count` and `people` are numbers or None."""

    aired_at: datetime
    place: str
    outcome: str = BroadcastOutcome.PLAYED
    count: int | None = None
    people: int | None = None
    note: str = ""


def confirm_task(
    *,
    user: Any,
    task: ManualTask,
    said: Said,
    photos: Iterable[TaskPhoto] = (),
    corrects: Confirmation | None = None,
) -> Confirmation:
    """The confirmation of a task; the same said twice is the same row. A correction takes the earlier row back.

    What was done before the word came that it was called off may still be said. Raises NotAllowed for people of other
    bodies and areas, BadInput for a time that cannot be, Conflict when somebody has confirmed something else meanwhile.
    """
    if corrects is None or not may_correct(user, corrects):
        require_owner(user, task)
    said = _checked(task, said)
    with transaction.atomic():
        task = locked(task.pk)
        if corrects is not None:
            again = _take_back_word(task, corrects, user)
            if again is not None:
                return again
        standing = task.confirmations.standing().first()
        if standing is not None:
            if (standing.aired_at, standing.place) == (said.aired_at, said.place):
                return standing
            raise Conflict(
                _("%(who)s has confirmed this task already. To change that, choose “Correct the confirmation”.")
                % {"who": standing.confirmed_by}
            )
        row = _write(task, said, user, corrects)
        row.photos.set([photo for photo in photos if photo.task_id == task.pk])
        _close(task, row, user)
        receipt_of(
            task, ReceiptKind.CONFIRMED, at=row.aired_at, user=user, part=str(row.pk), pack=row.pack,
            evidence=_evidence(row),
        )  # fmt: skip
        audit.record(
            row, "manual.correct" if corrects else "manual.confirm", user=user,
            data={"task": task.pk, "item": task.item_id, "organisation": task.organisation_id, "outcome": row.outcome},
        )  # fmt: skip
    return row


def _checked(task: ManualTask, said: Said) -> Said:
    place, note = clean_line(said.place)[:200], clean_line(said.note)[:500]
    at = said.aired_at.replace(second=0, microsecond=0)
    now = clock.now()
    if said.outcome not in TASK_OUTCOMES:
        raise BadInput(_("Say whether it was carried out whole or in part."))
    if not place:
        raise BadInput(_("Say where it was, for example the village or the board."))
    if at > now + CLOCK_TOLERANCE:
        raise BadInput(_("The time lies ahead. Confirm after it has been carried out."))
    if at < now - OLDEST:
        raise BadInput(_("The time is more than two months back. Please check day, month and year."))
    if at < task.handed_at.replace(second=0, microsecond=0) - CLOCK_TOLERANCE:
        local = task.handed_at.astimezone(clock.local_zone()).strftime("%H:%M %d/%m/%Y")
        raise BadInput(_("This is before the task was handed over (%(when)s). Please check.") % {"when": local})
    for number in (said.count, said.people):
        if number is not None and not 0 <= number <= MOST:
            raise BadInput(_("A number is too large or negative. Please check."))
    if said.count == 0:
        raise BadInput(_("If nothing was done, choose “Not done” and say why."))
    return Said(at, place, said.outcome, said.count, said.people, note)


def _take_back_word(task: ManualTask, earlier: Confirmation, user: Any) -> Confirmation | None:
    """Take the earlier row back; gives the correction when there is one already (a second tap)."""
    earlier = Confirmation.objects.select_for_update(of=("self",)).get(pk=earlier.pk)
    if earlier.task_id != task.pk:
        raise NotAllowed(_("This confirmation belongs to another task."))
    known = Confirmation.objects.filter(corrects=earlier).first()
    if known is not None:
        return known
    if earlier.withdrawn_at is not None:
        raise Conflict(_("This confirmation was already taken back."))
    if not may_correct(user, earlier):
        raise NotAllowed(_("It is too long ago to be corrected here. Please ask the administrator."))
    earlier.withdrawn_by, earlier.withdrawn_at = user, clock.now()
    earlier.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return None


def _write(task: ManualTask, said: Said, user: Any, corrects: Confirmation | None) -> Confirmation:
    called_off = task.called_off_at is not None and said.aired_at >= task.called_off_at
    return Confirmation.objects.create(
        item=task.item, language=task.language, organisation=task.organisation,
        area=task.area or task.organisation.area, place=said.place, aired_at=said.aired_at, outcome=said.outcome,
        note=said.note, means=task.means, form=task.form, task=task, pack=pack_used(task, said.aired_at),
        count=said.count, people=said.people, counts=task.kind != TaskKind.TAKE_BACK and not called_off,
        corrects=corrects, confirmed_by=user, confirmed_at=clock.now(),
    )  # fmt: skip


def pack_used(task: ManualTask, at: datetime) -> TaskPack:
    """The words that were carried at `at`: the newest pack that the owner had said they have by then.

    When nobody had said anything, it is the newest one that had been handed over.
    """
    packs = list(task.packs.order_by("-n"))
    minute = at + timedelta(minutes=1)
    seen = [pack for pack in packs if pack.seen_at is not None and pack.seen_at < minute]
    handed = [pack for pack in packs if pack.handed_at < minute]
    return (seen or handed or packs[-1:])[0]


def _close(task: ManualTask, row: Confirmation, user: Any) -> None:
    now = clock.now()
    if task.state == TaskState.DONE:
        return
    was_called_off = task.state == TaskState.CANCELLED
    if task.state in {TaskState.OPEN, TaskState.NOT_DONE}:
        # Who confirms without having tapped "taken on" has taken it on.
        move(task, TaskState.TAKEN, taken_by=user, taken_at=task.taken_at or now)
    known = {} if task.taken_by_id else {"taken_by": user, "taken_at": now}
    move(task, TaskState.DONE, closed_by=user, closed_at=now, **known)
    if was_called_off and task.way.lasting and task.kind != TaskKind.TAKE_BACK:
        # It was up before the word came: now it has to come down.
        take_back(task, key=f"{task.key}:take_back", delivery=task.delivery)


def _evidence(row: Confirmation) -> dict[str, Any]:
    facts = {
        "place": row.place, "outcome": row.outcome, "count": row.count, "people": row.people, "note": row.note,
        "photos": [photo.sha256 for photo in row.photos.all()], "corrects": row.corrects_id,
        "counts": row.counts,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
