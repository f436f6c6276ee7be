"""Claiming rows of work: one function, two engines, used by jobs and deliveries alike.

A claim is a lease plus a fencing token. `attempt` is counted up when the row is claimed, so it is both the number of
tries (a poisonous row is bounded) and the token: whoever lost the row to somebody else updates nothing, because every
later write goes through `fenced()`.

PostgreSQL locks the candidates with FOR UPDATE SKIP LOCKED. SQLite ignores that clause without a word, so there the
IMMEDIATE transaction (settings) is the lock and the conditional UPDATE is the proof. The statement is the same.
"""

import os
import secrets
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections, models, router, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Claimable(models.Model):
    """A row that workers take, one at a time. The subclass owns `state`."""

    not_before = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True, editable=False)
    owner = models.CharField(max_length=80, blank=True, editable=False)
    attempt = models.PositiveIntegerField(_("attempt"), default=0, editable=False)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Claimable)


def new_owner() -> str:
    """A name for a worker that no other worker, process or restart shares: host, process, random."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


def default_lease() -> timedelta:
    """How long a claim holds without a word (settings.CONG_LEASE_SECONDS; one second in tests)."""
    return timedelta(seconds=settings.CONG_LEASE_SECONDS)


def claim_due(
    model: type[Row],
    *,
    now: datetime,
    limit: int,
    owner: str,
    due_states: Iterable[str],
    claimed_state: str,
    lease: timedelta | None = None,
    order_by: Iterable[str] = ("not_before", "id"),
    where: models.Q | None = None,
) -> list[Row]:
    """The rows that this owner holds from now until `now + lease`; at most `limit`, earliest first.

    A row is due when its state is among `due_states` and `not_before` has come. The returned instances carry the new
    state, owner, attempt and lease. Rows that somebody else is taking at this moment are passed over.
    """
    if limit <= 0:
        return []
    alias = router.db_for_write(model)
    until = now + (lease or default_lease())
    candidates = model._default_manager.using(alias).filter(state__in=list(due_states), not_before__lte=now)
    if where is not None:
        candidates = candidates.filter(where)
    with transaction.atomic(using=alias):
        if connections[alias].features.has_select_for_update_skip_locked:
            candidates = candidates.select_for_update(skip_locked=True, of=("self",))
        rows = list(candidates.order_by(*order_by)[:limit])
        if not rows:
            return []
        changed = (
            model._default_manager.using(alias)
            .filter(pk__in=[row.pk for row in rows], state__in=list(due_states))
            .update(state=claimed_state, owner=owner, lease_until=until, attempt=F("attempt") + 1)
        )
        if changed != len(rows):  # cannot happen while the lock holds; if it does, nobody has claimed anything
            raise RuntimeError(f"claimed {changed} of {len(rows)} {model._meta.label} rows")
    for row in rows:
        values: dict[str, Any] = {
            "state": claimed_state,
            "owner": owner,
            "lease_until": until,
            "attempt": row.attempt + 1,
        }
        for name, value in values.items():
            setattr(row, name, value)
    return rows


def fenced(row: Row, *states: str) -> "models.QuerySet[Row]":
    """The row itself, but only while it is still this claim's: same owner, same attempt, one of `states`.

    Every write after a claim is `fenced(row, …).update(…)`; 0 rows updated means that the lease was lost and the
    writer must stop without a further word.
    """
    return type(row)._default_manager.filter(  # type: ignore[return-value]
        pk=row.pk, owner=row.owner, attempt=row.attempt, state__in=states
    )


def extend_lease(row: Row, *states: str, now: datetime, lease: timedelta | None = None) -> bool:
    """True when the claim still held and now holds for another `lease`: the heartbeat of long work."""
    until = now + (lease or default_lease())
    if fenced(row, *states).update(lease_until=until) != 1:
        return False
    row.lease_until = until
    return True


def overdue(now: datetime) -> models.Q:
    """The lease ran out at `now`, or it ends later than any lease given by this clock: the clock was set back.

    Without the second half a wall clock corrected by an hour would leave a dead worker's rows alone for that hour. A
    worker that lives and loses its row this way writes nothing more (`fenced`).
    """
    return models.Q(lease_until__lt=now) | models.Q(lease_until__gt=now + 2 * default_lease())


def expired(model: type[Row], *states: str, now: datetime) -> "models.QuerySet[Row]":
    """Rows in `states` whose lease is overdue at `now`: their worker died or lost the line."""
    return model._default_manager.filter(overdue(now), state__in=states)
