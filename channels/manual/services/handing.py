"""What the engine's deliveries do: hand a task over, call it off, replace its pack. Repeating any of it changes nothing."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Area
from campaigns.selectors import airable_approval
from channels.delivery.contract import Outgoing
from channels.delivery.errors import Permanent
from channels.delivery.models import Delivery
from channels.delivery.services import ensure_variant
from channels.manual import rendering
from channels.manual.enums import WAITING, TaskKind, TaskState
from channels.manual.models import ManualTask, TaskPack
from channels.manual.states import locked, move
from cms.core import audit, clock
from cms.core.errors import CongError
from cms.core.models import User

logger = logging.getLogger(__name__)

# Something that must not stay, or that was said wrongly, is put right within a day.
FOLLOW_UP = timedelta(hours=24)
CALLED_OFF, TAKE_BACK, NEW_PACK, AGAIN, NOTHING = "called_off", "take_back", "new_pack", "again", "nothing_to_do"


@transaction.atomic
def hand_over(outgoing: Outgoing) -> ManualTask:
    """The task of this delivery, made now or before. A newer text than at the first try replaces its pack."""
    delivery = _delivery(outgoing.delivery_id)
    assert outgoing.approval is not None
    found = ManualTask.objects.filter(key=outgoing.idem_key).first()
    if found is not None:
        task = locked(found.pk)
        if task.state in WAITING:
            add_pack(task, outgoing.approval, outgoing.payload, outgoing.payload_sha256)
        return task
    due = timedelta(hours=outgoing.payload["due_hours"])
    now = clock.now()
    return _create(
        outgoing.idem_key, delivery, outgoing.approval, outgoing.payload, outgoing.payload_sha256,
        kind=TaskKind.CARRY_OUT, planned_at=delivery.planned_at, due_at=max(delivery.planned_at, now) + due,
    )  # fmt: skip


@transaction.atomic
def call_off(outgoing: Outgoing) -> tuple[ManualTask, str]:
    """The task and what became of it: called off, to be taken back by people, or nothing was there.

    Raises Permanent when it was carried out and nothing stays that could be taken back.
    """
    task = _original(outgoing)
    if task.state == TaskState.CANCELLED:
        return task, CALLED_OFF
    if task.state == TaskState.DONE:
        if not task.way.lasting:
            raise Permanent("already_carried_out", evidence={"task": task.pk})
        return take_back(task, key=outgoing.idem_key, delivery=_delivery(outgoing.delivery_id)), TAKE_BACK
    now = clock.now()
    move(task, TaskState.CANCELLED, called_off_at=now, closed_at=now, called_off_seen_at=None, called_off_seen_by=None)
    audit.record(task, "manual.task.call_off", user=None, data={"delivery": outgoing.delivery_id})
    return task, CALLED_OFF


@transaction.atomic
def correct(outgoing: Outgoing) -> tuple[ManualTask, str]:
    """The task and what became of it: a new pack, the corrected words to be carried out again, or nothing to do."""
    task = _original(outgoing)
    assert outgoing.approval is not None
    if task.state == TaskState.CANCELLED:
        return task, CALLED_OFF
    if task.state != TaskState.DONE:
        changed = add_pack(task, outgoing.approval, outgoing.payload, outgoing.payload_sha256)
        return task, NEW_PACK if changed else NOTHING
    used = task.confirmations.standing().select_related("pack").first()
    if used is not None and used.pack is not None and used.pack.payload_sha256 == outgoing.payload_sha256:
        return task, NOTHING
    found = ManualTask.objects.filter(key=outgoing.idem_key).first()
    if found is None:
        now = clock.now()
        found = _create(
            outgoing.idem_key, _delivery(outgoing.delivery_id), outgoing.approval, outgoing.payload,
            outgoing.payload_sha256, kind=TaskKind.CORRECT, planned_at=now, due_at=now + FOLLOW_UP, follows=task,
        )  # fmt: skip
    return found, AGAIN


def take_back(task: ManualTask, *, key: str, delivery: Delivery) -> ManualTask:
    """The follow-up that asks for something that stands to be taken back. Call it inside a transaction."""
    found = ManualTask.objects.filter(key=key).first()
    if found is not None:
        return found
    pack = latest_pack(task)
    now = clock.now()
    return _create(
        key, delivery, pack.approval, pack.payload, pack.payload_sha256, kind=TaskKind.TAKE_BACK, planned_at=now,
        due_at=now + FOLLOW_UP, follows=task,
    )  # fmt: skip


def latest_pack(task: ManualTask) -> TaskPack:
    """The newest pack of a task."""
    return task.packs.select_related("approval__item__campaign").latest("n")


def add_pack(task: ManualTask, approval: Approval, payload: dict[str, Any], sha256: str) -> bool:
    """True when the task got a new pack; False when it had this one. Call it with the task locked."""
    newest = latest_pack(task)
    if newest.payload_sha256 == sha256:
        return False
    TaskPack.objects.create(
        task=task, n=newest.n + 1, approval=approval, payload=payload, payload_sha256=sha256, handed_at=clock.now()
    )
    audit.record(task, "manual.task.renew", user=None, data={"approval": approval.pk, "pack": newest.n + 1})
    return True


def renew(task: ManualTask) -> bool:
    """True when a task whose text is no longer in force got the pack of the text that is.

    An edited message waits until people have agreed to its words for the newer text. What cannot be rendered now stays
    withheld, and is logged.
    """
    newest = latest_pack(task)
    approval = airable_approval(task.item, task.orthography)
    if approval is None or approval.pk == newest.approval_id:
        return False
    try:
        payload = _payload_for(task, newest, approval)
    except CongError as error:
        logger.warning(
            "pack not renewed", extra={"event": "pack_not_renewed", "task_id": task.pk, "reason": error.message}
        )
        return False
    if payload is None:
        return False
    with transaction.atomic():
        fresh = locked(task.pk)
        return fresh.state in WAITING and add_pack(fresh, approval, payload, rendering.digest(payload))


def _payload_for(task: ManualTask, newest: TaskPack, approval: Approval) -> dict[str, Any] | None:
    """The newer text as this task carries it: with the settings of the pack, or as people edited it."""
    if not newest.payload.get("edited"):
        return rendering.render(approval, newest.payload)
    variant = ensure_variant(approval, task.endpoint)
    return variant.payload if variant.may_go else None


def renew_outdated(limit: int = 50) -> int:
    """How many waiting tasks got the pack of a newer text; for the tick and after each approval."""
    waiting = ManualTask.objects.waiting().exclude(kind=TaskKind.TAKE_BACK)
    # An approval in force is in no older pack than the newest: a task without one is behind.
    behind = waiting.exclude(packs__approval__status=ApprovalStatus.APPROVED).select_related("item__campaign")
    return sum(renew(task) for task in behind.select_related("endpoint").order_by("due_at", "id")[:limit])


def _create(
    key: str, delivery: Delivery, approval: Approval, payload: dict[str, Any], sha256: str, *, kind: str, **facts: Any
) -> ManualTask:
    now = clock.now()
    area = Area.objects.filter(pk=int(payload.get("area") or 0)).first()
    person = User.objects.filter(pk=int(payload.get("person") or 0), is_active=True).first()
    endpoint = delivery.endpoint
    task = ManualTask.objects.create(
        key=key, delivery=delivery, endpoint=endpoint, kind=kind, item=approval.item, orthography=approval.orthography,
        form=payload["form"], means=payload["means"], organisation=endpoint.organisation,
        area=area or endpoint.organisation.area, person=person, place=payload["place"], handed_at=now, **facts,
    )  # fmt: skip
    TaskPack.objects.create(task=task, n=1, approval=approval, payload=payload, payload_sha256=sha256, handed_at=now)
    audit.record(task, "manual.task.hand_over", user=None, data={"delivery": delivery.pk, "kind": kind})
    return task


def _delivery(pk: int) -> Delivery:
    return Delivery.objects.select_related("endpoint__organisation__area").get(pk=pk)


def _original(outgoing: Outgoing) -> ManualTask:
    original = Delivery.objects.filter(pk=outgoing.delivery_id).values_list("original", flat=True).first()
    found = ManualTask.objects.filter(delivery=original, kind=TaskKind.CARRY_OUT).first() if original else None
    if found is None:
        raise Permanent("task_unknown")
    return locked(found.pk)
