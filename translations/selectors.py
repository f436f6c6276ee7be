"""Questions about translations: what exists, in which state, and who has what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem
from campaigns.selectors import current_approvals, is_outdated
from cms.core import languages
from cms.core.models import Role
from cms.core.permissions import memberships_of
from translations.enums import ACTIVE_JOBS, DONE_SEGMENTS, JobOrigin, JobState, TranslationState
from translations.models import TranslationJob


@dataclass(frozen=True, slots=True)
class Cell:
    """One item in one written language: its state, the job under way and the approval in force (or None)."""

    orthography: str
    state: str
    job: TranslationJob | None = None
    approval: Approval | None = None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(TranslationState(self.state).label)

    @property
    def published_is_outdated(self) -> bool:
        """True when words that are approved were made from an older source, whatever is under way."""
        return self.approval is not None and is_outdated(self.approval)


@dataclass(frozen=True, slots=True)
class Row:
    """One item, the approval of its source (or None) and its cells, in the order of the languages asked for."""

    item: ContentItem
    cells: list[Cell]
    source: Approval | None


def translation_state(item: ContentItem, orthography: str) -> str:
    """The state of the item in this written language, computed from approvals and jobs (a TranslationState value)."""
    return coverage_matrix([item], [orthography])[0].cells[0].state


def coverage_matrix(items: Iterable[ContentItem], orthographies: Iterable[str] | None = None) -> list[Row]:
    """Content × language in two queries however many items: who is missing what.

    ``orthographies`` defaults to every orthography but the items' own sources.
    """
    wanted = list(items)
    codes = list(orthographies) if orthographies is not None else list(languages.ORTHOGRAPHIES)
    approved = current_approvals(wanted)
    active = TranslationJob.objects.filter(item__in=wanted, state__in=ACTIVE_JOBS, origin=JobOrigin.HUMAN)
    jobs = {(job.item_id, job.orthography): job for job in active.select_related("source_approval")}
    return [
        Row(
            item,
            [_cell(item, code, approved.get((item.pk, code)), jobs.get((item.pk, code))) for code in codes],
            approved.get((item.pk, item.source_orthography)),
        )
        for item in wanted
    ]


def missing_languages(item: ContentItem, orthographies: Iterable[str]) -> list[str]:
    """Those of ``orthographies`` in which the item has no words that may be used now."""
    ready = {TranslationState.SOURCE, TranslationState.UP_TO_DATE}
    return [cell.orthography for cell in coverage_matrix([item], orthographies)[0].cells if cell.state not in ready]


def job_is_outdated(job: TranslationJob) -> bool:
    """True when the job's source is not in force any more."""
    return job.source_approval.status != ApprovalStatus.APPROVED


def jobs_of(user: Any) -> QuerySet[TranslationJob]:
    """The active jobs this person has to do with: given to them, or free and in one of their languages; by due date.

    Each row carries ``total`` and ``done`` (segments). Trial texts are never work.
    """
    mine = Q(translator=user) | Q(reviewer=user)
    for membership in memberships_of(user):
        reach = Q() if not membership.orthography else Q(orthography=membership.orthography)
        if membership.role == Role.TRANSLATOR:
            mine |= reach & Q(translator__isnull=True)
        if membership.role == Role.REVIEWER:
            mine |= reach & Q(state=JobState.IN_REVIEW, reviewer__isnull=True)
    return with_progress(active_jobs().filter(mine))


def active_jobs() -> QuerySet[TranslationJob]:
    """Every job under way, with what a list shows."""
    found = TranslationJob.objects.filter(state__in=ACTIVE_JOBS, origin=JobOrigin.HUMAN)
    return found.select_related("item__campaign", "translator", "reviewer", "source_approval")


def with_progress(jobs: QuerySet[TranslationJob]) -> QuerySet[TranslationJob]:
    """``jobs`` with ``total`` and ``done`` counts of segments."""
    return jobs.annotate(
        total=Count("segments"), done=Count("segments", filter=Q(segments__state__in=sorted(DONE_SEGMENTS)))
    )


def progress_of(job: TranslationJob) -> tuple[int, int]:
    """(segments done, segments) of one job, in one query."""
    found = job.segments.aggregate(total=Count("pk"), done=Count("pk", filter=Q(state__in=sorted(DONE_SEGMENTS))))
    return found["done"], found["total"]


def _cell(item: ContentItem, code: str, approval: Approval | None, job: TranslationJob | None) -> Cell:
    if code == item.source_orthography:
        return Cell(code, TranslationState.SOURCE, approval=approval)
    if approval is not None and not is_outdated(approval):
        return Cell(code, TranslationState.UP_TO_DATE, job, approval)
    if job is not None and not job_is_outdated(job):
        state = TranslationState.IN_REVIEW if job.state == JobState.IN_REVIEW else TranslationState.IN_TRANSLATION
        return Cell(code, state, job, approval)
    if approval is not None or job is not None:
        return Cell(code, TranslationState.OUTDATED, job, approval)
    return Cell(code, TranslationState.MISSING)
