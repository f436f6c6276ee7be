"""Granting and ending memberships, and the Django groups that follow from them.

A membership is the right; groups are only its shadow for those parts of Wagtail that ask groups. They are set anew when
a membership changes, at log-in and once an hour, so that a date that passes takes the right away by itself. The gate of
the admin asks memberships directly and does not wait for the shadow.
"""

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import BadInput
from cms.core.models.people import ADMIN_ROLES, Membership, Role, User

logger = logging.getLogger(__name__)

# Group names are stored data, not interface text: they must not change with the language of whoever migrates.
GROUP_OF_ROLE = {
    Role.EDITOR: "Cồng: biên tập",
    Role.APPROVER: "Cồng: phê duyệt",
    Role.ADMINISTRATOR: "Cồng: quản trị",
}
_permissions: dict[str, set[str]] = {role: {"wagtailadmin.access_admin"} for role in ADMIN_ROLES}


def register_role_permissions(role: str, permissions: Iterable[str]) -> None:
    """Give the group of an admin role these Django permissions ("app.codename"); called by rooms in ready()."""
    _permissions[role].update(permissions)


@transaction.atomic
def grant(
    *,
    user: User,
    role: str,
    by: Any,
    organisation: Any = None,
    area: Any = None,
    orthography: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """The membership, in force from `valid_from` (today). Raises BadInput with all that is wrong."""
    row = Membership(
        user=user,
        role=role,
        organisation=organisation,
        area=area,
        orthography=orthography,
        valid_from=valid_from or clock.today(),
        valid_to=valid_to,
    )
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput("; ".join(error.messages)) from error
    row.save()
    audit.record(row, "core.membership.grant", user=by, data={"user_id": user.pk, "role": role})
    return row


@transaction.atomic
def end(membership: Membership, *, by: Any) -> Membership:
    """The membership, ended yesterday: from this moment it gives no right."""
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    if membership.valid_from > yesterday:
        raise BadInput(_("This membership begins today or later; delete it instead."))
    membership.valid_to = yesterday
    membership.save(update_fields=["valid_to"])
    audit.record(membership, "core.membership.end", user=by, data={"user_id": membership.user_id})
    return membership


def sync_groups(user: User) -> None:
    """Put the user into exactly the groups that today's memberships give, leaving foreign groups alone."""
    user.__dict__.pop("_memberships_by_day", None)
    roles = set(user.memberships.active(clock.today()).values_list("role", flat=True))
    wanted = {name for role, name in GROUP_OF_ROLE.items() if role in roles}
    present = set(user.groups.filter(name__in=GROUP_OF_ROLE.values()).values_list("name", flat=True))
    if wanted - present:
        user.groups.add(*Group.objects.filter(name__in=wanted - present))
    if present - wanted:
        user.groups.remove(*Group.objects.filter(name__in=present - wanted))


def sync_all_groups() -> None:
    """Bring every shadow up to date; a person whose row fails does not stop the others."""
    ids = set(Membership.objects.values_list("user_id", flat=True))
    ids |= set(User.objects.filter(groups__name__in=GROUP_OF_ROLE.values()).values_list("pk", flat=True))
    for user in User.objects.filter(pk__in=ids):
        sync_groups(user)


def is_last_migrated(sender: Any) -> bool:
    """True for the last app that `post_migrate` is sent for (or when called by hand): only then do all permissions
    exist, and once is enough."""
    if sender is None:
        return True
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    return bool(sender.label == with_models[-1].label)


def ensure_groups(**kwargs: Any) -> None:
    """Make the groups and give them the registered permissions; runs after every migrate, safe to repeat."""
    if not is_last_migrated(kwargs.get("sender")):
        return
    for role, name in GROUP_OF_ROLE.items():
        group, _made = Group.objects.get_or_create(name=name)
        wanted = Permission.objects.none()
        for label in _permissions[role]:
            app, codename = label.split(".", 1)
            wanted = wanted | Permission.objects.filter(content_type__app_label=app, codename=codename)
        group.permissions.set(wanted)


@receiver([post_save, post_delete], sender=Membership, dispatch_uid="core.sync_groups_on_change")
def _on_change(sender: Any, instance: Membership, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        sync_groups(instance.user)


@receiver(user_logged_in, dispatch_uid="core.sync_groups_at_login")
def _at_login(sender: Any, user: Any, **kwargs: Any) -> None:
    if isinstance(user, User):
        sync_groups(user)
