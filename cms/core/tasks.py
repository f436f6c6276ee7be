"""Doorbells of the ground: fetch, call the service, nothing else."""

from celery import shared_task

from cms.core import ticks
from cms.core.ticks import register_tick


@shared_task(name="core.run_jobs", ignore_result=True)
def run_jobs() -> int:
    """Run jobs that are due."""
    from cms.core import jobs

    return jobs.run_due(limit=5)


def _ring_for_jobs() -> None:
    from cms.core import clock
    from cms.core.models.jobs import Job, JobState

    if Job.objects.filter(state=JobState.DUE, not_before__lte=clock.now()).exists():
        ticks.ring(run_jobs)


def _reap_jobs() -> None:
    from cms.core import jobs

    jobs.reap()


register_tick("core.jobs", every=1.0, run=_ring_for_jobs)
register_tick("core.reap_jobs", every=5.0, run=_reap_jobs)


def _sync_groups() -> None:
    from cms.core.services.memberships import sync_all_groups

    sync_all_groups()


register_tick("core.sync_groups", every=3600.0, run=_sync_groups)
