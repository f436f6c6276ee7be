"""Finding which items concern which campaigns, and keeping the reasons."""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState
from campaigns.models import Campaign, Topic
from cms.core import audit, clock, jobs
from cms.core.errors import BadInput, Conflict
from cms.core.jobs import Progress
from cms.core.models import Job
from cms.core.text import clean_line
from media.press.enums import MentionState, QueryState
from media.press.matching import BadQuery, Match, Matcher, Query
from media.press.models import Mention, PressItem, QueryVersion, TrackingQuery

logger = logging.getLogger(__name__)

REMATCH_KIND = "press.rematch"
CHUNK = 300
REMATCH_DAYS = 30


def active_versions(*, campaigns: Sequence[int] | None = None) -> list[QueryVersion]:
    """The latest version of every query in use of every active campaign (or of the given ones), campaign included."""
    queries = TrackingQuery.objects.filter(state=QueryState.ACTIVE, campaign__state=CampaignState.ACTIVE)
    if campaigns is not None:
        queries = queries.filter(campaign__in=campaigns)
    latest = dict(queries.values_list("id", "version"))
    versions = QueryVersion.objects.filter(query__in=latest).select_related("query__campaign")
    return [version for version in versions.order_by("id") if version.number == latest[version.query_id]]


def match_items(*, item_ids: Sequence[int], campaigns: Sequence[int] | None = None) -> list[int]:
    """Propose mentions for these items against every query in use; returns the ids of the mentions that are new.

    An item counts for a campaign when it was published between its first and last day. A mention nobody has judged gets
    fresh reasons; judged ones are left alone. A stored query that no longer reads is logged and passed over.
    """
    versions = {version.pk: version for version in active_versions(campaigns=campaigns)}
    matcher = _matcher(versions)
    fresh: list[int] = []
    for start in range(0, len(item_ids), CHUNK):
        items = PressItem.objects.filter(pk__in=item_ids[start : start + CHUNK]).order_by("id")
        found = {item: _by_campaign(matcher.match(item.title, item.summary), versions, item) for item in items}
        fresh += _keep({item: matches for item, matches in found.items() if matches})
    return fresh


@transaction.atomic
def save_query(
    *, campaign: Campaign, name: str, definition: Mapping[str, Any], topic: Topic | None = None, user: Any = None
) -> QueryVersion:
    """The query of this name in the campaign with these words: a new version, or the present one when nothing changed.

    Raises BadQuery with a sentence when the words cannot be used (matching/query.py), BadInput without a name.
    """
    Query.from_json(definition)
    title = clean_line(name)[:200]
    if not title:
        raise BadInput(_("Give the query a name."))
    query, _made = TrackingQuery.objects.get_or_create(campaign=campaign, name=title, defaults={"topic": topic})
    present = query.versions.filter(number=query.version).first()
    if present is not None and present.definition == dict(definition) and query.state == QueryState.ACTIVE:
        return present
    query.version, query.state = query.version + 1, QueryState.ACTIVE
    query.topic = topic or query.topic
    query.save()
    version = QueryVersion.objects.create(
        query=query, number=query.version, definition=dict(definition), created_by=user, created_at=clock.now()
    )
    audit.record(query, "press.query.save", user=user, data={"version": version.number})
    return version


@transaction.atomic
def retire_query(*, query: TrackingQuery, user: Any = None) -> None:
    """The query looks at nothing new; its mentions stay. Raises Conflict when it is retired already."""
    if not TrackingQuery.objects.filter(pk=query.pk, state=QueryState.ACTIVE).update(state=QueryState.RETIRED):
        raise Conflict(_("This query is already retired."))
    audit.record(query, "press.query.retire", user=user, data={})


def rematch(*, campaign: Campaign, user: Any = None) -> Job:
    """A job that looks at the last 30 days again with the campaign's present queries.

    Mentions nobody judged are found anew: those no query finds any more go, judged ones stay.
    """
    stamp = clock.now().isoformat()
    with transaction.atomic():
        audit.record(campaign, "press.query.rematch", user=user, data={"days": REMATCH_DAYS})
        key = f"{REMATCH_KIND}:{campaign.pk}:{stamp}"
        return jobs.enqueue(REMATCH_KIND, key=key, payload={"campaign": campaign.pk}, user=user)


@jobs.handler(REMATCH_KIND)
def run_rematch(job: Job, progress: Progress) -> dict[str, Any] | None:
    """Match the last 30 days again for the campaign of the payload; safe to run twice."""
    campaign = job.payload["campaign"]
    since = clock.now() - timedelta(days=REMATCH_DAYS)
    ids = list(PressItem.objects.filter(published_at__gte=since).order_by("id").values_list("id", flat=True))
    new = gone = 0
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        gone += _drop_unfound(part, campaign)
        new += len(match_items(item_ids=part, campaigns=[campaign]))
        progress(min(start + CHUNK, len(ids)), len(ids))
    return {"looked_at": len(ids), "new": new, "gone": gone}


def preview(definition: Mapping[str, Any], *, days: int = REMATCH_DAYS) -> list[PressItem]:
    """The items of the last `days` days that a query with these words would find, newest first. Raises BadQuery."""
    matcher = Matcher({0: Query.from_json(definition)})
    recent = PressItem.objects.filter(published_at__gte=clock.now() - timedelta(days=days)).select_related("outlet")
    return [
        item for item in recent.order_by("-published_at", "-id").iterator() if matcher.match(item.title, item.summary)
    ]


def _matcher(versions: Mapping[int, QueryVersion]) -> Matcher:
    """The compiled queries of these versions; compiling takes longer than matching a feed, so the last few are kept."""
    return _compiled(tuple((key, json.dumps(version.definition)) for key, version in versions.items()))


@lru_cache(maxsize=8)
def _compiled(definitions: tuple[tuple[int, str], ...]) -> Matcher:
    queries: dict[Any, Query] = {}
    for key, definition in definitions:
        try:
            queries[key] = Query.from_json(json.loads(definition))
        except BadQuery:
            logger.exception("stored query unreadable", extra={"event": "press_query_unreadable", "version_id": key})
    return Matcher(queries)


def _by_campaign(
    matches: list[Match], versions: Mapping[int, QueryVersion], item: PressItem
) -> dict[int, tuple[QueryVersion, list[dict[str, Any]]]]:
    """campaign id → the first version that found the item and all reasons, for campaigns whose days it falls in."""
    found: dict[int, tuple[QueryVersion, list[dict[str, Any]]]] = {}
    for match in matches:
        version = versions[match.query]  # type: ignore[index]
        if not _within(version.query.campaign, item.published_at):
            continue
        reasons = [reason.as_json() | {"version": version.pk} for reason in match.reasons]
        known = found.setdefault(version.query.campaign_id, (version, []))
        known[1].extend(reasons)
    return found


def _within(campaign: Campaign, at: datetime) -> bool:
    day = at.astimezone(clock.local_zone()).date()
    return campaign.starts_on <= day <= campaign.ends_on


@transaction.atomic
def _keep(found: Mapping[PressItem, Mapping[int, tuple[QueryVersion, list[dict[str, Any]]]]]) -> list[int]:
    """Store what was found for a chunk of items; returns the ids of new mentions."""
    now = clock.now()
    known: dict[int, dict[int, Mention]] = defaultdict(dict)
    for mention in Mention.objects.filter(item__in=list(found)):
        known[mention.item_id][mention.campaign_id] = mention
    fresh: list[Mention] = []
    changed: list[Mention] = []
    for item, matches in found.items():
        for campaign, (version, reasons) in matches.items():
            kept = known[item.pk].get(campaign)
            if kept is None:
                fresh.append(
                    Mention(
                        item=item,
                        campaign_id=campaign,
                        query_version=version,
                        item_revision=item.revision,
                        reasons=reasons,
                        published_at=item.published_at,
                        created_at=now,
                    )
                )
            elif kept.state == MentionState.PROPOSED:
                kept.query_version, kept.reasons, kept.item_revision = version, reasons, item.revision
                changed.append(kept)
    Mention.objects.bulk_create(fresh, ignore_conflicts=True)
    Mention.objects.bulk_update(changed, ["query_version", "reasons", "item_revision"], batch_size=100)
    made = Mention.objects.filter(item__in=[mention.item_id for mention in fresh], created_at=now)
    return list(made.order_by("id").values_list("id", flat=True)) if fresh else []


@transaction.atomic
def _drop_unfound(item_ids: Sequence[int], campaign: int) -> int:
    """Take away proposals of these items that none of the campaign's present queries makes; returns how many."""
    versions = {version.pk: version for version in active_versions(campaigns=[campaign])}
    matcher = _matcher(versions)
    proposals = Mention.objects.filter(
        item__in=item_ids, campaign=campaign, state=MentionState.PROPOSED
    ).select_related("item")
    gone = [
        mention.pk
        for mention in proposals
        if campaign not in _by_campaign(matcher.match(mention.item.title, mention.item.summary), versions, mention.item)
    ]
    Mention.objects.filter(pk__in=gone, state=MentionState.PROPOSED).delete()
    return len(gone)
