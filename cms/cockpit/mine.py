"""What waits for one person: by role, with the reason when somebody else must do it."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentEdit
from campaigns.permissions import may_open_queue, why_not_approve
from channels.delivery import selectors as delivery
from channels.manual import selectors as manual
from cms.cockpit.permissions import QUEUE_ROLES
from cms.core.languages import ORTHOGRAPHIES
from cms.core.models import Role
from cms.core.permissions import has_role

SHOWN = 8


@dataclass(frozen=True)
class Waiting:
    """One thing to do, with where to do it ("" when that room is not mounted)."""

    shape: str
    what: str
    detail: str
    url: str = ""


def waits_for(user: Any) -> list[Waiting]:
    """What this person can do now, the most useful first; empty when nothing waits."""
    return [*_to_approve(user), *_sent_back(user), *_queues(user), *_tasks(user)]


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _language(code: str) -> str:
    row = ORTHOGRAPHIES.get(code)
    return str(row.name_vi) if row else code


def _to_approve(user: Any) -> list[Waiting]:
    if not may_open_queue(user):
        return []
    pending = list(
        Approval.objects.filter(status=ApprovalStatus.PENDING)
        .exclude(submitted_by=user)
        .select_related("item__campaign", "submitted_by")
        .order_by("submitted_at")
    )
    touched = set(
        ContentEdit.objects.filter(user=user, item__in=[row.item_id for row in pending]).values_list(
            "item_id", "orthography"
        )
    )
    mine = [
        row for row in pending if (row.item_id, row.orthography) not in touched or why_not_approve(user, row) is None
    ]
    waiting = [
        Waiting(
            "waiting",
            _("Approve: %(title)s") % {"title": row.payload.get("title") or row.item.title},
            f"{_language(row.orthography)} · {row.item.campaign.title} · {row.submitted_by}",
            _address("campaigns_approval", row.pk),
        )
        for row in mine[:SHOWN]
    ]
    if len(mine) > SHOWN:
        waiting.append(
            Waiting(
                "waiting",
                _("%(n)s more texts to approve") % {"n": len(mine) - SHOWN},
                "",
                _address("campaigns_approvals"),
            )
        )
    return waiting


def _sent_back(user: Any) -> list[Waiting]:
    """Texts this person handed in whose latest answer was "sent back"."""
    latest: dict[tuple[int, str], Approval] = {}
    rows = Approval.objects.filter(submitted_by=user).select_related("item__campaign").order_by("submitted_at", "pk")
    for row in rows:
        latest[row.item_id, row.orthography] = row
    returned = [row for row in latest.values() if row.status == ApprovalStatus.RETURNED]
    return [
        Waiting(
            "stale",
            _("Sent back: %(title)s") % {"title": row.item.title},
            f"{_language(row.orthography)} · {row.comment}",
            _address("campaigns_approval", row.pk),
        )
        for row in sorted(returned, key=lambda each: each.pk, reverse=True)[:SHOWN]
    ]


def _queues(user: Any) -> list[Waiting]:
    if not has_role(user, *QUEUE_ROLES):
        return []
    counts = delivery.queue_counts()
    lines = (
        ("unconfirmed", "chua-ro", "unsure", _("%(n)s deliveries without an answer: were they sent?")),
        ("failed", "hong", "failed", _("%(n)s deliveries failed")),
        ("held", "giu-lai", "waiting", _("%(n)s deliveries are held")),
    )
    return [
        Waiting(shape, sentence % {"n": counts[state]}, "", _address("delivery_queue", queue))
        for state, queue, shape, sentence in lines
        if counts.get(state)
    ]


def _tasks(user: Any) -> list[Waiting]:
    """What those who plan should ask people about: overdue, not done, and ends that nobody has seen yet."""
    if not has_role(user, *QUEUE_ROLES):
        return []
    counts = manual.task_counts()
    lines = (
        ("late", "late", "failed", _("%(n)s tasks for people are overdue: were they done?")),
        ("not_done", "not_done", "stale", _("%(n)s tasks could not be done")),
        ("unheard", "cancelled", "unsure", _("%(n)s tasks were called off, and nobody has said that they know")),
    )
    list_of_tasks = _address("manual_tasks")
    return [
        Waiting(
            shape, sentence % {"n": counts[name]}, "", f"{list_of_tasks}?trang_thai={state}" if list_of_tasks else ""
        )
        for name, state, shape, sentence in lines
        if counts[name]
    ]


def is_leader_only(user: Any) -> bool:
    """True for people who only look."""
    return has_role(user, Role.LEADER) and not has_role(user, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
