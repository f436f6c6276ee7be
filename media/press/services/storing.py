"""Keeping what a feed showed: new items, revisions of known ones, and when each was last seen."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Max

from media.press.identity import choose_rung, identity
from media.press.items import ParsedItem
from media.press.models import Feed, PressItem, PressItemRevision, Sighting

logger = logging.getLogger(__name__)

# SQLite's limit of parameters in one statement is far above this; a feed has at most 1,000 items.
CHUNK = 400


@dataclass(slots=True)
class Stored:
    """What one body brought: ids of new and of changed items, how many were known, how many could not be kept."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    known: int = 0
    failed: int = 0
    rung: str = ""


def store_items(feed: Feed, items: Sequence[ParsedItem], *, at: datetime) -> Stored:
    """Store the items of one body of `feed`, seen at `at`; each new or changed one in its own short transaction.

    An item is known by its identity in this feed, else by its address anywhere; the same words again only move
    "last seen". One that the database refuses is counted and logged, and the others are kept. When identities repeat
    too often the feed steps down a rung (identity.py), which `record_reading` stores.
    """
    done = Stored(rung=choose_rung([item.marks for item in items], feed.rung))
    named = {identity(item.marks, done.rung): item for item in reversed(items)}
    sightings = _sightings(feed, list(named))
    unseen = {name: item for name, item in named.items() if name not in sightings}
    hashes = _hashes(feed, done.rung, unseen)
    by_address = _items_at([value for value in hashes.values() if value])
    for name, item in reversed(named.items()):
        try:
            with transaction.atomic():
                known = sightings[name].item if name in sightings else by_address.get(hashes[name] or "")
                if known is None:
                    known = _create(feed, item, hashes[name], at)
                    done.new.append(known.pk)
                elif known.content_sha256 != item.content_sha256:
                    _revise(known, item, at)
                    done.changed.append(known.pk)
                else:
                    done.known += 1
                if name not in sightings:
                    if hashes[name]:
                        by_address[hashes[name] or ""] = known
                    Sighting.objects.create(feed=feed, identity=name, item=known, first_seen_at=at, last_seen_at=at)
        except DatabaseError as error:
            done.failed += 1
            logger.warning(
                "press item not kept",
                extra={"event": "press_item_failed", "feed_id": feed.pk, "error": str(error)[:200]},
            )
    _touch(list(sightings.values()), at)
    return done


def seen_again(feed: Feed, *, at: datetime) -> int:
    """The same body as last time: what it showed then is still shown; returns how many items."""
    latest = Sighting.objects.filter(feed=feed).aggregate(latest=Max("last_seen_at"))["latest"]
    return Sighting.objects.filter(feed=feed, last_seen_at=latest).update(last_seen_at=at) if latest else 0


def _sightings(feed: Feed, names: list[str]) -> dict[str, Sighting]:
    found: dict[str, Sighting] = {}
    for start in range(0, len(names), CHUNK):
        rows = Sighting.objects.filter(feed=feed, identity__in=names[start : start + CHUNK]).select_related("item")
        found.update((row.identity, row) for row in rows)
    return found


def _hashes(feed: Feed, rung: str, items: dict[str, ParsedItem]) -> dict[str, str | None]:
    """The address hash of each item. Where the feed repeats addresses, an address alone does not make an item."""
    hashes: dict[str, str | None] = {}
    for name, item in items.items():
        key = item.marks.url_key
        if key and rung not in ("guid", "url"):
            key = f"{key}#{name}"
        hashes[name] = hashlib.sha256(key.encode()).hexdigest() if key else None
    return hashes


def _items_at(hashes: list[str]) -> dict[str, PressItem]:
    found: dict[str, PressItem] = {}
    for start in range(0, len(hashes), CHUNK):
        rows = PressItem.objects.filter(url_hash__in=hashes[start : start + CHUNK])
        found.update((row.url_hash or "", row) for row in rows)
    return found


def _create(feed: Feed, item: ParsedItem, url_hash: str | None, at: datetime) -> PressItem:
    created = PressItem.objects.create(
        outlet_id=feed.outlet_id,
        url=item.link,
        url_key=item.marks.url_key,
        url_hash=url_hash,
        title=item.title,
        summary=item.summary,
        section=item.section,
        published_raw=item.date.raw,
        published_at=item.date.at,
        date_method=item.date.method,
        date_flag=item.date.flag,
        folded=item.folded,
        content_sha256=item.content_sha256,
        first_seen_at=at,
        changed_at=at,
    )
    _keep_revision(created, at)
    return created


def _revise(known: PressItem, item: ParsedItem, at: datetime) -> None:
    """A new revision of a known item; its date of publication stays the first one that was understood."""
    known.revision += 1
    known.title, known.summary = item.title, item.summary
    known.folded, known.content_sha256 = item.folded, item.content_sha256
    known.changed_at = at
    if known.date_flag and not item.date.flag:
        known.published_raw, known.published_at = item.date.raw, item.date.at
        known.date_method, known.date_flag = item.date.method, ""
    known.save()
    _keep_revision(known, at)


def _keep_revision(item: PressItem, at: datetime) -> None:
    PressItemRevision.objects.create(
        item=item,
        number=item.revision,
        title=item.title,
        summary=item.summary,
        published_raw=item.published_raw,
        seen_at=at,
    )


def _touch(sightings: list[Sighting], at: datetime) -> None:
    for start in range(0, len(sightings), CHUNK):
        keys = [row.pk for row in sightings[start : start + CHUNK]]
        Sighting.objects.filter(pk__in=keys).update(last_seen_at=at)
