"""Who may do what in the press room: monitors, editors and administrators read and write; nobody else enters."""

from typing import Any

from cms.core.models import Role
from cms.core.permissions import has_role

DESK_ROLES = (Role.MONITOR, Role.EDITOR, Role.ADMINISTRATOR)


def may_enter(user: Any) -> bool:
    """Whether this person sees the press desk."""
    return has_role(user, *DESK_ROLES)


def may_judge(user: Any) -> bool:
    """Whether this person confirms and rejects mentions and looks after feeds."""
    return has_role(user, *DESK_ROLES)
