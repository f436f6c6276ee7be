"""Questions about what people were asked to do, and what they said of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Area, Campaign, Organisation
from campaigns.selectors import is_paused, why_not_airable
from channels.delivery.enums import Action, DeliveryState
from channels.delivery.models import Delivery
from channels.manual.enums import WAITING, Means, TaskKind, TaskState
from channels.manual.models import Confirmation, ConfirmationQuerySet, ManualTask, TaskPack, TaskQuerySet
from channels.manual.permissions import own_tasks, tasks_of
from cms.core import clock

# What is heard rather than read or talked over; "" is what a centre confirms of a script without a task.
BROADCASTS = ("", Means.STATION, Means.RELAY, Means.VAN, Means.OTHER)
COMING = timedelta(days=2)
RECENT = timedelta(days=14)


def count_confirmed(campaign: Campaign) -> int:
    """How many broadcasts of a campaign people confirmed as heard, whole or in part."""
    return Confirmation.objects.heard().filter(item__campaign=campaign, means__in=BROADCASTS).count()


def history_of(organisations: Iterable[Organisation]) -> ConfirmationQuerySet:
    """Every confirmation of these bodies, taken back or not, newest broadcast first, ready to be shown."""
    return Confirmation.objects.filter(organisation__in=list(organisations)).select_related(
        "item", "item__campaign", "organisation", "confirmed_by", "withdrawn_by", "task"
    )


def confirmed_between(campaign: Campaign, start: datetime, end: datetime) -> ConfirmationQuerySet:
    """Standing confirmations of a campaign whose broadcast lies in [start, end)."""
    return Confirmation.objects.standing().between(start, end).filter(item__campaign=campaign)


def tasks_for(user: Any) -> TaskQuerySet:
    """The tasks of this person, in order of their due time, ready to be shown."""
    return ManualTask.objects.filter(tasks_of(user)).shown().order_by("due_at", "id")


def with_packs(tasks: TaskQuerySet) -> TaskQuerySet:
    """The tasks with their packs at hand, the newest first: one more query for all of them."""
    packs = TaskPack.objects.order_by("-n").select_related("approval__item__campaign", "approval__source_approval")
    return tasks.prefetch_related(Prefetch("packs", packs, to_attr="packs_newest_first"))


def waiting_for(user: Any) -> TaskQuerySet:
    """What this person still has to do, or must be told that it was called off: the most urgent first."""
    unseen_end = Q(state=TaskState.CANCELLED, called_off_seen_at__isnull=True)
    return with_packs(tasks_for(user).filter(Q(state__in=WAITING) | unseen_end))


def closed_for(user: Any, at: datetime | None = None) -> TaskQuerySet:
    """What was done, not done or called off in the last fortnight, newest first."""
    since = (at or clock.now()) - RECENT
    closed = tasks_for(user).exclude(state__in=WAITING).filter(closed_at__gte=since)
    return closed.exclude(state=TaskState.CANCELLED, called_off_seen_at__isnull=True).order_by("-closed_at", "-id")


def coming_for(user: Any, at: datetime | None = None) -> "QuerySet[Delivery]":
    """What will be handed over to this person's bodies within two days, earliest first."""
    at = at or clock.now()
    states = [DeliveryState.SCHEDULED, DeliveryState.RETRY_WAIT, DeliveryState.HELD, DeliveryState.LEASED]
    planned = Delivery.objects.filter(
        endpoint__kind="manual", action=Action.SEND, state__in=states, planned_at__lt=at + COMING, useful_until__gt=at
    )
    mine = planned.filter(own_tasks(user, body="endpoint__organisation", area="endpoint__organisation__area"))
    return mine.select_related("endpoint", "occurrence__rule__item__campaign").order_by("planned_at", "id")


def newest_pack(task: ManualTask) -> TaskPack:
    """The newest pack of a task, from what `with_packs` read or by a query."""
    read: list[TaskPack] | None = getattr(task, "packs_newest_first", None)
    if read:
        return read[0]
    rows = task.packs.select_related("approval__item__campaign", "approval__source_approval")
    return rows.latest("n")


def has_unseen_pack(task: ManualTask) -> bool:
    """True when the text changed after it was handed over and the owner has not said that they have the new pack."""
    pack = newest_pack(task)
    return task.is_waiting and pack.n > 1 and pack.seen_at is None


def why_withheld(task: ManualTask, pack: TaskPack, *, at: datetime | None = None) -> str:
    """A sentence that says why the pack may not be used now, or "": never an outdated text on the air."""
    if task.kind == TaskKind.TAKE_BACK:
        return ""
    if task.state == TaskState.CANCELLED:
        return _("This task was called off. Please do not carry it out.")
    code = why_not_airable(pack.approval, at=at)
    if code is None and task.area is not None and is_paused(area=task.area, at=at):
        code = "paused"
    words = {
        None: "",
        "not_approved": _(
            "The text was changed or taken back. Please do not use the pack you have; wait for a new one."
        ),
        "outdated": _("The Vietnamese text has changed. Please do not use this translation; wait for a new pack."),
        "expired": _("The text is past its last day. Please do not use it any more."),
        "hotline_changed": _("A telephone number in the text is being verified again. Please do not use the pack."),
        "campaign_not_active": _("The campaign is not running. Please do not use the pack."),
        "paused": _("Announcements are paused by order. Please wait."),
    }
    return words.get(code, _("The text may not be used now."))


def list_tasks(
    *, campaign: Any = None, area: Area | None = None, form: str = "", state: str = "", at: datetime | None = None
) -> TaskQuerySet:
    """All tasks that fit, newest due first, ready to be shown; `state` may also be "late" or "waiting"."""
    rows = ManualTask.objects.shown()
    if campaign is not None:
        rows = rows.filter(item__campaign=campaign)
    if area is not None:
        rows = rows.filter(area__in=Area.objects.below(area))
    if form:
        rows = rows.filter(form=form)
    if state == "late":
        rows = rows.late(at)
    elif state == "waiting":
        rows = rows.waiting()
    elif state:
        rows = rows.filter(state=state)
    told = Confirmation.objects.standing().select_related("confirmed_by", "pack")
    return rows.prefetch_related(Prefetch("confirmations", told, to_attr="told")).order_by("-due_at", "-id")


def late_tasks(at: datetime | None = None) -> TaskQuerySet:
    """Tasks past their due time of which nobody has said anything, the longest overdue first."""
    return ManualTask.objects.late(at).shown().order_by("due_at", "id")


def task_counts(at: datetime | None = None) -> dict[str, int]:
    """{"waiting", "late", "not_done", "unheard"}: what waits, what is late, what failed, ends that nobody has seen yet."""
    rows = ManualTask.objects
    return {
        "waiting": rows.waiting().count(),
        "late": rows.late(at).count(),
        "not_done": rows.filter(state=TaskState.NOT_DONE).count(),
        "unheard": rows.filter(state=TaskState.CANCELLED, called_off_seen_at__isnull=True).count(),
    }
