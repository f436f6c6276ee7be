"""Reading a page back: is the post there whose answer was lost? Read only.

GET /{page}/published_posts answers with the newest first; `since` and cursors are documented at
https://developers.facebook.com/docs/graph-api/results. "It is not there" is said only when the whole time since the
attempt was shown, nothing in it resembles the post, and the listing has had time to catch up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.delivery.contract import Look, Sent
from channels.delivery.enums import ReadBack
from channels.facebook.client import Graph, number
from channels.facebook.rendering import likeness, squeezed

FIELDS = "id,message,created_time,permalink_url"
PER_PAGE = 50
MAX_PAGES = 6
# Their clock and ours may differ by so much.
SKEW = timedelta(minutes=2)
# "Posted already" may speak of a try before this one.
DUPLICATE_LOOKBACK = timedelta(hours=24)
# A listing younger than this may not show the post yet.
SETTLING = timedelta(minutes=2)
# A post that shares so many words may be ours, changed by somebody on the page: then nobody can tell.
RESEMBLES = 0.6
UNKNOWN_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Listing:
    """The posts of a page since a moment, newest first; `whole` says that none is missing."""

    posts: list[dict[str, Any]]
    whole: bool


def look_for(graph: Graph, *, page_id: str, text: str, since: datetime, now: datetime, duplicate: bool) -> Look:
    """Whether a post with these words is on the page since the attempt. Raises SendError when it cannot be asked."""
    begin = since - (DUPLICATE_LOOKBACK if duplicate else SKEW)
    listing = list_posts(graph, page_id=page_id, since=begin)
    evidence: dict[str, Any] = {"posts_seen": len(listing.posts), "whole": listing.whole, **graph.usage.as_evidence()}
    wanted = squeezed(text)
    same = [post for post in listing.posts if squeezed(str(post.get("message") or "")) == wanted]
    if same:
        # The earliest that fits: what came later was put there by somebody else.
        return Look(ReadBack.THERE, _sent(same[-1], evidence), {**evidence, "found": str(same[-1].get("id"))})
    alike = [post for post in listing.posts if likeness(str(post.get("message") or ""), text) >= RESEMBLES]
    if alike:
        return Look(evidence={**evidence, "resembles": [str(post.get("id")) for post in alike[:5]]})
    if listing.whole and now - since >= SETTLING:
        return Look(ReadBack.ABSENT, evidence=evidence)
    return Look(evidence=evidence)


def list_posts(graph: Graph, *, page_id: str, since: datetime) -> Listing:
    """The posts of the page since then, page after page, at most 300."""
    posts: list[dict[str, Any]] = []
    params = {"fields": FIELDS, "limit": str(PER_PAGE), "since": str(int(since.timestamp()))}
    for _page in range(MAX_PAGES):
        answer = graph.get(f"{number(page_id)}/published_posts", **params)
        rows = answer.get("data")
        if not isinstance(rows, list):
            return Listing(posts, whole=False)
        posts += [row for row in rows if isinstance(row, dict) and _at(row) >= since]
        paging = answer.get("paging")
        after = (paging.get("cursors") or {}).get("after") if isinstance(paging, dict) else None
        if not rows or not (isinstance(paging, dict) and paging.get("next")) or not after:
            return Listing(posts, whole=True)
        params["after"] = str(after)
    return Listing(posts, whole=False)


def _at(row: dict[str, Any]) -> datetime:
    """When the post was made; one without a readable time counts as new, so that it is not passed over."""
    try:
        return datetime.strptime(str(row.get("created_time") or ""), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return UNKNOWN_TIME


def _sent(post: dict[str, Any], evidence: dict[str, Any]) -> Sent:
    name = str(post.get("id") or "")
    address = str(post.get("permalink_url") or "")
    at = _at(post)
    return Sent(
        remote_id=name,
        remote_url=address if address.startswith("https://") else f"https://www.facebook.com/{name}",
        at=None if at == UNKNOWN_TIME else at,
        evidence={**evidence, "created_time": str(post.get("created_time") or "")},
    )
