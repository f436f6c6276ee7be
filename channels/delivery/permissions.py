"""Who may plan and decide what goes out: editors and administrators in office (docs/rights.md)."""

from typing import Any

from django.utils.translation import gettext as _

from cms.core.errors import NotAllowed
from cms.core.models import Role
from cms.core.permissions import has_role


def may_plan(user: Any) -> bool:
    """True for editors and administrators in office today. `None` is the system itself (sample data, jobs)."""
    return user is None or has_role(user, Role.EDITOR, Role.ADMINISTRATOR)


def require_planner(user: Any) -> None:
    """Raise NotAllowed for everybody who may not plan."""
    if not may_plan(user):
        raise NotAllowed(_("Only editors and administrators may plan what is sent."))


def may_work(user: Any) -> bool:
    """True for those who work the queues and the corrections: editors, approvers, administrators. `None`: the system."""
    return user is None or has_role(user, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)


def require_worker(user: Any) -> None:
    """Raise NotAllowed for everybody who may not work the queues."""
    if not may_work(user):
        raise NotAllowed(_("Only editors, approvers and administrators may decide about deliveries."))


def require_approver(user: Any) -> None:
    """Raise NotAllowed for everybody who may not approve."""
    if not has_role(user, Role.APPROVER):
        raise NotAllowed(_("Only approvers may agree to an edited text."))


def require_administrator(user: Any) -> None:
    """Raise NotAllowed for everybody who may not handle keys and destinations."""
    if user is not None and not has_role(user, Role.ADMINISTRATOR):
        raise NotAllowed(_("Only administrators may change destinations and keys."))
