"""Who may do what with sound and documents; docs/rights.md is the table, these are its rows."""

from typing import Any

from cms.core.models import Role
from cms.core.permissions import has_role

# Everybody who works with approved texts. Press monitors do not: their room is the press desk.
READERS = (
    Role.ADMINISTRATOR,
    Role.EDITOR,
    Role.APPROVER,
    Role.TRANSLATOR,
    Role.REVIEWER,
    Role.CENTRE,
    Role.OPERATOR,
    Role.LEADER,
)
RECORDERS = (Role.ADMINISTRATOR, Role.EDITOR)
RECORDERS_OF_LANGUAGE = (Role.TRANSLATOR, Role.REVIEWER, Role.CENTRE)


def may_record(user: Any, orthography: str) -> bool:
    """True for those who may send a recording of a text in this written language."""
    return has_role(user, *RECORDERS) or has_role(user, *RECORDERS_OF_LANGUAGE, orthography=orthography)


def may_make_draft(user: Any) -> bool:
    """True for those who may have a text read by the draft voice."""
    return has_role(user, Role.ADMINISTRATOR, Role.EDITOR, Role.APPROVER)


def may_allow_on_air(user: Any) -> bool:
    """True for those whose word lets a draft voice be aired."""
    return has_role(user, Role.APPROVER)


def may_withdraw(user: Any, recording: Any) -> bool:
    """True for whoever sent the recording, and for editors, approvers and administrators."""
    return has_role(user, Role.ADMINISTRATOR, Role.EDITOR, Role.APPROVER) or (
        recording.uploaded_by_id == user.pk and may_record(user, recording.orthography)
    )


def may_hear(user: Any, recording: Any) -> bool:
    """True for those who may hear a recording that is not on air: its sender, and who works with its language."""
    return may_read(user, recording.orthography)


def may_read(user: Any, orthography: str) -> bool:
    """True for those who may download an approved text and its sound in this written language."""
    return has_role(user, *READERS, orthography=orthography)
