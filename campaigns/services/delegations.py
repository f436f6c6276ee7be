"""Verbs on delegations: who approves while an approver is away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import ApprovalDelegation
from cms.core import audit, clock
from cms.core.errors import BadInput, NotAllowed
from cms.core.models import Role
from cms.core.permissions import can_enter_admin, has_role

MAX_DAYS = 92  # a quarter; whoever is away longer hands the role over instead


@transaction.atomic
def delegate(*, approver: Any, to: Any, valid_from: date, valid_to: date, user: Any) -> ApprovalDelegation:
    """The delegation of the approver's right, for these local days, both included.

    Given by the approver or an administrator. Raises NotAllowed, and BadInput for dates the wrong way round, more than
    92 days, dates in the past, oneself, or somebody who does not work at the editing desk.
    """
    if user.pk != approver.pk and not has_role(user, Role.ADMINISTRATOR):
        raise NotAllowed(_("Only the approver or an administrator may delegate this right."))
    if not has_role(approver, Role.APPROVER):
        raise BadInput(_("%(person)s is not an approver.") % {"person": approver.get_full_name()})
    if to.pk == approver.pk:
        raise BadInput(_("Choose somebody else: one cannot stand in for oneself."))
    if not can_enter_admin(to):
        raise BadInput(_("%(person)s does not work at the editing desk.") % {"person": to.get_full_name()})
    if valid_to < valid_from:
        raise BadInput(_("The last day lies before the first day."))
    if valid_to < clock.today():
        raise BadInput(_("These days are over."))
    if (valid_to - valid_from).days >= MAX_DAYS:
        raise BadInput(_("A delegation lasts at most %(days)d days.") % {"days": MAX_DAYS})
    row = ApprovalDelegation.objects.create(approver=approver, delegate=to, valid_from=valid_from, valid_to=valid_to)
    audit.record(row, "campaigns.delegation.give", user=user, data=_facts(row))
    return row


@transaction.atomic
def end_delegation(row: ApprovalDelegation, *, user: Any) -> None:
    """End a delegation today (it is removed; the audit keeps it). Raises NotAllowed."""
    if user.pk not in (row.approver_id, row.delegate_id) and not has_role(user, Role.ADMINISTRATOR):
        raise NotAllowed(_("Only the two of them or an administrator may end this delegation."))
    audit.record(row, "campaigns.delegation.end", user=user, data=_facts(row))
    row.delete()


def _facts(row: ApprovalDelegation) -> dict[str, Any]:
    return {
        "approver_id": row.approver_id,
        "delegate_id": row.delegate_id,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat(),
    }
