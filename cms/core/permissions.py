"""What somebody may do today, answered from memberships alone. docs/rights.md is the table; these are its rows."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied

from cms.core import clock
from cms.core.models.people import ADMIN_ROLES, Membership, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def memberships_of(user: Any, on: date | None = None) -> list[Membership]:
    """The user's memberships in force on the local date `on` (today), kept for the life of the user object."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    day = on or clock.today()
    kept: dict[date, list[Membership]] = user.__dict__.setdefault("_memberships_by_day", {})
    if day not in kept:
        kept[day] = list(user.memberships.active(day).select_related("organisation", "area"))
    return kept[day]


def has_role(
    user: Any,
    *roles: str,
    organisation: Any = None,
    area: Any = None,
    orthography: str | None = None,
    on: date | None = None,
) -> bool:
    """True when one membership in force has one of `roles` and covers what is asked.

    A membership without organisation, area or written language covers all of them; one with a value covers that value
    alone (areas below are the business of campaigns.permissions, which knows the tree). Superusers hold every role,
    yet no role lifts the four-eyes rule.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return any(
        membership.role in roles
        and (organisation is None or membership.organisation_id in (None, organisation.pk))
        and (area is None or membership.area_id in (None, area.pk))
        and (orthography is None or membership.orthography in ("", orthography))
        for membership in memberships_of(user, on)
    )


def can_enter_admin(user: Any) -> bool:
    """True for editors, approvers and administrators in office today, and for superusers."""
    return has_role(user, *ADMIN_ROLES)


def is_editor(user: Any) -> bool:
    """True for editors and administrators in office today."""
    return has_role(user, Role.EDITOR, Role.ADMINISTRATOR)


def role_required(*roles: str) -> "Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]":
    """View decorator: strangers to `roles` get 403, people who are not logged in the log-in page."""

    def decorate(view: "Callable[..., HttpResponse]") -> "Callable[..., HttpResponse]":
        @wraps(view)
        def guarded(request: "HttpRequest", *args: Any, **kwargs: Any) -> "HttpResponse":
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
