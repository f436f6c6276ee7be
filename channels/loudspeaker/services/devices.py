"""Devices and their tokens: 256 bits, shown once, kept only as SHA-256 (reliability.md 2.6)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import BadInput
from cms.core.text import nfc

from ..models import Device, Station


def token_hash(token: str) -> str:
    """What is kept of a token. 256 random bits need no slow hash (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def register_device(*, station: Station, name: str, user: Any) -> tuple[Device, str]:
    """A new device and its token, which cannot be shown again."""
    name = nfc(name).strip()
    if not name:
        raise BadInput(_("Give the device a name, for example where its loudspeaker hangs."))
    token = secrets.token_urlsafe(32)
    device = Device.objects.create(
        station=station, name=name[:120], token_sha256=token_hash(token), token_issued_at=clock.now()
    )
    audit.record(device, "loudspeaker.device.register", user=user, data={"station": station.pk})
    return device, token


@transaction.atomic
def rotate_token(device: Device, *, user: Any) -> str:
    """A new token for the device; the old one stops working at once."""
    token = secrets.token_urlsafe(32)
    device.token_sha256, device.token_issued_at = token_hash(token), clock.now()
    device.save(update_fields=["token_sha256", "token_issued_at"])
    audit.record(device, "loudspeaker.device.rotate", user=user)
    return token


@transaction.atomic
def retire_device(device: Device, *, user: Any) -> Device:
    """The device out of service: its token opens nothing, its reports stay."""
    device.active = False
    device.save(update_fields=["active"])
    audit.record(device, "loudspeaker.device.retire", user=user)
    return device
