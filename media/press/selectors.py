"""Questions about the press: the desk's lists, the health of feeds, coverage by week."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from campaigns.models import Campaign
from cms.core import clock
from cms.core.text import fold
from media.press.enums import FeedState, MentionState
from media.press.models import Feed, FeedDay, FetchLog, Mention, TrackingQuery

# A feed without a new item for this long is called silent.
SILENT_AFTER = timedelta(days=3)


def mentions_for_desk(
    *, campaign: int | None = None, state: str = "", outlet: int | None = None, words: str = ""
) -> "QuerySet[Mention]":
    """Mentions newest first with item, outlet, campaign and judge, narrowed by what is given.

    `words` are searched in title and summary without accents, all of them.
    """
    mentions = Mention.objects.select_related("item__outlet", "campaign", "query_version__query", "decided_by")
    if campaign is not None:
        mentions = mentions.filter(campaign=campaign)
    if state:
        mentions = mentions.filter(state=state)
    if outlet is not None:
        mentions = mentions.filter(item__outlet=outlet)
    for word in fold(words).split()[:10]:
        mentions = mentions.filter(item__folded__contains=word)
    return mentions.order_by("-published_at", "-id")


def mention_counts(*, campaign: int | None = None) -> dict[str, int]:
    """State → how many mentions, of one campaign or of all."""
    mentions = Mention.objects.all() if campaign is None else Mention.objects.filter(campaign=campaign)
    counts = dict.fromkeys(MentionState.values, 0)
    counts.update(mentions.order_by().values_list("state").annotate(Count("id")))
    return counts


def count_confirmed(campaign: Campaign) -> int:
    """How many press items a person has confirmed for the campaign: the measure "mentions" of targets."""
    return Mention.objects.filter(campaign=campaign, state=MentionState.CONFIRMED).count()


@dataclass(frozen=True, slots=True)
class Week:
    """Coverage in one local week, Monday to Sunday.

    `value` is confirmed + proposed mentions, or None for a week in which no feed was read although there were feeds:
    a gap, not a zero. `partial` says that some days or readings are missing; `tries` and `successes` are the
    denominators.
    """

    starts_on: date
    value: int | None
    confirmed: int
    proposed: int
    tries: int
    successes: int
    partial: bool


def mentions_per_week(campaign: Campaign, *, until: date | None = None, weeks: int = 26) -> list[Week]:
    """The campaign's weeks from its first day to today or its last day, oldest first, at most the last `weeks`.

    Three queries whatever the length. Rejected mentions do not count. A day counts as seen when at least one reading
    succeeded.
    """
    end = min(until or clock.today(), campaign.ends_on)
    first = _monday(campaign.starts_on)
    mondays = _mondays(first, end)[-weeks:]
    if not mondays:
        return []
    found = _mentions_by_week(campaign, mondays)
    readings = _readings_by_week(mondays)
    has_feeds = Feed.objects.filter(created_at__lt=_instant(end + timedelta(days=1))).exists()
    lines = []
    for monday in mondays:
        confirmed, proposed = found[monday][MentionState.CONFIRMED], found[monday][MentionState.PROPOSED]
        tries, successes, days = readings.get(monday, (0, 0, 0))
        expected = (min(monday + timedelta(days=6), end) - max(monday, campaign.starts_on)).days + 1
        gap = successes == 0 and confirmed + proposed == 0
        lines.append(
            Week(
                starts_on=monday,
                value=None if gap else confirmed + proposed,
                confirmed=confirmed,
                proposed=proposed,
                tries=tries,
                successes=successes,
                partial=has_feeds and (days < expected or successes < tries),
            )
        )
    return lines


def feeds_for_desk() -> "QuerySet[Feed]":
    """All feeds with their outlet and the number of items of the last seven days, those in trouble first."""
    since = clock.today() - timedelta(days=7)
    return (
        Feed.objects.select_related("outlet")
        .annotate(new_in_week=Coalesce(Sum("days__new", filter=Q(days__day__gt=since)), 0))
        .order_by("-failure_points", "outlet__name", "name", "id")
    )


def has_feeds() -> bool:
    """Whether anything is read at all."""
    return Feed.objects.exists()


def queries_for_desk() -> "QuerySet[TrackingQuery]":
    """Queries with campaign and how many mentions each has made, those in use first."""
    return (
        TrackingQuery.objects.select_related("campaign", "topic")
        .annotate(found=Count("versions__mentions"))
        .order_by("state", "campaign__title", "name", "id")
    )


def definition_of(query: TrackingQuery) -> dict[str, Any]:
    """The words of a query's present version."""
    version = query.versions.filter(number=query.version).first()
    return dict(version.definition) if version else {}


def health(feed: Feed, *, at: datetime | None = None) -> str:
    """How a feed is doing: parked, failing, waiting (never read), silent (no new item for three days) or good."""
    at = at or clock.now()
    if feed.state == FeedState.PARKED:
        return "parked"
    if feed.last_tried_at is None:
        return "waiting"
    if feed.failure_points > 0:
        return "failing"
    if at - (feed.last_new_item_at or feed.created_at) > SILENT_AFTER:
        return "silent"
    return "good"


def last_readings(feed: Feed, *, count: int = 30) -> list[FetchLog]:
    """The latest readings of a feed, newest first."""
    return list(FetchLog.objects.filter(feed=feed).order_by("-at", "-id")[:count])


def share_of_readings(feed: Feed, *, days: int = 7) -> tuple[int, int]:
    """(successes, tries) of a feed over the last `days` local days."""
    since = clock.today() - timedelta(days=days)
    sums = FeedDay.objects.filter(feed=feed, day__gt=since).aggregate(done=Sum("successes"), tried=Sum("tries"))
    return sums["done"] or 0, sums["tried"] or 0


def _mentions_by_week(campaign: Campaign, mondays: list[date]) -> Mapping[date, dict[str, int]]:
    rows = Mention.objects.filter(
        campaign=campaign,
        state__in=(MentionState.CONFIRMED, MentionState.PROPOSED),
        published_at__gte=_instant(mondays[0]),
        published_at__lt=_instant(mondays[-1] + timedelta(days=7)),
    )
    found: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for published, state in rows.order_by().values_list("published_at", "state").iterator():
        found[_monday(published.astimezone(clock.local_zone()).date())][state] += 1
    return found


def _readings_by_week(mondays: list[date]) -> dict[date, tuple[int, int, int]]:
    """Monday → (tries, successes, days on which something was read)."""
    days = (
        FeedDay.objects.filter(day__gte=mondays[0], day__lt=mondays[-1] + timedelta(days=7))
        .order_by()
        .values("day")
        .annotate(tried=Sum("tries"), done=Sum("successes"))
    )
    weeks: dict[date, tuple[int, int, int]] = {}
    for row in days:
        tries, successes, seen = weeks.get(_monday(row["day"]), (0, 0, 0))
        weeks[_monday(row["day"])] = (tries + row["tried"], successes + row["done"], seen + (1 if row["done"] else 0))
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(first: date, last: date) -> list[date]:
    return (
        [first + timedelta(days=7 * number) for number in range((last - first).days // 7 + 1)] if last >= first else []
    )


def _instant(day: date) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(day, time(), tzinfo=clock.local_zone()).astimezone(UTC)
