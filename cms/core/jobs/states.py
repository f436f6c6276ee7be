"""The one transition table of a job."""

from cms.core.errors import Conflict
from cms.core.models.jobs import JobState

TRANSITIONS: dict[str, frozenset[str]] = {
    JobState.DUE: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    # RUNNING → DUE: a retry, or the reaper found the lease run out.
    JobState.RUNNING: frozenset({JobState.DONE, JobState.DUE, JobState.FAILED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.DUE}),
    JobState.CANCELLED: frozenset({JobState.DUE}),
}
FINAL = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


def check(before: str, after: str) -> None:
    """Raise Conflict unless the table allows `before` → `after`."""
    if after not in TRANSITIONS[before]:
        raise Conflict(f"job cannot go from {before} to {after}")
