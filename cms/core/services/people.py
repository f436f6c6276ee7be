"""Verbs on people's log-ins, for administrators.

Wagtail's own user screens let whoever may change users make a superuser of himself, so administrators do not get them.
These verbs cannot give rights at all: rights come from memberships.
"""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import audit
from cms.core.errors import BadInput, NotAllowed
from cms.core.models.people import Role, User
from cms.core.permissions import has_role

# Four groups of four without letters that look alike, so that it can be read out over the telephone: 77 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def add_person(*, username: str, full_name: str, email: str, by: Any) -> tuple[User, str]:
    """The new person and their first password, which is shown once and stored only as its hash.

    Raises NotAllowed for everybody but administrators, BadInput with all that is wrong.
    """
    _require_administrator(by)
    user = User(username=username.strip(), full_name=full_name.strip(), email=email.strip())
    password = _password()
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    user.save()
    audit.record(user, "core.person.add", user=by, data={"username": user.username})
    return user, password


@transaction.atomic
def new_password(user: User, *, by: Any) -> str:
    """A fresh password for this person, shown once; their open sessions end. Superusers set their own."""
    _require_touchable(user, by)
    password = _password()
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(user, "core.person.password", user=by, data={"username": user.username})
    return password


@transaction.atomic
def switch_person(user: User, *, active: bool, by: Any) -> User:
    """The person, shut out (or let in again) from the next request on. Nobody shuts out himself."""
    _require_touchable(user, by)
    if user.pk == by.pk:
        raise BadInput(_("You cannot switch off your own log-in."))
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(user, "core.person.switch", user=by, data={"active": active})
    return user


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _group in range(4))


def _require_administrator(by: Any) -> None:
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotAllowed(_("Only administrators look after log-ins."))


def _require_touchable(user: User, by: Any) -> None:
    _require_administrator(by)
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed(_("A superuser's log-in is changed by a superuser alone."))
