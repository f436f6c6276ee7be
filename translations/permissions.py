"""Who may do what with translations; docs/rights.md is the table, these are its rows."""

from __future__ import annotations

from typing import Any

from cms.core.models import Role
from cms.core.permissions import has_role
from translations.models import TranslationJob

LANGUAGE_ROLES = (Role.TRANSLATOR, Role.REVIEWER)
MANAGER_ROLES = (Role.EDITOR, Role.ADMINISTRATOR)
DESK_ROLES = (*LANGUAGE_ROLES, *MANAGER_ROLES, Role.APPROVER)


def may_manage(user: Any) -> bool:
    """True for editors and administrators: they open jobs and give them to people."""
    return has_role(user, *MANAGER_ROLES)


def may_open_desk(user: Any) -> bool:
    """True for everybody who works with translations; others are strangers to the desk."""
    return has_role(user, *DESK_ROLES)


def may_view(user: Any, job: TranslationJob) -> bool:
    """True for everybody at the desk: people of another language read, they do not write."""
    return may_open_desk(user)


def may_type(user: Any, job: TranslationJob) -> bool:
    """True for the job's own translator; while it has none, for every translator of its written language."""
    if not job.is_editable or job.is_pseudo or not has_role(user, Role.TRANSLATOR, orthography=job.orthography):
        return False
    return job.translator_id in (None, user.pk)


def may_review(user: Any, job: TranslationJob) -> bool:
    """True for the job's own reviewer; while it has none, for every reviewer of its written language.

    Whether this person had a hand in the text is asked by ``services.review``: four eyes come on top.
    """
    if not has_role(user, Role.REVIEWER, orthography=job.orthography):
        return False
    return job.reviewer_id in (None, user.pk)


def had_a_hand(user: Any, job: TranslationJob) -> bool:
    """True for whoever was the translator, handed the job in, or typed in it at any time."""
    return user.pk in (job.translator_id, job.submitted_by_id) or job.typists.filter(user=user).exists()
