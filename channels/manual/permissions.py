"""Who may say that a broadcast happened, and for which body; whose a task is."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import Area, Organisation
from channels.manual.models import Confirmation, ManualTask
from cms.core import clock
from cms.core.errors import NotAllowed
from cms.core.models import Role
from cms.core.permissions import has_role, memberships_of

CONFIRMERS = (Role.CENTRE, Role.OPERATOR)
# Whoever plans sees what became of it.
READERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
# For so long colleagues may correct their own word; after that it has been reported, and administrators decide.
CORRECT_WITHIN = timedelta(days=7)


def organisations_of(user: Any) -> list[Organisation]:
    """The bodies for which this person may confirm broadcasts today, each once, by name."""
    found = {
        membership.organisation_id: membership.organisation
        for membership in memberships_of(user)
        if membership.role in CONFIRMERS and membership.organisation is not None
    }
    return sorted(found.values(), key=lambda organisation: organisation.name)


def may_confirm(user: Any, organisation: Organisation) -> bool:
    """True when the person works for this very body as centre staff or station operator; superusers may for any."""
    if getattr(user, "is_superuser", False):
        return has_role(user)
    return any(each.pk == organisation.pk for each in organisations_of(user))


def may_withdraw(user: Any, confirmation: Confirmation) -> bool:
    """True for colleagues of the body that confirmed, for the owners of its task, and for administrators."""
    if has_role(user, Role.ADMINISTRATOR):
        return True
    if confirmation.task is not None:
        return owns(user, confirmation.task)
    return may_confirm(user, confirmation.organisation)


def may_correct(user: Any, confirmation: Confirmation) -> bool:
    """True for administrators, and for those who may take it back within a week."""
    young = clock.now() - confirmation.confirmed_at <= CORRECT_WITHIN
    return has_role(user, Role.ADMINISTRATOR) or (young and may_withdraw(user, confirmation))


def own_tasks(user: Any, *, body: str = "organisation", area: str = "area") -> Q:
    """Which tasks are this person's: those named to them, and those of their body within the area of their assignment.

    An assignment to an area without a body is that area and all below it; one with neither holds everywhere. A person
    whose assignments ended has none. `body` and `area` are the paths to these in the model that is asked about.
    """
    if getattr(user, "is_superuser", False) and has_role(user):
        return Q()
    mine = Q(pk__in=[])
    held = [membership for membership in memberships_of(user) if membership.role in CONFIRMERS]
    for membership in held:
        reach = Q()
        if membership.organisation_id is not None:
            reach &= Q(**{body: membership.organisation_id})
        if membership.area is not None:
            within = Q(**{f"{area}__in": Area.objects.below(membership.area)})
            reach &= within | Q(**{f"{area}__isnull": True}) if membership.organisation_id is not None else within
        if not reach:
            return Q()
        mine |= reach
    return mine


def tasks_of(user: Any) -> Q:
    """The tasks this person may see and act on: `own_tasks`, and those in which they are named."""
    named = Q(person=user.pk) if has_role(user, *CONFIRMERS) else Q(pk__in=[])
    reach = own_tasks(user)
    return named | reach if reach else Q()


def owns(user: Any, task: ManualTask) -> bool:
    """True when the task is this person's."""
    return ManualTask.objects.filter(tasks_of(user), pk=task.pk).exists()


def may_see(user: Any, task: ManualTask) -> bool:
    """True for its owners, and for those who plan and approve."""
    return has_role(user, *READERS) or owns(user, task)


def require_owner(user: Any, task: ManualTask) -> None:
    """Raise NotAllowed for everybody whose task this is not."""
    if not owns(user, task):
        raise NotAllowed(_("This task belongs to another organisation or area."))
