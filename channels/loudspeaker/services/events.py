"""What devices report: in batches, perhaps twice, perhaps late, perhaps with a wrong clock."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cms.core import clock
from cms.core.errors import BadInput

from ..enums import PlayKind
from ..models import Device, Manifest, PlannedSlot, PlayEvent
from .reconciling import settle

LARGEST_BATCH = 500
SHA256 = re.compile(r"[0-9a-f]{64}")
REASON = re.compile(r"[a-z0-9_]{0,40}")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 2**31 - 1
LARGEST_OFFSET_MS = 200 * 366 * 86_400_000  # two centuries: more is not a clock but a fault


@dataclass(slots=True)
class Received:
    """What became of a batch: ids that need not be sent again, ids that will never be taken and why."""

    acknowledged: list[str] = field(default_factory=list)
    duplicates: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def receive_events(*, device: Device, events: Any, device_time: Any = None, now: datetime | None = None) -> Received:
    """Keep the batch; the same event again changes nothing, a bad one is refused by itself and stops no other.

    `device_time` is the device's uncorrected time of sending: it corrects events of a device that did not yet know how
    wrong its clock was. Raises BadInput when the batch as a whole cannot be used.
    """
    now = now or clock.now()
    if not isinstance(events, Sequence) or isinstance(events, str | bytes):
        raise BadInput(_("“events” must be a list."))
    if len(events) > LARGEST_BATCH:
        raise BadInput(_("At most %(count)s events at once.") % {"count": LARGEST_BATCH})
    batch_offset = _batch_offset(device_time, now)
    result = Received()
    rows: dict[uuid.UUID, PlayEvent] = {}
    for raw in events:
        try:
            row = _read(device, raw, batch_offset, now)
        except _Refused as refusal:
            result.refused.append({"id": _id_of(raw), "code": refusal.code})
        else:
            if row.event_uuid in rows:
                result.duplicates += 1
            rows.setdefault(row.event_uuid, row)
    try:
        _store(device, dict(rows), result, now)
    except IntegrityError:
        # The same batch came in twice at once (a device that gave up waiting); now the other one is stored.
        _store(device, dict(rows), result, now)
    return result


@transaction.atomic
def receive_health(*, device: Device, body: Mapping[str, Any], now: datetime | None = None) -> int:
    """Keep the device's state; the highest sequence number it has reported, so that a new disk can go on from there."""
    now = now or clock.now()
    known = {}
    for name in ("audio_missing", "cache_bytes", "events_waiting", "manifest_version", "volume"):
        value = body.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
            known[name] = value
    if isinstance(body.get("clock_trusted"), bool):
        known["clock_trusted"] = body["clock_trusted"]
    offset = _batch_offset(body.get("device_time"), now)
    device.health, device.last_seen, device.clock_offset_ms = known, now, offset
    sha256 = body.get("manifest_sha256")
    if isinstance(sha256, str) and SHA256.fullmatch(sha256):
        device.last_manifest = Manifest.objects.filter(station=device.station_id, sha256=sha256).first()
    device.save(update_fields=["health", "last_seen", "clock_offset_ms", "last_manifest"])
    return device.events.aggregate(last=Max("sequence"))["last"] or 0


@transaction.atomic
def _store(device: Device, rows: dict[uuid.UUID, PlayEvent], result: Received, now: datetime) -> None:
    acknowledged: list[str] = []
    refused: list[dict[str, str]] = []
    known = dict(PlayEvent.objects.filter(event_uuid__in=list(rows)).values_list("event_uuid", "device_id"))
    for uid, owner in known.items():
        rows.pop(uid)
        if owner == device.pk:
            acknowledged.append(str(uid))
        else:
            refused.append({"id": str(uid), "code": "id_of_another_device"})
    sequences = [row.sequence for row in rows.values()]
    taken = set(device.events.filter(sequence__in=sequences).values_list("sequence", flat=True))
    slots = {
        slot.key: slot
        for slot in PlannedSlot.objects.filter(station=device.station_id, key__in={row.key for row in rows.values()})
    }
    fresh = []
    for row in rows.values():
        if row.sequence in taken:
            refused.append({"id": str(row.event_uuid), "code": "sequence_taken"})
            continue
        taken.add(row.sequence)
        row.slot = slots.get(row.key)
        fresh.append(row)
    PlayEvent.objects.bulk_create(fresh, batch_size=200)
    acknowledged += [str(row.event_uuid) for row in fresh]
    touched = {row.slot_id for row in fresh if row.slot_id}
    settle(PlannedSlot.objects.filter(pk__in=touched), now)
    if fresh:
        Device.objects.filter(pk=device.pk).update(last_seen=now)
    result.duplicates += len(acknowledged) - len(fresh)
    result.acknowledged += acknowledged
    result.refused += refused


def _read(device: Device, raw: Any, batch_offset: int | None, now: datetime) -> PlayEvent:
    if not isinstance(raw, Mapping):
        raise _Refused("not_an_object")
    kind, reason, key, sha256 = (raw.get(name) for name in ("kind", "reason", "key", "sha256"))
    if kind not in PlayKind.values:
        raise _Refused("bad_kind")
    if not isinstance(key, str) or not 0 < len(key) <= 80 or "\x00" in key:
        raise _Refused("bad_key")
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise _Refused("bad_sha256")
    if reason is not None and not (isinstance(reason, str) and REASON.fullmatch(reason)):
        raise _Refused("bad_reason")
    started = _time(raw.get("started_at"))
    if started is None:
        raise _Refused("bad_started_at")
    offset = raw.get("clock_offset_ms")
    if offset is None:
        offset = batch_offset or 0
    offset = _whole(offset, -LARGEST_OFFSET_MS, LARGEST_OFFSET_MS, "bad_clock_offset_ms")
    try:
        corrected = started + timedelta(milliseconds=offset)
    except OverflowError as error:
        raise _Refused("bad_started_at") from error
    return PlayEvent(
        device=device,
        event_uuid=_uuid(raw.get("id")),
        sequence=_whole(raw.get("sequence"), 1, 2**62, "bad_sequence"),
        kind=kind,
        reason=reason or "",
        key=key,
        sha256=sha256,
        manifest_version=_whole(raw.get("manifest_version"), 0, LARGEST, "bad_manifest_version"),
        raw_started_at=started,
        clock_offset_ms=offset,
        started_at=corrected,
        played_ms=_whole(raw.get("played_ms", 0), 0, LARGEST, "bad_played_ms"),
        received_at=now,
    )


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise _Refused("bad_id") from error


def _whole(value: Any, least: int, most: int, code: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _Refused(code)
    return value


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return moment.astimezone(UTC) if moment.tzinfo and moment >= EARLIEST else None
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None


def _batch_offset(device_time: Any, now: datetime) -> int | None:
    sent = _time(device_time)
    return None if sent is None else round((now - sent).total_seconds() * 1000)


def _id_of(raw: Any) -> str:
    return str(raw.get("id"))[:80] if isinstance(raw, Mapping) else ""
