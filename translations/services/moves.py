"""The one way a job's state changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cms.core.errors import Conflict
from translations.enums import JOB_TRANSITIONS, JobState
from translations.models import TranslationJob


def locked(job: TranslationJob) -> TranslationJob:
    """The job as it stands in the database, locked for this transaction."""
    return (
        TranslationJob.objects.select_for_update(of=("self",))
        .select_related("item__campaign", "source_approval")
        .get(pk=job.pk)
    )


def move(job: TranslationJob, to: str, **changes: Any) -> None:
    """Change the state by the transition table as one conditional UPDATE, with ``changes`` of other columns.

    Raises Conflict when the table does not allow it, or when somebody else moved the job meanwhile.
    """
    before = job.state
    if to not in JOB_TRANSITIONS[before]:
        raise Conflict(
            _("This job is “%(before)s” and cannot become “%(after)s”.")
            % {"before": job.get_state_display(), "after": JobState(to).label},
            job_id=job.pk,
        )
    if TranslationJob.objects.filter(pk=job.pk, state=before).update(state=to, **changes) != 1:
        raise Conflict(_("Somebody else changed this job just now. Please load it again."), job_id=job.pk)
    job.state = to
    for name, value in changes.items():
        setattr(job, name, value)
