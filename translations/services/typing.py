"""Typing: one segment at a time, each save a small transaction of its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import Conflict, NotAllowed
from cms.core.text import clean
from translations.enums import JobState, SegmentState
from translations.models import Segment, TranslationJob, Typist
from translations.permissions import may_type
from translations.services.moves import locked, move

# More than any segment of ours can hold; a paste of a whole book is an accident.
MAX_TARGET = 20_000


@transaction.atomic
def save_segment(*, segment: Segment, target: str, user: Any, version: int | None = None) -> Segment:
    """The segment with this target (NFC, without control characters); "" empties it.

    ``version`` is the one the typist saw: Conflict when somebody saved another text since, with ``current`` and
    ``version`` in its details, so that both texts can be shown. The first save gives an open job to its typist. Raises
    NotAllowed for people of another language, for another's job, and while the job is being reviewed.

    Who typed is entered once for each job and person in the ledger that four eyes reads.
    """
    job = locked(segment.job)
    if not may_type(user, job):
        raise NotAllowed(_refusal(user, job))
    text = clean(target).strip()[:MAX_TARGET]
    fresh = Segment.objects.get(pk=segment.pk)
    if version is not None and version != fresh.version and text != fresh.target:
        raise Conflict(
            _("Somebody saved another text here meanwhile. Yours is kept in the box; compare the two."),
            current=fresh.target, version=fresh.version,
        )  # fmt: skip
    now = clock.now()
    _enter_typist(job, user)
    Segment.objects.filter(pk=fresh.pk).update(
        target=text, state=SegmentState.TYPED if text else SegmentState.EMPTY, version=F("version") + 1,
        updated_by=user, updated_at=now,
    )  # fmt: skip
    changes = {} if job.translator_id else {"translator": user}
    if job.state in {JobState.OPEN, JobState.RETURNED}:
        move(job, JobState.IN_TRANSLATION, **changes)
    fresh.refresh_from_db()
    return fresh


def _enter_typist(job: TranslationJob, user: Any) -> None:
    _row, made = Typist.objects.get_or_create(job=job, user=user, defaults={"first_at": clock.now()})
    if made:
        audit.record(job, "translations.job.type", user=user, data={"item_id": job.item_id})


def _refusal(user: Any, job: TranslationJob) -> str:
    if job.is_pseudo:
        return _("A trial text is not typed over.")
    if not job.is_editable:
        return _("This job is “%s”; it cannot be typed in now.") % job.get_state_display()
    if job.translator_id is not None and job.translator_id != user.pk:
        return _("This job is with %s.") % job.translator
    return _("You do not translate into this language.")
