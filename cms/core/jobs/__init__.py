"""Jobs: every piece of work that is not a delivery, as a row claimed with the same lease and fencing."""

from cms.core.jobs.registry import Progress, handler
from cms.core.jobs.services import cancel, enqueue, reap, retry, run_due, run_job

__all__ = ["Progress", "cancel", "enqueue", "handler", "reap", "retry", "run_due", "run_job"]
