"""One feed written in three ways: RSS 2.0, Atom 1.0 (RFC 4287), JSON Feed 1.1. The same names and times in each."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html
from django.utils.xmlutils import SimplerXMLGenerator

from channels.website.words import body_html, clean
from cms.core.languages import ORTHOGRAPHIES
from cms.website.offered import Offer

JSON_FEED = "https://jsonfeed.org/version/1.1"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself, and its texts. `base` is our address without a slash, `path` the feed's own."""

    title: str
    description: str
    home: str
    base: str
    path: str
    code: str
    issuer: str
    changed: datetime
    offers: list[Offer]

    @property
    def tag(self) -> str:
        """The BCP 47 tag of its language."""
        return ORTHOGRAPHIES[self.code].tag


class _Dated(SyndicationFeed):
    def latest_post_date(self) -> datetime:
        """When the newest of its texts changed; without any, when its page did: an empty feed is not new each time."""
        return max((item["updateddate"] for item in self.items), default=self.feed["changed"])


class _Rss(_Dated, Rss201rev2Feed):  # type: ignore[misc]
    def root_attributes(self) -> dict[str, str]:
        """With the namespace of the full text."""
        return {**super().root_attributes(), "xmlns:content": _CONTENT}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """With the full text."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["html"])


class _Atom(_Dated, Atom1Feed):  # type: ignore[misc]
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """With the full text."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})


def rss(feed: Feed) -> bytes:
    """RSS 2.0, UTF-8."""
    return _written(_Rss, feed)


def atom(feed: Feed) -> bytes:
    """Atom 1.0, UTF-8."""
    return _written(_Atom, feed)


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1, UTF-8."""
    authors = [{"name": feed.issuer, "url": feed.base + "/"}]
    return json.dumps(
        {
            "version": JSON_FEED,
            "title": clean(feed.title),
            "home_page_url": feed.home,
            "feed_url": feed.base + feed.path,
            "description": clean(feed.description),
            "language": feed.tag,
            "authors": authors,
            "items": [_json_item(offer, feed) for offer in feed.offers],
        },
        ensure_ascii=False,
    ).encode()


def _json_item(offer: Offer, feed: Feed) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": offer.uuid.urn,
        "url": offer.url,
        "title": clean(offer.page.title),
        "content_html": _html(offer),
        "date_published": offer.page.first_published_at.isoformat(),
        "date_modified": offer.changed.isoformat(),
        "language": feed.tag,
        "authors": [{"name": offer.issuer}],
    }
    if offer.document["summary"]:
        item["summary"] = offer.document["summary"]
    if offer.sound is not None:
        attachment: dict[str, Any] = {"url": feed.base + offer.sound.url, "mime_type": offer.sound.mime}
        if offer.sound.size:
            attachment["size_in_bytes"] = offer.sound.size
        if offer.sound.seconds:
            attachment["duration_in_seconds"] = round(offer.sound.seconds)
        item["attachments"] = [attachment]
    return item


def _written(kind: type[SyndicationFeed], feed: Feed) -> bytes:
    made = kind(
        title=clean(feed.title), link=feed.home, description=clean(feed.description), subtitle=clean(feed.description),
        language=feed.tag, feed_url=feed.base + feed.path, author_name=feed.issuer, changed=feed.changed,
    )  # fmt: skip
    for offer in feed.offers:
        sound = offer.sound
        made.add_item(
            title=clean(offer.page.title), link=offer.url, description=offer.document["summary"], html=_html(offer),
            unique_id=offer.uuid.urn, unique_id_is_permalink=False, author_name=offer.issuer,
            pubdate=offer.page.first_published_at, updateddate=offer.changed,
            enclosures=[Enclosure(feed.base + sound.url, str(sound.size or 0), sound.mime)] if sound else [],
        )  # fmt: skip
    return str(made.writeString("utf-8")).encode()


def _html(offer: Offer) -> str:
    # Pictures stay on their page: it has their sizes and credits.
    return body_html(offer.document, picture=lambda part: str(format_html("<p>[{}]</p>", part["alt"])))
