"""Opening jobs, giving them to people, and taking over a newer source."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem
from campaigns.selectors import current_approval
from campaigns.services import items
from cms.core import audit, clock, languages
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.models import Role
from cms.core.permissions import has_role
from translations.enums import ACTIVE_JOBS, JobOrigin, JobState, SegmentState
from translations.models import Segment, TranslationJob
from translations.permissions import may_manage, may_type
from translations.pseudo import trial_text
from translations.segments import SourceSegment, extract, rebuild
from translations.services.moves import locked, move


@transaction.atomic
def open_job(
    *,
    item: ContentItem,
    orthography: str,
    user: Any,
    translator: Any = None,
    reviewer: Any = None,
    due: date | None = None,
) -> TranslationJob:
    """A job with one segment for each piece of text of the approved source.

    What was translated before and has not changed in the source is carried over; what changed keeps its old target
    beside the new source. Raises NotAllowed, BadInput (language, people), NotReady (source not approved), Conflict
    (a job is under way).
    """
    if not may_manage(user):
        raise NotAllowed(_("You may not open translation jobs."))
    source = _approved_source(item, orthography)
    _check_people(orthography, translator, reviewer)
    if TranslationJob.objects.filter(
        item=item, orthography=orthography, state__in=ACTIVE_JOBS, origin=JobOrigin.HUMAN
    ).exists():
        raise Conflict(_("A translation job for this language is under way already."))
    job = TranslationJob.objects.create(
        item=item, orthography=orthography, source_approval=source, translator=translator, reviewer=reviewer, due=due,
        opened_by=user, opened_at=clock.now(),
    )  # fmt: skip
    _write_segments(job, extract(source.payload), _last_approved_segments(item, orthography))
    audit.record(job, "translations.job.open", user=user, data=_facts(job))
    return job


@transaction.atomic
def assign_job(
    *, job: TranslationJob, user: Any, translator: Any = None, reviewer: Any = None, due: date | None = None
) -> TranslationJob:
    """The job with these people and this date. Raises NotAllowed, BadInput (wrong language, one person for both)."""
    if not may_manage(user):
        raise NotAllowed(_("You may not give translation jobs to people."))
    fresh = locked(job)
    if not fresh.is_active:
        raise Conflict(_("This job is finished."))
    _check_people(fresh.orthography, translator, reviewer)
    fresh.translator, fresh.reviewer, fresh.due = translator, reviewer, due
    fresh.save(update_fields=["translator", "reviewer", "due"])
    audit.record(fresh, "translations.job.assign", user=user, data=_facts(fresh))
    return fresh


@transaction.atomic
def refresh_job(*, job: TranslationJob, user: Any) -> int:
    """Bind an unfinished job to the source that is approved now; gives the number of segments to look at again.

    Targets of unchanged segments stay; of changed ones too, beside the new source, until somebody saves them anew. A
    job that waited for review goes back to translation when anything changed. Raises NotAllowed, NotReady, Conflict.
    """
    fresh = locked(job)
    if not fresh.is_active:
        raise Conflict(_("This job is finished."))
    if not (may_manage(user) or may_type(user, fresh) or user.pk == fresh.translator_id):
        raise NotAllowed(_("You may not change this job."))
    source = _approved_source(fresh.item, fresh.orthography)
    if source.pk == fresh.source_approval_id:
        return 0
    old = list(fresh.segments.all())
    fresh.segments.all().delete()
    fresh.source_approval = source
    fresh.save(update_fields=["source_approval"])
    todo = _write_segments(fresh, extract(source.payload), old, kept=None)
    if todo and fresh.state == JobState.IN_REVIEW:
        move(fresh, JobState.IN_TRANSLATION)
    audit.record(fresh, "translations.job.refresh", user=user, data=_facts(fresh) | {"segments": todo})
    job.state, job.source_approval = fresh.state, source
    return todo


@transaction.atomic
def cancel_job(*, job: TranslationJob, user: Any) -> TranslationJob:
    """The job, cancelled; what was typed stays on its rows. Raises NotAllowed, Conflict when it is finished."""
    if not may_manage(user):
        raise NotAllowed(_("You may not cancel translation jobs."))
    fresh = locked(job)
    move(fresh, JobState.CANCELLED)
    audit.record(fresh, "translations.job.cancel", user=user, data=_facts(fresh))
    return fresh


@transaction.atomic
def make_pseudo(*, item: ContentItem, orthography: str, user: Any = None, with_page: bool = True) -> TranslationJob:
    """A job full of trial text ("bản thử, chưa dịch") and, on request, the draft page that shows it.

    It can never be approved: the database refuses, and so does handing in such a page. Made once for each source.
    """
    source = _approved_source(item, orthography)
    job, made = TranslationJob.objects.get_or_create(
        item=item, orthography=orthography, source_approval=source, origin=JobOrigin.PSEUDO,
        defaults={"state": JobState.IN_TRANSLATION, "opened_by": user, "opened_at": clock.now()},
    )  # fmt: skip
    if not made:
        return job
    segments = extract(source.payload)
    targets = {segment.key: trial_text(segment, orthography) for segment in segments}
    Segment.objects.bulk_create(_row(job, segment, targets[segment.key], SegmentState.TYPED) for segment in segments)
    if with_page:
        words = rebuild(source.payload, targets)
        items.draft_page(item, orthography=orthography, user=user, **words)
    audit.record(job, "translations.job.pseudo", user=user, data=_facts(job))
    return job


def _approved_source(item: ContentItem, orthography: str) -> Approval:
    if orthography not in languages.ORTHOGRAPHIES:
        raise BadInput(_("This written language is not set up here."))
    if orthography == item.source_orthography:
        raise BadInput(_("The text is written in this language; there is nothing to translate."))
    source = current_approval(item, item.source_orthography)
    if source is None or source.status != ApprovalStatus.APPROVED:
        raise NotReady(_("The source is not approved yet. Translation begins from approved words only."))
    return source


def _check_people(orthography: str, translator: Any, reviewer: Any) -> None:
    if translator is not None and not has_role(translator, Role.TRANSLATOR, orthography=orthography):
        raise BadInput(_("%s does not translate into this language.") % translator)
    if reviewer is not None and not has_role(reviewer, Role.REVIEWER, orthography=orthography):
        raise BadInput(_("%s does not review this language.") % reviewer)
    if translator is not None and translator == reviewer:
        raise BadInput(_("Translator and reviewer must be two people."))


def _last_approved_segments(item: ContentItem, orthography: str) -> list[Segment]:
    last = (
        TranslationJob.objects.filter(item=item, orthography=orthography, state=JobState.APPROVED)
        .order_by("-decided_at", "-pk")
        .first()
    )
    return list(last.segments.all()) if last else []


def _write_segments(
    job: TranslationJob, sources: list[SourceSegment], old: list[Segment],
    kept: str | None = SegmentState.CARRIED,
) -> int:  # fmt: skip
    """Create the job's segments, carrying targets of ``old``; gives how many need a translator.

    The same key and text keep target and state (``kept`` says another state); the same text elsewhere carries its
    target; the same key with other text keeps its target beside the new source, as stale.
    """
    by_key = {segment.key: segment for segment in old}
    by_hash = {segment.source_hash: segment for segment in reversed(old) if segment.target}
    rows: list[Segment] = []
    for source in sources:
        same = by_key.get(source.key)
        if same is None or same.source_hash != source.source_hash:
            twin = by_hash.get(source.source_hash)
            same = twin or same
        if same is None or not same.target:
            rows.append(_row(job, source, "", SegmentState.EMPTY))
        elif same.source_hash == source.source_hash and same.state != SegmentState.STALE:
            row = _row(job, source, same.target, kept or same.state)
            row.updated_by, row.updated_at, row.version = same.updated_by, same.updated_at, same.version
            rows.append(row)
        else:
            row = _row(job, source, same.target, SegmentState.STALE)
            stale_before = same.state == SegmentState.STALE and same.previous_source
            row.previous_source = same.previous_source if stale_before else same.source
            row.updated_by, row.updated_at, row.version = same.updated_by, same.updated_at, same.version
            rows.append(row)
    Segment.objects.bulk_create(rows)
    return sum(1 for row in rows if row.state in {SegmentState.EMPTY, SegmentState.STALE})


def _row(job: TranslationJob, source: SourceSegment, target: str, state: str) -> Segment:
    return Segment(
        job=job, key=source.key, order=source.order, kind=source.kind, source=source.text, tags=source.tags,
        source_hash=source.source_hash, target=target, state=state,
    )  # fmt: skip


def _facts(job: TranslationJob) -> dict[str, Any]:
    return {
        "item_id": job.item_id, "orthography": job.orthography, "source_approval_id": job.source_approval_id,
        "translator_id": job.translator_id, "reviewer_id": job.reviewer_id, "origin": job.origin,
    }  # fmt: skip
