"""Keys through their life: saved by a person, watched, refused, checked. Renewing them is in renewal.py."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from channels.delivery.contract import channel_for
from channels.delivery.credential_states import ASKED, can_renew, move, tries_of
from channels.delivery.enums import USABLE_CREDENTIALS
from channels.delivery.enums import CredentialState as C
from channels.delivery.errors import AuthFailed, SendError
from channels.delivery.models import Credential, Endpoint
from channels.delivery.permissions import require_administrator
from cms.core import audit, clock
from cms.core.errors import BadInput
from cms.core.text import nfc

logger = logging.getLogger(__name__)

# A key that nobody can renew is announced this long before it dies: a person has to find the time.
EXPIRY_NOTICE = timedelta(days=7)
# A key that is refused this soon after it was renewed is not mended by renewing it again ("refresh once, retry once").
FRESH = timedelta(minutes=10)
_ANY = frozenset(C)


@transaction.atomic
def save_credential(
    *,
    kind: str,
    name: str,
    secret: str = "",
    refresh_secret: str | None = None,
    app_secret: str | None = None,
    config: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
    refresh_expires_at: datetime | None = None,
    user: Any = None,
) -> Credential:
    """The key under this name, new or replaced; a new secret counts as working until the other side says otherwise.

    What is left out (`secret` empty, the others None) stays as it is stored; a new secret (renewal key) has the date that
    is given with it, None when nobody knows. Raises BadInput for an empty or unreadable key.
    """
    require_administrator(user)
    name = nfc(name).strip()[:120]
    known = Credential.objects.select_for_update().filter(kind=kind, name=name).first()
    parts = {"secret": secret, "refresh_secret": refresh_secret, "app_secret": app_secret}
    fields: dict[str, Any] = {part: _clean(value) for part, value in parts.items() if value is not None}
    if not fields["secret"]:
        if known is None:
            raise BadInput(_("The key is empty or cannot be read."))
        del fields["secret"]
    if config is not None:
        fields["config"] = config
    if known is None:
        dates = {"expires_at": expires_at, "refresh_expires_at": refresh_expires_at, "changed_at": clock.now()}
        known = Credential.objects.create(kind=kind, name=name, state=C.HEALTHY, **fields, **dates)
    elif "secret" in fields or fields.get("refresh_secret"):
        if "secret" in fields:
            fields["expires_at"] = expires_at
        if fields.get("refresh_secret"):
            fields["refresh_expires_at"] = refresh_expires_at
        since: dict[str, Any] = {"generation": known.generation + 1, "changed_at": clock.now(), "state_note": ""}
        move(known, C.HEALTHY, origins=_ANY, **since, **fields)
    elif fields or expires_at is not None:
        if expires_at is not None:
            fields["expires_at"] = expires_at
            # Whether it is soon is looked at again.
            move(known, C.HEALTHY, origins=[C.EXPIRING])
        Credential.objects.filter(pk=known.pk).update(**fields)
    audit.record(known, "delivery.credential.save", user=user, data={"kind": kind, "parts": sorted(fields)})
    return Credential.objects.get(pk=known.pk)


def _clean(secret: str) -> str:
    secret = secret.strip()
    if "\x00" in secret or "\n" in secret or "\r" in secret:
        raise BadInput(_("The key is empty or cannot be read."))
    return secret


def refused(credential: Credential, *, generation: int, note: str) -> bool:
    """Write down that the other side refuses the key of this `generation`; True when a newer one is stored meanwhile.

    A refusal of an older key says nothing about the present one: the delivery just goes again. The present one of a
    channel that renews is renewed once; anything else needs a person. Call it inside the transaction that moves the
    delivery.
    """
    fresh = Credential.objects.select_for_update().get(pk=credential.pk)
    if generation and generation < fresh.generation:
        return True
    if fresh.state in {C.REFRESHING, C.REAUTH_NEEDED}:
        return False
    now = clock.now()
    just_renewed = (
        fresh.generation > 1 and now - fresh.changed_at < FRESH and fresh.state_note == "renewed_after_refusal"
    )
    if can_renew(fresh) and not just_renewed:
        # Calls whose answer was lost still count: the renewal key may be spent.
        owner = f"{tries_of(fresh)}:{ASKED}"
        asked: dict[str, Any] = {"refresh_owner": owner, "refresh_lease_until": now, "state_note": note[:300]}
        if move(fresh, C.REFRESHING, origins=USABLE_CREDENTIALS, **asked):
            audit.record(fresh, "delivery.credential.refused", data={"note": note[:100], "renewal": True})
        return False
    mark_refused(fresh, note=note)
    return False


def mark_refused(credential: Credential, *, note: str, only: Q | None = None) -> None:
    """Write down that only a person can mend this key, and let it be known. Call it inside a transaction.

    `note` is a code of reasons.py or the other side's sentence; `only` narrows to a row that somebody still holds.
    """
    origins = _ANY - {C.REAUTH_NEEDED}
    if move(credential, C.REAUTH_NEEDED, origins=origins, only=only, state_note=note[:300]):
        audit.record(credential, "delivery.credential.refused", data={"note": note[:100]})
        logger.error(
            "key needs a person",
            extra={"event": "credential_refused", "credential_id": credential.pk, "channel": credential.kind},
        )


def watch(*, now: datetime | None = None) -> int:
    """Move keys along with time: soon to expire, expired; returns how many moved. A tick over a handful of rows."""
    now = now or clock.now()
    count = 0
    for row in Credential.objects.filter(state__in=USABLE_CREDENTIALS, expires_at__lte=now + EXPIRY_NOTICE):
        left = row.expires_at - now if row.expires_at is not None else EXPIRY_NOTICE
        if row.state == C.HEALTHY and left <= notice_of(row):
            count += move(row, C.EXPIRING, origins=[C.HEALTHY])
        if row.state == C.EXPIRING and left <= timedelta(0) and not can_renew(row):
            with transaction.atomic():
                mark_refused(row, note="key_expired")
            count += 1
    return count


def notice_of(credential: Credential) -> timedelta:
    """How long before its end a key counts as expiring: when it is renewed, or when a person should be told."""
    if can_renew(credential):
        return channel_for(credential.kind).renew_before or EXPIRY_NOTICE
    return EXPIRY_NOTICE


def check_connection(endpoint: Endpoint, *, user: Any = None) -> str:
    """What the channel says about who answered (a sentence); nothing is sent. Call it outside any transaction.

    The answer is written on the key: the moment, a key that works again, a key that is refused. Raises SendError when
    the other side cannot be asked or refuses, CongError when there is nothing to ask.
    """
    require_administrator(user)
    credential = endpoint.credential
    try:
        said = channel_for(endpoint.kind).test_connection(endpoint, credential.secret if credential else "")
    except AuthFailed as error:
        if credential is not None:
            with transaction.atomic():
                refused(credential, generation=credential.generation, note=error.reason)
        raise
    except SendError as error:
        facts = {"event": "connection_not_tested", "endpoint_id": endpoint.pk, "class": error.outcome}
        logger.info("connection not tested", extra=facts)
        raise
    if credential is not None:
        _answered(credential, user)
    return said


@transaction.atomic
def _answered(credential: Credential, user: Any) -> None:
    now = clock.now()
    Credential.objects.filter(pk=credential.pk, generation=credential.generation).update(checked_at=now)
    expired = Q(expires_at__isnull=False, expires_at__lte=now)
    if move(credential, C.HEALTHY, origins=[C.REAUTH_NEEDED], only=~expired, state_note="", checked_at=now):
        audit.record(credential, "delivery.credential.save", user=user, data={"works_again": True})
