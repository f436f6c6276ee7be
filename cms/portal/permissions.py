"""What a person of a culture centre or station may see here: the campaigns of their area, and their own confirmations."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from campaigns.models import Area
from campaigns.selectors import area_and_above
from cms.core.languages import ORTHOGRAPHIES
from cms.core.models import Role
from cms.core.permissions import has_role, memberships_of

PORTAL_ROLES = (Role.CENTRE, Role.OPERATOR, Role.ADMINISTRATOR)
_OWN = frozenset({Role.CENTRE, Role.OPERATOR})


@dataclass(frozen=True)
class Scope:
    """Where somebody works. `areas` None means the whole province; `languages` are those they work in, empty for all."""

    areas: tuple[Area, ...] | None
    languages: frozenset[str] = field(default_factory=frozenset)

    def campaigns(self) -> Q:
        """Which campaigns are theirs: those for everybody, and those of their areas, the areas around and below them."""
        if self.areas is None:
            return Q()
        around = {above.pk for area in self.areas for above in area_and_above(area)}
        below = Q(pk__in=[])
        for area in self.areas:
            below |= Q(pk__in=Area.objects.below(area).values("pk"))
        reached = Area.objects.filter(Q(pk__in=around) | below)
        return Q(areas__isnull=True) | Q(areas__in=reached)


def scope_of(user: Any) -> Scope:
    """Where this person works today. A membership's own area counts before its organisation's; none of both is everywhere."""
    if has_role(user, Role.ADMINISTRATOR):
        return Scope(areas=None)
    areas: dict[int, Area] = {}
    spoken: set[str] = set()
    everywhere = False
    for membership in memberships_of(user):
        if membership.role not in _OWN:
            continue
        area = membership.area or (membership.organisation.area if membership.organisation else None)
        if area is None:
            everywhere = True
        else:
            areas[area.pk] = area
        if membership.orthography in ORTHOGRAPHIES:
            spoken.add(ORTHOGRAPHIES[membership.orthography].language)
    return Scope(areas=None if everywhere else tuple(areas.values()), languages=frozenset(spoken))
