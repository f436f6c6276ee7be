"""Reading a feed: one polite question, an answer taken apart in another process, and a record of how it went.

The network and the parsing stand outside any transaction. A reading that fails is an ordinary event with an outcome, a
message and points, never an error of the job; nothing one feed serves stops another.
"""

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import clock, jobs
from cms.core.http import (
    ConnectFailed,
    GuardedClient,
    HttpError,
    Invalid,
    Refused,
    Reply,
    ResponseTooLarge,
    TimedOut,
)
from cms.core.jobs import Progress
from cms.core.models import Job
from media.press import pacing
from media.press.enums import SUCCESSES, FeedState, FetchOutcome
from media.press.items import ParsedItem, read_items
from media.press.models import Feed, Outlet
from media.press.parsing import FeedRefused, parse_feed
from media.press.services.matching import match_items
from media.press.services.recording import record_reading
from media.press.services.storing import Stored, seen_again, store_items
from media.press.urls import host_of

logger = logging.getLogger(__name__)

JOB_KIND = "press.fetch"
BATCH = 100
_REFUSED_OUTCOMES = {"too_large": FetchOutcome.TOO_LARGE}


@dataclass(slots=True)
class Reading:
    """One reading of a feed as it went, before it is written down. `items` is None when nothing was parsed."""

    outcome: str
    message: str = ""
    status: int | None = None
    size: int = 0
    seconds: float = 0.0
    wait: int | None = None
    ttl: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str = ""
    full: bool = False
    moved_to: str = ""
    items: list[ParsedItem] | None = None
    unusable: int = 0
    stored: Stored = field(default_factory=Stored)


def enqueue_due_feeds(*, limit: int = BATCH) -> int:
    """Jobs for the feeds whose time has come, the longest waiting first; returns how many.

    Each feed is moved to its next time in the same transaction, so that several tickers ask for it once, and a lost job
    is made good by the next one. Feeds of one host start five seconds apart.
    """
    now = clock.now()
    started: dict[str, int] = {}
    count = 0
    due = Feed.objects.filter(state=FeedState.ACTIVE, next_due__lte=now).select_related("outlet")
    for feed in due.order_by("next_due", "id")[:limit]:
        if feed.outlet.slow_until is not None and feed.outlet.slow_until > now:
            Feed.objects.filter(pk=feed.pk, next_due=feed.next_due).update(next_due=feed.outlet.slow_until)
            continue
        turn = started.get(feed.outlet.host, 0)
        with transaction.atomic():
            later = now + timedelta(seconds=feed.interval)
            if Feed.objects.filter(pk=feed.pk, next_due=feed.next_due).update(next_due=later):
                jobs.enqueue(
                    JOB_KIND,
                    key=f"{JOB_KIND}:{feed.pk}:{feed.next_due.timestamp():.6f}",
                    payload={"feed": feed.pk},
                    not_before=now + turn * pacing.HOST_SPACING,
                    max_attempts=1,
                )
                started[feed.outlet.host] = turn + 1
                count += 1
    return count


def fetch_soon(*, feed: Feed, user: Any = None) -> Job:
    """A job that reads the feed now, asked for by a person; asking twice within a minute is asking once."""
    minute = clock.now().replace(second=0, microsecond=0)
    key = f"{JOB_KIND}:{feed.pk}:now:{minute.isoformat()}"
    return jobs.enqueue(JOB_KIND, key=key, payload={"feed": feed.pk}, user=user, max_attempts=1)


@jobs.handler(JOB_KIND)
def run_fetch(job: Job, progress: Progress) -> dict[str, Any] | None:
    """Read the feed named in the job's payload; the result says how it went."""
    feed = Feed.objects.select_related("outlet").filter(pk=job.payload["feed"]).first()
    if feed is None or feed.state != FeedState.ACTIVE:
        return {"outcome": "skipped"}
    reading = fetch_feed(feed=feed)
    return {
        "outcome": str(reading.outcome),
        "new": len(reading.stored.new),
        "changed": len(reading.stored.changed),
        "message": reading.message,
    }


def fetch_feed(*, feed: Feed) -> Reading:
    """Read one feed now: ask, parse, store its items, match the new ones, write the log and the next time.

    Never raises for what the other side does. Audit: the fetch log is the record of this verb.
    """
    at = clock.now()
    reading = ask(feed, at=at)
    if reading.items is not None:
        reading.stored = store_items(feed, reading.items, at=at)
        reading.stored.failed += reading.unusable
        touched = reading.stored.new + reading.stored.changed
        if touched:
            match_items(item_ids=touched)
        if reading.outcome == FetchOutcome.NOTHING_NEW and reading.stored.new:
            reading.outcome = FetchOutcome.NEW
    elif reading.outcome in SUCCESSES:
        seen_again(feed, at=at)
    record_reading(feed=feed, reading=reading, at=at)
    return reading


def probe(url: str) -> Reading:
    """What one reading of this address would give, before there is a feed; nothing is stored."""
    return ask(Feed(url=url, outlet=Outlet(host=host_of(url))), at=clock.now())


def ask(feed: Feed, *, at: datetime) -> Reading:
    """What the feed's server answers at this moment, parsed; nothing is stored."""
    full = not feed.last_full_at or at - feed.last_full_at >= pacing.FULL_READING_EVERY
    try:
        with GuardedClient() as client:
            reply = client.get(feed.url, headers=_request_headers(feed, full))
    except HttpError as error:
        reading = Reading(outcome=_outcome_of(error), message=error.message, status=error.status)
        logger.info(
            "feed not read",
            extra={"event": "press_fetch_failed", "feed_id": feed.pk, "outcome": reading.outcome, "detail": str(error)},
        )
        return reading
    reading = _judge(reply, feed, full, at)
    reading.seconds, reading.size, reading.status = reply.seconds, len(reply.content), reply.status
    if reply.history and all(status in (301, 308) for status, _address in reply.history):
        reading.moved_to = reply.url
    return reading


def _request_headers(feed: Feed, full: bool) -> dict[str, Any]:
    """The validators exactly as the server sent them, unless this is the day's full reading."""
    headers: dict[str, Any] = {"Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}
    if not full and feed.etag:
        headers["If-None-Match"] = feed.etag.encode("latin-1", "replace")
    if not full and feed.last_modified:
        headers["If-Modified-Since"] = feed.last_modified.encode("latin-1", "replace")
    return headers


def _judge(reply: Reply, feed: Feed, full: bool, at: datetime) -> Reading:
    """What one reply means."""
    wait = pacing.retry_after(reply.headers.get("retry-after", ""), now=at)
    if reply.status == 304:
        return Reading(
            FetchOutcome.NOT_MODIFIED, etag=_raw(reply, b"etag"), last_modified=_raw(reply, b"last-modified")
        )
    if reply.status in (429, 503):
        return Reading(FetchOutcome.BUSY, _("The newspaper asks us to come less often."), wait=wait or pacing.SHORTEST)
    if reply.status == 410:
        return Reading(FetchOutcome.GONE, _("The newspaper says that this feed is gone for good."))
    if not reply.ok:
        message = _("The newspaper's server answered with status %(status)s.") % {"status": reply.status}
        return Reading(FetchOutcome.BAD_STATUS, message, wait=wait)
    digest = hashlib.sha256(reply.content).hexdigest()
    reading = Reading(
        FetchOutcome.NOTHING_NEW,
        etag=_raw(reply, b"etag") or "",
        last_modified=_raw(reply, b"last-modified") or "",
        body_sha256=digest,
        full=full,
    )
    if digest == feed.body_sha256 and not full:
        return reading
    try:
        parsed = parse_feed(reply.content, dict(reply.headers), reply.url)
    except FeedRefused as refused:
        outcome = _REFUSED_OUTCOMES.get(refused.code, FetchOutcome.NOT_A_FEED)
        return Reading(outcome, refused.message)
    reading.ttl = _ttl(parsed)
    reading.items, reading.unusable = read_items(
        parsed, feed_url=feed.url, fetched_at=at, host_aliases=_aliases(feed.outlet)
    )
    if not reading.items:
        reading.outcome, reading.message = FetchOutcome.EMPTY, _("The feed is valid but has no items.")
    return reading


def _raw(reply: Reply, name: bytes) -> str | None:
    """A header byte for byte, as Latin-1 text; None when it was not sent or is too long to be kept."""
    for key, value in reply.headers.raw:
        if key.lower() == name and len(value) <= (200 if name == b"last-modified" else 1000):
            return value.decode("latin-1")
    return None


def _ttl(parsed: Any) -> int:
    """Seconds that the feed's own <ttl> (minutes) asks for; 0 without one."""
    text = str(parsed.feed.get("ttl", "")).strip()
    return min(int(text) * 60, pacing.LONGEST) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _aliases(outlet: Outlet) -> dict[str, str]:
    aliases = outlet.host_aliases if isinstance(outlet.host_aliases, dict) else {}
    return {host_of(f"https://{name}"): str(host) for name, host in aliases.items()}


def _outcome_of(error: HttpError) -> str:
    if isinstance(error, Refused | Invalid):
        return FetchOutcome.BLOCKED
    if isinstance(error, ResponseTooLarge):
        return FetchOutcome.TOO_LARGE
    if isinstance(error, TimedOut):
        return FetchOutcome.TIMED_OUT
    if isinstance(error, ConnectFailed):
        return FetchOutcome.NO_CONNECTION
    return FetchOutcome.BAD_STATUS
