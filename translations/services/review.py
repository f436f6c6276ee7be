"""Handing in, sending back, approving: two people, one whole text."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval
from campaigns.services import approvals, items
from cms.core import audit, clock
from cms.core.errors import BadInput, NotAllowed, NotReady
from translations.enums import DONE_SEGMENTS, JobState
from translations.models import Segment, TranslationJob
from translations.permissions import had_a_hand, may_review, may_type
from translations.segment_checks import notes_on
from translations.segments import label_of, rebuild
from translations.services.moves import locked, move

# Beyond these a list of complaints is no help.
_COMPLAINTS = 5


@transaction.atomic
def submit_for_review(*, job: TranslationJob, user: Any) -> TranslationJob:
    """The job, waiting for its reviewer. Only a whole text: no empty segment, no old source, no changed fact.

    Raises NotAllowed, NotReady (incomplete, or the source was approved anew), BadInput (facts, marks, length: named).
    """
    fresh = locked(job)
    if not may_type(user, fresh):
        raise NotAllowed(_("Only the translator of this job can hand it in."))
    _refuse_old_source(fresh)
    _refuse_incomplete(fresh)
    move(fresh, JobState.IN_REVIEW, submitted_by=user, submitted_at=clock.now(), translator=fresh.translator or user)
    audit.record(fresh, "translations.job.submit", user=user, data={"item_id": fresh.item_id})
    return fresh


@transaction.atomic
def return_job(*, job: TranslationJob, user: Any, comment: str) -> TranslationJob:
    """The job, back with its translator and with what is to be done. Raises NotAllowed, BadInput without a comment."""
    fresh = locked(job)
    if not may_review(user, fresh):
        raise NotAllowed(_("You do not review this language."))
    if not comment.strip():
        raise BadInput(_("Say what is to be changed: the translator has only your comment."))
    move(fresh, JobState.RETURNED, comment=comment.strip())
    audit.record(fresh, "translations.job.return", user=user, data={"comment": comment.strip()})
    return fresh


@transaction.atomic
def approve_job(*, job: TranslationJob, user: Any, comment: str = "") -> Approval:
    """The approval of the whole translation: its page's draft is written with the source's blocks and approved.

    Raises NotAllowed (not a reviewer of this language; anybody who had a hand in it, superusers included; trial text),
    NotReady (incomplete, source no longer in force), BadInput (a fact differs), Conflict (not waiting for review).
    """
    fresh = locked(job)
    _refuse_reviewer(user, fresh)
    _refuse_old_source(fresh)
    segments = _refuse_incomplete(fresh)
    approval = _approval_of(fresh, segments, user, comment)
    move(fresh, JobState.APPROVED, decided_by=user, decided_at=clock.now(), comment=comment.strip(), approval=approval)
    audit.record(
        fresh, "translations.job.approve", user=user,
        data={"item_id": fresh.item_id, "orthography": fresh.orthography, "approval_id": approval.pk},
    )  # fmt: skip
    return approval


def _approval_of(job: TranslationJob, segments: list[Segment], user: Any, comment: str) -> Approval:
    """Write the page and carry it through the approvals of campaigns, where four eyes hold once more."""
    words = rebuild(job.source_approval.payload, {segment.key: segment.target for segment in segments})
    page = items.draft_page(job.item, orthography=job.orthography, user=job.submitted_by, **words)
    for typist in job.typists.exclude(user=job.submitted_by).select_related("user"):
        items.record_edit(job.item, orthography=job.orthography, user=typist.user)
    request = approvals.submit(page, job.submitted_by, source_approval=job.source_approval)
    return approvals.approve(request, user, comment=comment)


def _refuse_reviewer(user: Any, job: TranslationJob) -> None:
    if job.is_pseudo:
        raise NotAllowed(_("A trial text can never be approved."))
    if not may_review(user, job):
        raise NotAllowed(_("You do not review this language."))
    if had_a_hand(user, job):
        raise NotAllowed(_("You had a hand in this translation. Somebody else must approve it."))


def _refuse_old_source(job: TranslationJob) -> None:
    if job.source_approval.status != ApprovalStatus.APPROVED:
        raise NotReady(_("The source was changed since. Take over the newer source first."))


def _refuse_incomplete(job: TranslationJob) -> list[Segment]:
    segments = list(job.segments.all())
    undone = [segment for segment in segments if segment.state not in DONE_SEGMENTS]
    if undone:
        raise NotReady(
            _("%(count)d segments are not translated yet, first: %(first)s")
            % {"count": len(undone), "first": label_of(undone[0].kind)}
        )
    complaints = [
        f"{label_of(segment.kind)}: {note.text}"
        for segment in segments
        for note in notes_on(segment, job.orthography)
        if note.blocking
    ]
    if complaints:
        raise BadInput("\n".join(complaints[:_COMPLAINTS]), complaints=complaints)
    return segments
