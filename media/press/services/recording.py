"""Writing down how a reading of a feed went: the log, the day's count, the feed's health and its next time."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cms.core import audit, clock
from media.press import pacing
from media.press.enums import PARKED_AT_POINTS, SUCCESSES, FeedState, FetchOutcome
from media.press.models import Feed, FeedDay, FetchLog, Outlet, Sighting

if TYPE_CHECKING:
    from media.press.services.fetching import Reading

logger = logging.getLogger(__name__)

LOG_KEPT = timedelta(days=35)


@transaction.atomic
def record_reading(*, feed: Feed, reading: "Reading", at: datetime) -> FetchLog:
    """The log row of one reading, with the feed's health, validators and next time changed by it.

    Parks the feed when the server says it is gone or failures reach 30 points; slows all feeds of the outlet when the
    server asked for it. Validators are stored after both 200 and 304.
    """
    fresh = Feed.objects.select_for_update().select_related("outlet").get(pk=feed.pk)
    success = reading.outcome in SUCCESSES
    fresh.failure_points = pacing.points_after(fresh.failure_points, reading.outcome)
    fresh.last_outcome, fresh.last_message, fresh.last_tried_at = reading.outcome, reading.message[:500], at
    if success:
        _note_success(fresh, reading, at)
    fresh.next_due = pacing.next_reading(
        at, interval=fresh.interval, outcome=reading.outcome, points=fresh.failure_points, wait=reading.wait
    )
    _note_move(fresh, reading, at)
    if fresh.state == FeedState.ACTIVE and fresh.failure_points >= PARKED_AT_POINTS:
        fresh.state = FeedState.PARKED
        fresh.parked_reason = reading.message[:300] or _("It failed too often.")
        audit.record(fresh, "press.feed.park", data={"points": fresh.failure_points, "outcome": str(reading.outcome)})
    fresh.save()
    if reading.outcome == FetchOutcome.BUSY:
        until = at + timedelta(seconds=reading.wait or pacing.SHORTEST)
        Outlet.objects.filter(pk=fresh.outlet_id).update(slow_until=until)
    _count_day(fresh, reading, success)
    stored = reading.stored
    return FetchLog.objects.create(
        feed=fresh,
        at=at,
        seconds=round(reading.seconds, 3),
        outcome=reading.outcome,
        status=reading.status,
        size=reading.size,
        seen=len(reading.items or ()),
        new=len(stored.new),
        changed=len(stored.changed),
        failed=stored.failed,
        message=reading.message[:500],
    )


@transaction.atomic
def cut_log(*, now: datetime | None = None) -> int:
    """Readings older than five weeks go; what they counted stays in FeedDay. Returns how many went."""
    count, _by_model = FetchLog.objects.filter(at__lt=(now or clock.now()) - LOG_KEPT).delete()
    return count


def _note_success(feed: Feed, reading: "Reading", at: datetime) -> None:
    feed.last_success_at = at
    if reading.etag is not None:
        feed.etag = reading.etag
    if reading.last_modified is not None:
        feed.last_modified = reading.last_modified
    if reading.body_sha256:
        feed.body_sha256 = reading.body_sha256
    if reading.full:
        feed.last_full_at = at
    if reading.stored.rung:
        feed.rung = reading.stored.rung
    if reading.stored.new:
        feed.last_new_item_at = at
    if reading.items:
        feed.ttl = reading.ttl
        moments = Sighting.objects.filter(feed=feed).order_by("-item__published_at")
        feed.interval = pacing.interval_for(
            list(moments.values_list("item__published_at", flat=True)[:20]), ttl=feed.ttl
        )


def _note_move(feed: Feed, reading: "Reading", at: datetime) -> None:
    """A permanent redirect is followed each time, and believed after it stood six days and nobody else has its end."""
    if not reading.moved_to or reading.moved_to == feed.url:
        if reading.outcome in SUCCESSES:
            feed.moved_to, feed.moved_since = "", None
        return
    if feed.moved_to != reading.moved_to:
        feed.moved_to, feed.moved_since = reading.moved_to[:2000], at
    elif feed.moved_since is not None and at - feed.moved_since >= pacing.MOVED_AFTER:
        if not Feed.objects.filter(url=feed.moved_to).exists():
            audit.record(feed, "press.feed.move", data={"from": feed.url, "to": feed.moved_to})
            feed.url, feed.moved_to, feed.moved_since = feed.moved_to, "", None


def _count_day(feed: Feed, reading: "Reading", success: bool) -> None:
    day, _made = FeedDay.objects.get_or_create(feed=feed, day=clock.today())
    changes: dict[str, Any] = {"tries": F("tries") + 1, "new": F("new") + len(reading.stored.new)}
    if success:
        changes["successes"] = F("successes") + 1
    FeedDay.objects.filter(pk=day.pk).update(**changes)
