"""Verbs on jobs: ask for one, run what is due, take back what a dead worker held."""

import logging
import random
import threading
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from cms.core import audit, claims, clock, shutdown
from cms.core.errors import CongError
from cms.core.jobs import states
from cms.core.jobs.registry import Progress, handler_for
from cms.core.models.jobs import Job, JobState

logger = logging.getLogger(__name__)

# 15 s · 2ⁿ with full jitter, at most half an hour: a job's fault is mostly a full disk or a busy machine.
_BACKOFF_FIRST = 15.0
_BACKOFF_CAP = 1800.0


def enqueue(
    kind: str,
    *,
    key: str,
    payload: dict[str, Any] | None = None,
    user: Any = None,
    not_before: datetime | None = None,
    max_attempts: int = 5,
) -> Job:
    """The job with this `key`, made now unless it is already there: asking twice is asking once.

    May be called inside the caller's transaction, so that the wish and its reason are kept or lost together.
    """
    at = clock.now()
    job, made = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": payload or {},
            "created_by": user,
            "created_at": at,
            "not_before": not_before or at,
            "max_attempts": max_attempts,
        },
    )
    if made:
        logger.info("job enqueued", extra={"event": "job_enqueued", "job_id": job.pk, "kind": kind})
    return job


def run_due(limit: int = 10, *, owner: str | None = None) -> int:
    """Run what is due in this process, one job after the other; returns how many were taken.

    A process that was asked to end takes up no more: the next one stays due for somebody else.
    """
    owner = owner or claims.new_owner()
    taken = 0
    while taken < limit and not shutdown.is_asked():
        # One at a time: a job held in hand while another runs would outlive its lease.
        rows = claims.claim_due(
            Job, now=clock.now(), limit=1, owner=owner, due_states=[JobState.DUE], claimed_state=JobState.RUNNING
        )
        if not rows:
            break
        run_job(rows[0])
        taken += 1
    return taken


def run_job(job: Job) -> None:
    """Do a job that this worker has claimed, and write down how it ended. Never raises for the job's own fault."""
    function = handler_for(job.kind)
    if function is None:
        _finish(job, JobState.FAILED, error=f"no handler for kind {job.kind!r}")
        return
    stop = threading.Event()
    beat = threading.Thread(target=_keep_lease, args=(job, stop), daemon=True, name=f"job-{job.pk}-lease")
    beat.start()
    try:
        result = function(job, Progress(job))
    except CongError as error:
        _finish(job, JobState.FAILED, error=error.message)
    except Exception as error:  # noqa: BLE001 - whatever a job does wrong is recorded on its row and logged whole
        logger.exception("job failed", extra={"event": "job_failed", "job_id": job.pk, "kind": job.kind})
        _retry_later(job, f"{type(error).__name__}: {error}")
    else:
        _finish(job, JobState.DONE, result=result)
    finally:
        stop.set()
        beat.join(timeout=5)


def reap(*, now: datetime | None = None) -> int:
    """Make due again what a dead worker held, or fail it when its attempts are used up; returns how many."""
    now = now or clock.now()
    count = 0
    for job in claims.expired(Job, JobState.RUNNING, now=now):
        if job.attempt >= job.max_attempts:
            _finish(job, JobState.FAILED, error="the worker died at every attempt")
        else:
            claims.fenced(job, JobState.RUNNING).update(state=JobState.DUE, owner="", lease_until=None)
        logger.warning("job reaped", extra={"event": "job_reaped", "job_id": job.pk, "attempt": job.attempt})
        count += 1
    return count


@transaction.atomic
def retry(job: Job, *, user: Any) -> None:
    """Make a failed or cancelled job due again, with a fresh count of attempts. Raises Conflict otherwise."""
    fresh = Job.objects.get(pk=job.pk)
    states.check(fresh.state, JobState.DUE)
    Job.objects.filter(pk=fresh.pk, state=fresh.state).update(
        state=JobState.DUE, attempt=0, owner="", lease_until=None, not_before=clock.now(), last_error=""
    )
    audit.record(fresh, "core.job.retry", user=user, data={"kind": fresh.kind})


@transaction.atomic
def cancel(job: Job, *, user: Any) -> None:
    """Take back a job that nobody has begun. Raises Conflict once it runs."""
    fresh = Job.objects.get(pk=job.pk)
    states.check(fresh.state, JobState.CANCELLED)
    Job.objects.filter(pk=fresh.pk, state=JobState.DUE).update(state=JobState.CANCELLED, finished_at=clock.now())
    audit.record(fresh, "core.job.cancel", user=user, data={"kind": fresh.kind})


def _finish(job: Job, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    states.check(JobState.RUNNING, state)
    changed = claims.fenced(job, JobState.RUNNING).update(
        state=state, result=result, last_error=error[:4000], finished_at=clock.now(), owner="", lease_until=None
    )
    event = "job_finished" if changed else "job_lost"
    logger.info("job ended", extra={"event": event, "job_id": job.pk, "kind": job.kind, "state": state})


def _retry_later(job: Job, error: str) -> None:
    if job.attempt >= job.max_attempts:
        _finish(job, JobState.FAILED, error=error)
        return
    pause = random.uniform(1.0, min(_BACKOFF_CAP, _BACKOFF_FIRST * 2 ** (job.attempt - 1)))
    claims.fenced(job, JobState.RUNNING).update(
        state=JobState.DUE,
        owner="",
        lease_until=None,
        last_error=error[:4000],
        not_before=clock.now() + timedelta(seconds=pause),
    )


def _keep_lease(job: Job, stop: threading.Event) -> None:
    """Extend the lease at a third of its length until the work ends; a fresh connection, as this is a thread."""
    from django.db import connection

    held = Job(pk=job.pk, owner=job.owner, attempt=job.attempt)
    try:
        while not stop.wait(claims.default_lease().total_seconds() / 3):
            if not claims.extend_lease(held, JobState.RUNNING, now=clock.now()):
                return
    finally:
        connection.close()
