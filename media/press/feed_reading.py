"""The part of reading a feed that runs in the worker process: hostile bytes go in, a plain dictionary comes out.

Nothing here may touch the network, the database or settings. What is wrong with a body is said by a code (`Refused`);
parsing.py gives the codes their sentences.
"""

import io
import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser
import nh3

from cms.core.text import clean_line, nfc, truncate
from media.press.dates import ReadDate, order_of, read_date
from media.press.decoding import TooLarge, decode, inflate, prepare
from media.press.urls import safe_link

MAX_ITEMS = 1000
MAX_TITLE = 500
MAX_SUMMARY = 20_000
MAX_CONTENT = 200_000
_ITEM_END = re.compile(r"</(?:[A-Za-z][\w.\-]{0,20}:)?(?:item|entry)\s*>")
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*|<!doctype\s+html[^>]*>\s*)*<(?:html|head|body|script)\b", re.I | re.S)
_CHALLENGE = re.compile(
    r"challenge-platform|cf-chl|cf_chl|Just a moment|Attention Required!|captcha|document\.cookie\s*=", re.IGNORECASE
)
# What feedparser's own sanitiser should have removed; if it is seen after it, a second sanitiser decides.
_SUSPICIOUS = re.compile(
    r"<\s*(?:script|iframe|object|embed|style|form|base|meta|link)\b|\bon\w+\s*=|(?:java|vb)script\s*:|data\s*:\s*text",
    re.IGNORECASE,
)


class Refused(Exception):
    """The body is not a usable feed; `code` says why (one of `media.press.parsing.MESSAGES`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_feed(body: bytes, headers: Mapping[str, str], url: str, fetched_at: datetime) -> feedparser.FeedParserDict:
    """The feed in `body` as feedparser gives it, cleaned: see `media.press.parsing.parse_feed` for the promises."""
    try:
        plain = inflate(body)
    except TooLarge:
        raise Refused("too_large") from None
    text, encoding = decode(plain, headers)
    if not text.strip(" \t\r\n\x00\ufeff"):
        raise Refused("empty")
    if _HTML.match(text[:20_000]):
        raise Refused("challenge" if _CHALLENGE.search(text[:200_000]) else "html")
    text, cut = _limit_items(text)
    feed = feedparser.parse(
        io.BytesIO(prepare(text)),
        response_headers=_headers(headers, url),
        resolve_relative_uris=True,
        sanitize_html=True,
    )
    if not feed.get("version") and not feed.entries:
        raise Refused(_why_nothing(text))
    feed["encoding"] = encoding
    feed["href"] = url
    feed["cut_to"] = MAX_ITEMS if cut else 0
    del feed.entries[MAX_ITEMS:]
    if "link" in feed.feed:
        feed.feed["link"] = safe_link(feed.feed["link"], base=url)
    dates = [entry.get("published") or entry.get("updated") or "" for entry in feed.entries]
    month_first = order_of(dates)
    for entry in feed.entries:
        _clean_entry(entry, url, fetched_at, month_first)
    return feed


def _limit_items(text: str) -> tuple[str, bool]:
    """The text without the items past `MAX_ITEMS`, still well formed, and whether any were left out."""
    ends = [match.end() for match in _ITEM_END.finditer(text)]
    if len(ends) <= MAX_ITEMS:
        return text, False
    return text[: ends[MAX_ITEMS - 1]] + text[ends[-1] :], True


def _headers(headers: Mapping[str, str], url: str) -> dict[str, str]:
    """What feedparser may know of the reply: our own content type and address, the language; nothing else of it."""
    known = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    for name, value in headers.items():
        if name.lower() == "content-language":
            known["content-language"] = value
    return known


def _why_nothing(text: str) -> str:
    head = text.lstrip()[:200_000]
    if head[:1] in "{[":
        return "json"
    if re.search(r"<(?:html|body|div|p)\b", head[:5000], re.IGNORECASE):
        return "challenge" if _CHALLENGE.search(head) else "html"
    if re.match(r"<\?xml", head) and not re.search(r"</|/>", head):
        return "truncated"
    return "not_a_feed"


def _clean_entry(entry: feedparser.FeedParserDict, url: str, fetched_at: datetime, month_first: bool | None) -> None:
    """One entry made safe in place: texts capped and sanitised, links absolute http(s) or gone, dates ours."""
    if "title" in entry:
        entry["title"] = _text(entry["title"], MAX_TITLE)
        if isinstance(entry.get("title_detail"), dict):
            entry["title_detail"]["value"] = _text(entry["title_detail"].get("value", ""), MAX_TITLE)
    if "summary" in entry:
        entry["summary"] = _html(entry["summary"], MAX_SUMMARY)
        if isinstance(entry.get("summary_detail"), dict):
            entry["summary_detail"]["value"] = _html(entry["summary_detail"].get("value", ""), MAX_SUMMARY)
    for content in entry.get("content", []):
        content["value"] = _html(content.get("value", ""), MAX_CONTENT)
    if "link" in entry:
        entry["link"] = safe_link(entry["link"], base=url)
    if "links" in entry:
        for link in entry["links"]:
            link["href"] = safe_link(link.get("href", ""), base=url)
        entry["links"] = [link for link in entry["links"] if link["href"]]
    for name in ("published", "updated", "created", "expired"):
        if name in entry:
            _own_date(entry, name, read_date(entry[name], fetched_at=fetched_at, month_first=month_first))


def _own_date(entry: feedparser.FeedParserDict, name: str, read: ReadDate) -> None:
    """Our reading beside the raw string; feedparser's own stays only where ours could not read it."""
    if read.flag != "unreadable":
        entry[f"{name}_parsed"] = read.at.astimezone(UTC).utctimetuple()
    entry[f"{name}_reading"] = {"at": read.at.isoformat(), "method": read.method, "flag": read.flag}


def _text(value: str, limit: int) -> str:
    """A title: NFC, capped by what a reader counts, markup that slipped through removed."""
    plain = value[: limit * 8]
    if _SUSPICIOUS.search(plain):
        plain = nh3.clean(plain, tags=set(), attributes={})
    return truncate(_stripped(plain), limit) if len(plain) > limit else _stripped(plain)


def _stripped(value: str) -> str:
    return clean_line(value) if value.strip() != value or "\n" in value or "\u00a0" in value else nfc(value)


def _html(value: str, limit: int) -> str:
    plain = nfc(value if len(value) <= limit else value[:limit])
    if len(value) > limit or _SUSPICIOUS.search(plain):
        plain = nh3.clean(plain)
    return plain


def to_plain(value: Any) -> Any:
    """The result as what JSON can carry: times tagged, exceptions as their text, everything else as it is."""
    if isinstance(value, time.struct_time):
        return {"__time__": list(value)}
    if isinstance(value, Mapping):
        return {"__feed__": {str(key): to_plain(item) for key, item in value.items()}}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, tuple):
        return {"__tuple__": [to_plain(item) for item in value]}
    if isinstance(value, Iterable):
        return [to_plain(item) for item in value]
    return str(value)


def from_plain(value: Any) -> Any:
    """The opposite of `to_plain`; an exception comes back as its text."""
    if isinstance(value, dict):
        if "__time__" in value:
            return time.struct_time(value["__time__"])
        if "__tuple__" in value:
            return tuple(from_plain(item) for item in value["__tuple__"])
        return feedparser.FeedParserDict({key: from_plain(item) for key, item in value["__feed__"].items()})
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    return value
