"""Which function does which kind of job."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cms.core import claims, clock
from cms.core.errors import Conflict

if TYPE_CHECKING:
    from cms.core.models import Job


class Progress:
    """What a handler uses to say how far it is. Saying it also keeps the lease."""

    def __init__(self, job: "Job") -> None:
        self.job = job

    def __call__(self, done: int, total: int) -> None:
        """Record `done` of `total` and extend the lease. Raises Conflict when the job was lost to another worker."""
        changed = claims.fenced(self.job, "running").update(
            progress_done=done, progress_total=total, lease_until=clock.now() + claims.default_lease()
        )
        if changed != 1:
            raise Conflict("the job's lease was lost", job_id=self.job.pk)


Handler = Callable[["Job", Progress], dict[str, Any] | None]
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: this function does jobs of `kind`. It is called outside any transaction, may be called twice for
    one job, returns JSON for `job.result` or None, and raises CongError for failures that trying again cannot mend."""

    def register(function: Handler) -> Handler:
        if kind in _handlers and _handlers[kind] is not function:
            raise RuntimeError(f"two handlers for job kind {kind!r}")
        _handlers[kind] = function
        return function

    return register


def handler_for(kind: str) -> Handler | None:
    """The function for `kind`, or None when no room registered one."""
    return _handlers.get(kind)
