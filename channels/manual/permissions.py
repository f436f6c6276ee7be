"""Who may say that a broadcast happened, and for which body."""

from typing import Any

from campaigns.models import Organisation
from cms.core.models import Role
from cms.core.permissions import has_role, memberships_of

CONFIRMERS = (Role.CENTRE, Role.OPERATOR)


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


def may_withdraw(user: Any, confirmation: Any) -> bool:
    """True for colleagues of the body that confirmed, and for administrators."""
    return may_confirm(user, confirmation.organisation) or has_role(user, Role.ADMINISTRATOR)
