"""The one transition table of a delivery, and the one function that moves a row along it.

scheduled ─▶ leased ─▶ sending ─▶ sent
    ▲          │          ├─▶ unconfirmed ─▶ sent | scheduled (a person decides)
    │          │          ├─▶ retry_wait | scheduled (not applied) | held | failed | expired
    └──────────┘ reaped before intent
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from cms.core import statements
from cms.core.claims import fenced
from cms.core.errors import Conflict

TRANSITIONS: dict[str, frozenset[str]] = {
    S.SCHEDULED: frozenset({S.LEASED, S.HELD, S.EXPIRED, S.CANCELLED, S.SUPERSEDED}),
    S.RETRY_WAIT: frozenset({S.LEASED, S.HELD, S.EXPIRED, S.CANCELLED, S.SUPERSEDED}),
    # LEASED → SCHEDULED: no room in the budget, or the worker died before its intent.
    # LEASED → SENT: the reply to an earlier attempt came after all; nothing is sent again.
    S.LEASED: frozenset(
        {S.SENDING, S.SENT, S.SCHEDULED, S.RETRY_WAIT, S.HELD, S.FAILED, S.EXPIRED, S.CANCELLED, S.SUPERSEDED}
    ),
    # SENDING → SCHEDULED: asked to wait (nothing applied), or an idempotent channel whose worker died.
    S.SENDING: frozenset({S.SENT, S.UNCONFIRMED, S.RETRY_WAIT, S.SCHEDULED, S.HELD, S.FAILED, S.EXPIRED}),
    # UNCONFIRMED → SENT: a person saw it, or the slow worker's own receipt came after the reaper.
    S.UNCONFIRMED: frozenset({S.SENT, S.SCHEDULED, S.CANCELLED}),
    S.HELD: frozenset({S.SCHEDULED, S.EXPIRED, S.CANCELLED, S.SUPERSEDED}),
    S.FAILED: frozenset({S.SCHEDULED, S.CANCELLED}),
    S.SENT: frozenset(),
    S.EXPIRED: frozenset(),
    S.CANCELLED: frozenset(),
    S.SUPERSEDED: frozenset(),
}


def check(before: str, after: str) -> None:
    """Raise Conflict unless the table allows `before` → `after`."""
    if after not in TRANSITIONS[before]:
        raise Conflict(f"a delivery cannot go from {before} to {after}")


def move(
    row: Delivery, to: str, *, origins: Iterable[str], by_claim: bool = True, only: Q | None = None, **fields: Any
) -> bool:
    """True when the row went from one of `origins` to `to`, with `fields` written along.

    `by_claim` guards with the fencing token of the claim in `row`: False means that the claim was lost and the caller
    must stop. Without it the state alone guards (people's verbs). `only` narrows further (the reaper: lease still run
    out). Leaving the worker's hands clears the lease.
    """
    origins = tuple(origins)
    for origin in origins:
        check(origin, to)
    if to not in (S.LEASED, S.SENDING):
        fields.setdefault("lease_until", None)
    if only is not None:
        rows = fenced(row, *origins) if by_claim else Delivery.objects.filter(pk=row.pk, state__in=origins)
        changed = rows.filter(only).update(state=to, **fields)
    else:
        token = {"owner": row.owner, "attempt": row.attempt} if by_claim else {}
        changed = statements.update(
            Delivery, where={"id": row.pk, "state": origins, **token}, values={"state": to, **fields}
        )
    if changed != 1:
        return False
    row.state = to
    for name, value in fields.items():
        setattr(row, name, value)
    return True
