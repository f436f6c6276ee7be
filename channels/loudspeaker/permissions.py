"""Who may do what with stations and bulletins; the rows of docs/rights.md that concern loudspeakers."""

from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import Area
from cms.core.models import Role
from cms.core.permissions import has_role, is_editor, memberships_of

from .models import Station


def may_schedule(user: Any) -> bool:
    """Editors and administrators make and schedule bulletins and set up stations."""
    return is_editor(user)


def may_see_schedule(user: Any) -> bool:
    """Whoever works in the admin may read what is planned and why."""
    return has_role(user, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR, Role.LEADER)


def stations_of(user: Any) -> QuerySet[Station]:
    """The active stations this person operates: by area (and what lies in it) or by organisation; administrators all."""
    active = Station.objects.filter(active=True)
    if has_role(user, Role.ADMINISTRATOR):
        return active
    reach = Q(pk__in=[])
    for membership in memberships_of(user):
        if membership.role != Role.OPERATOR:
            continue
        if membership.area_id is None and membership.organisation_id is None:
            continue  # an operator of nothing in particular operates nothing
        part = Q()
        if membership.organisation_id is not None:
            part &= Q(organisation=membership.organisation_id) | Q(organisation__isnull=True)
        if membership.area is not None:
            part &= Q(area__in=Area.objects.all().below(membership.area))
        elif membership.organisation_id is not None:
            part &= Q(organisation=membership.organisation_id)
        reach |= part
    return active.filter(reach)


def may_operate(user: Any, station: Station) -> bool:
    """True when this person answers offers for the station."""
    return stations_of(user).filter(pk=station.pk).exists()
