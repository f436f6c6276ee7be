"""From a parsed feed to items: what we keep of each entry, with one bad entry never stopping the others."""

import hashlib
import html
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser
import nh3

from cms.core.text import clean_line, fold, truncate
from media.press.dates import ReadDate, order_of, read_date
from media.press.identity import Marks
from media.press.urls import canonical_url, host_of

logger = logging.getLogger(__name__)

TITLE_LENGTH = 500
SUMMARY_LENGTH = 5000
SECTION_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One entry of a feed, ready to be stored: plain text in NFC, an http(s) link or "", a date we understood."""

    marks: Marks
    link: str
    title: str
    summary: str
    section: str
    date: ReadDate

    @property
    def content_sha256(self) -> str:
        """What an edit changes: title and summary."""
        return hashlib.sha256(f"{self.title}\n{self.summary}".encode()).hexdigest()

    @property
    def folded(self) -> str:
        """The accent-free text that searches look in."""
        return fold(f"{self.title} {self.summary}")


def read_items(
    feed: feedparser.FeedParserDict, *, feed_url: str, fetched_at: datetime, host_aliases: dict[str, str] | None = None
) -> tuple[list[ParsedItem], int]:
    """The items of a parsed feed in its order, and how many entries could not be used (no words at all, or broken).

    Guids are kept as served; the address key is canonical (urls.py); a missing title is the beginning of the summary.
    """
    items: list[ParsedItem] = []
    unusable = 0
    month_first = order_of([_raw_date(entry) for entry in feed.entries])
    for position, entry in enumerate(feed.entries):
        try:
            item = _item(entry, feed_url, fetched_at, month_first, host_aliases)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            logger.warning(
                "feed entry unusable",
                extra={"event": "press_entry_unusable", "position": position, "error": type(error).__name__},
            )
            item = None
        if item is None:
            unusable += 1
        else:
            items.append(item)
    return items, unusable


def plain_text(markup: str, limit: int) -> str:
    """The text of a piece of HTML on one line, at most `limit` letters; tags, scripts and entities gone."""
    spaced = markup.replace("<", " <") if "<" in markup else markup
    bare = nh3.clean(spaced, tags=set(), clean_content_tags={"script", "style"}, attributes={})
    return truncate(clean_line(html.unescape(bare)), limit)


def _item(
    entry: feedparser.FeedParserDict,
    feed_url: str,
    fetched_at: datetime,
    month_first: bool | None,
    host_aliases: dict[str, str] | None,
) -> ParsedItem | None:
    summary = plain_text(_summary(entry), SUMMARY_LENGTH)
    title = plain_text(str(entry.get("title") or ""), TITLE_LENGTH) or truncate(summary, 120)
    if not title:
        return None
    link = str(entry.get("link") or "")
    raw = _raw_date(entry)
    key = canonical_url(link, feed_host=host_of(feed_url), host_aliases=host_aliases) or ""
    return ParsedItem(
        marks=Marks(guid=clean_line(str(entry.get("id") or ""))[:2000], url_key=key, raw_date=raw, title=title),
        link=link[:2048],
        title=title,
        summary=summary,
        section=_section(entry),
        date=read_date(raw, fetched_at=fetched_at, month_first=month_first),
    )


def _raw_date(entry: feedparser.FeedParserDict) -> str:
    return clean_line(str(entry.get("published") or entry.get("updated") or entry.get("created") or ""))[:200]


def _summary(entry: feedparser.FeedParserDict) -> str:
    """The summary as served, or the beginning of the full text when there is none."""
    summary = str(entry.get("summary") or "")
    if summary:
        return summary
    contents: list[Any] = entry.get("content") or []
    return str(contents[0].get("value") or "") if contents else ""


def _section(entry: feedparser.FeedParserDict) -> str:
    tags: list[Any] = entry.get("tags") or []
    names = [clean_line(str(tag.get("term") or "")) for tag in tags[:5]]
    return truncate(", ".join(name for name in names if name), SECTION_LENGTH)
