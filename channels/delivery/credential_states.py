"""The one transition table of a key, and the one function that moves a row along it.

healthy ─▶ expiring ─▶ refreshing ─▶ healthy (the next secret is stored)
   │           │            ├─▶ expiring (not reached; the present secret still works)
   │           │            ├─▶ refreshing (taken over from a worker that died, once)
   └───────────┴────────────┴─▶ reauth_needed ─▶ healthy (a person gave a new key, or a test went well)
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from channels.delivery.contract import channel_for
from channels.delivery.enums import CredentialState as C
from channels.delivery.models import Credential
from cms.core import clock
from cms.core.errors import Conflict

TRANSITIONS: dict[str, frozenset[str]] = {
    # HEALTHY → HEALTHY: a person replaced a key that worked.
    C.HEALTHY: frozenset({C.HEALTHY, C.EXPIRING, C.REFRESHING, C.REAUTH_NEEDED}),
    # EXPIRING → EXPIRING: when to try the next renewal changed.
    C.EXPIRING: frozenset({C.HEALTHY, C.EXPIRING, C.REFRESHING, C.REAUTH_NEEDED}),
    C.REFRESHING: frozenset({C.HEALTHY, C.EXPIRING, C.REFRESHING, C.REAUTH_NEEDED}),
    # HEALTHY only: nothing but a working key ends this.
    C.REAUTH_NEEDED: frozenset({C.HEALTHY}),
}
# `refresh_owner` is "<how many calls with the present renewal key may have left>:<who>"; this one waits to be taken up.
ASKED = "asked"


def check(before: str, after: str) -> None:
    """Raise Conflict unless the table allows `before` → `after`."""
    if after not in TRANSITIONS[before]:
        raise Conflict(f"a key cannot go from {before} to {after}")


def move(row: Credential, to: str, *, origins: Iterable[str], only: Q | None = None, **fields: Any) -> bool:
    """True when the row, still of the same generation, went from one of `origins` to `to`, with `fields` written along.

    False means that somebody was quicker and the caller must stop. Leaving REFRESHING forgets who was at it, unless
    `fields` says otherwise; `changed_at` is written when the state is another one.
    """
    origins = tuple(origins)
    for origin in origins:
        check(origin, to)
    fields.setdefault("refresh_owner", "")
    fields.setdefault("refresh_lease_until", None)
    if row.state != to:
        fields.setdefault("changed_at", clock.now())
    rows = Credential.objects.filter(pk=row.pk, generation=row.generation, state__in=origins)
    if only is not None:
        rows = rows.filter(only)
    if rows.update(state=to, **fields) != 1:
        return False
    row.state = to
    for name, value in fields.items():
        setattr(row, name, value)
    return True


def tries_of(row: Credential) -> int:
    """How many calls with the present renewal key may have reached the other side."""
    number, _colon, _who = row.refresh_owner.partition(":")
    return int(number) if number.isdigit() else 0


def can_renew(credential: Credential) -> bool:
    """True when the channel renews keys and this one has a renewal key; it is not decrypted for the question."""
    try:
        renews = channel_for(credential.kind).renew_before is not None
    except KeyError:
        return False
    return renews and bool(credential.__dict__.get("refresh_secret"))
