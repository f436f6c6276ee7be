"""From inputs to an immutable manifest; a new version only when a listener would notice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import Conflict

from .. import gathering
from .. import resolver as pure
from ..models import Manifest, PlannedSlot, Station

logger = logging.getLogger(__name__)

# What this process saw at its last tick; another process has its own, which costs a look and changes nothing.
_last_world = ""


def compile_station(station: Station, now: datetime | None = None) -> Manifest:
    """The station's manifest in force: a new version when its programme changed, else the one it has."""
    now = now or clock.now()
    found = [row for row in gathering.stations_to_compile() if row.pk == station.pk]
    if not found:
        found = [Station.objects.select_related("area__parent__parent__parent").get(pk=station.pk)]
    inputs = gathering.inputs_for(found, now)[station.pk]
    try:
        made = store(found[0], inputs, now)
    except Conflict:
        made = None
    return made or found[0].manifests.order_by("-version")[0]


def compile_due(now: datetime | None = None, *, force: bool = False) -> list[Manifest]:
    """New manifests for all stations whose inputs changed. Cheap when nothing did; one bad station stops no other."""
    global _last_world
    now = now or clock.now()
    world = gathering.world_stamp(now)
    if world == _last_world and not force:
        return []
    stations = gathering.stations_to_compile()
    made, failed = [], False
    for station_id, inputs in gathering.inputs_for(stations, now).items():
        station = next(row for row in stations if row.pk == station_id)
        if not force and station.compiled_stamp == gathering.station_stamp(inputs):
            continue
        try:
            manifest = store(station, inputs, now)
        except Conflict:
            failed = True  # what the other worker saw may be older: the next tick looks again
            continue
        except Exception:  # noqa: BLE001 - the next station must still get its programme; the whole error is logged
            logger.exception("compile failed", extra={"event": "compile_failed", "station_id": station_id})
            failed = True
            continue
        if manifest is not None:
            made.append(manifest)
    _last_world = "" if failed else world
    return made


def plan_of(station: Station, now: datetime | None = None) -> pure.Plan:
    """The programme as it would be compiled now, with all reasons; nothing is stored."""
    now = now or clock.now()
    return pure.resolve(gathering.inputs_for([station], now)[station.pk])


def store(station: Station, inputs: pure.Inputs, now: datetime) -> Manifest | None:
    """Resolve and keep the result; None when the programme is the one already in force.

    Raises Conflict when another worker stored a manifest of this station meanwhile.
    """
    plan = pure.resolve(inputs)
    stamp = gathering.station_stamp(inputs)
    seen = station.current_manifest
    version = seen.version + 1 if seen else 1
    document = pure.build_document(plan, inputs.station, station.name, version)
    if seen is not None and seen.content_sha256 == document.content_sha256:
        Station.objects.filter(pk=station.pk).exclude(compiled_stamp=stamp).update(compiled_stamp=stamp)
        return None
    with transaction.atomic():
        locked = Station.objects.select_for_update().get(pk=station.pk)
        if locked.current_manifest_id != (seen.pk if seen else None):
            raise Conflict(_("Another worker has just made this manifest."))
        manifest = Manifest.objects.create(
            station=station,
            version=version,
            sha256=document.sha256,
            content_sha256=document.content_sha256,
            body=document.body.decode(),
            created_at=now,
        )
        keep_slots(station, manifest, plan.slots, now)
        Station.objects.filter(pk=station.pk).update(current_manifest=manifest, compiled_stamp=stamp)
        audit.record(manifest, "loudspeaker.manifest.compile", data={"station": station.pk, "version": version})
    station.current_manifest, station.compiled_stamp = manifest, stamp
    logger.info(
        "manifest compiled",
        extra={"event": "manifest_compiled", "station_id": station.pk, "version": version, "slots": len(plan.slots)},
    )
    return manifest


def keep_slots(station: Station, manifest: Manifest, slots: Sequence[pure.PlannedSlot], now: datetime) -> None:
    """Rows for what is new; what is still to come and not in the plan any more is marked withdrawn."""
    planned = {item.key: (slot, item) for slot in slots for item in slot.items}
    since = min((slot.local_date for slot, _item in planned.values()), default=now.date()) - timedelta(days=1)
    rows = PlannedSlot.objects.filter(station=station).filter(Q(local_date__gte=since) | Q(ends_at__gt=now))
    known = {
        key: (withdrawn_at, ends_at)
        for key, withdrawn_at, ends_at in rows.values_list("key", "withdrawn_at", "ends_at")
    }
    PlannedSlot.objects.bulk_create(
        [_row(station, manifest, slot, item) for key, (slot, item) in planned.items() if key not in known],
        batch_size=500,
    )
    coming = {key: withdrawn_at for key, (withdrawn_at, ends_at) in known.items() if ends_at > now}
    gone = [key for key, withdrawn_at in coming.items() if key not in planned and withdrawn_at is None]
    back = [key for key, withdrawn_at in coming.items() if key in planned and withdrawn_at is not None]
    for keys, value in ((gone, now), (back, None)):
        for start in range(0, len(keys), 500):
            PlannedSlot.objects.filter(station=station, key__in=keys[start : start + 500]).update(withdrawn_at=value)


def _row(station: Station, manifest: Manifest, slot: pure.PlannedSlot, item: pure.PlannedItem) -> PlannedSlot:
    return PlannedSlot(
        station=station,
        key=item.key,
        bulletin_id=slot.bulletin_id,
        item_id=item.item_id,
        entry_order=item.entry_order,
        window_id=slot.window_id,
        local_date=slot.local_date,
        airing_starts_at=slot.starts_at,
        airing_ends_at=slot.ends_at,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        language=item.language,
        fallback_from=item.fallback_from or "",
        rendition_sha256=item.sha256,
        duration_ms=item.duration_ms,
        bytes=item.bytes,
        manifest=manifest,
    )
