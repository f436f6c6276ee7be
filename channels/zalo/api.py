"""The shapes of Zalo's Open API, in and out: the one place to mend when the real thing differs.

No two public sources agree on everything, and Zalo's own pages cannot be asked by machines. What is written here is what
the Java SDK of Zalo itself (github.com/zaloplatform/zalo-java-sdk, tests) and two tools that really post for communes
do (shared reference, domain.md 7.1); where others differ:

* ``cover`` is an object with ``cover_type`` "photo"; some write a string or ``cover_type`` 1 and are answered −201.
* ``photo_url`` takes a public address (the commune tools) or what an upload returned (others put its ``attachment_id``
  there; one report says that those are refused). We name the upload, and fall back to a fixed public address that the
  administrator may give for it.
* An address must be plain ASCII, percent-encoded, else −201 "photo_url … is invalid" (log of a commune tool).
* Lengths: documented 150, 50, 300 and really refused at exactly 150 and 300 (same log); we carry 140, 50, 250.
* ``content`` of a text block is HTML in Zalo's examples and plain text in others': escaped text without tags, one block
  for each paragraph, is right for both.
* ``verify`` names the article ``id`` (commune tools, SDK) or ``article_id`` (others); a broadcast's answer names
  ``message_id``; a listing's rows are in ``medias`` (``articles`` in one); its ``create_date`` is seconds or milliseconds.
* ``getslice`` takes offset, limit (at most 10, else −201) and type as plain parameters.
"""

import html
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

TITLE_LIMIT = 140
AUTHOR_LIMIT = 50
DESCRIPTION_LIMIT = 250
# Zalo documents no limit for the text; longer than this nobody reads on a telephone, and their editor becomes slow.
BODY_LIMIT = 12_000
IMAGE_BYTES = 1_000_000
SLICE = 10
MAX_BROADCAST = 5

UPLOAD = "/v2.0/oa/upload/image"
CREATE = "/v2.0/article/create"
VERIFY = "/v2.0/article/verify"
UPDATE = "/v2.0/article/update"
REMOVE = "/v2.0/article/remove"
DETAIL = "/v2.0/article/getdetail"
LISTING = "/v2.0/article/getslice"
BROADCAST = "/v2.0/oa/message"
ACCOUNT = "/v2.0/oa/getoa"
QUOTA = "/v3.0/oa/quota/message"


@dataclass(frozen=True)
class Listed:
    """One row of the account's list of articles; `at` None when it does not say."""

    id: str
    title: str
    shown: bool
    link: str
    at: datetime | None


@dataclass(frozen=True)
class Account:
    """Who the token speaks for."""

    id: str
    name: str


def article_body(
    article: Mapping[str, Any], *, cover: str, pictures: Mapping[str, str], shown: bool, number: str = ""
) -> dict[str, Any]:
    """The JSON of create, or of update with the article's `number`.

    `article` is a payload of channels/zalo/rendering.py; `cover` and `pictures` (by SHA-256) are what uploads returned; a
    picture without one is left out.
    """
    shown_blocks = [block for block in article["blocks"] if block["type"] != "image" or block["sha256"] in pictures]
    body = [_block(block, pictures) for block in shown_blocks]
    body += [_text(line) for line in (*article["hotlines"], article["link"], article["note"]) if line]
    body.append(_text(article["signature"]))
    made: dict[str, Any] = {
        "type": "normal",
        "title": article["title"],
        "author": article["author"],
        "cover": {"cover_type": "photo", "photo_url": ascii_address(cover), "status": "show"},
        "description": article["description"],
        "body": body,
        "status": "show" if shown else "hide",
        "comment": "show" if article.get("comment") else "hide",
    }
    return {"id": number, **made} if number else made


def _block(block: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, str]:
    if block["type"] == "image":
        return {"type": "image", "url": ascii_address(pictures[block["sha256"]])}
    return _text(str(block["text"]))


def _text(words: str) -> dict[str, str]:
    return {"type": "text", "content": html.escape(words, quote=False)}


def ascii_address(address: str) -> str:
    """The address with spaces and other letters percent-encoded; what is encoded already stays."""
    return urllib.parse.quote(address.strip(), safe=":/?#[]@!$&'()*+,;=%-._~")


def broadcast_body(numbers: Sequence[str]) -> dict[str, Any]:
    """The JSON that sends up to five articles to all followers.

    The documented target is a filter (ages, gender, locations, cities, platform) whose "0" means everybody; the city
    codes are those of the 63 old provinces, so they are not offered.
    """
    if not 1 <= len(numbers) <= MAX_BROADCAST:
        raise ValueError("a broadcast carries one to five articles")
    elements = [{"media_type": "article", "attachment_id": number} for number in numbers]
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    return {"recipient": {"target": {"gender": "0"}}, "message": {"attachment": attachment}}


def text_of(reply: Mapping[str, Any], *names: str) -> str:
    """The first of these fields of `data` that holds a text or a number; "" when there is none."""
    data = reply.get("data")
    if isinstance(data, str | int) and not isinstance(data, bool):
        return str(data)
    if isinstance(data, Mapping):
        for name in names:
            value = data.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
                return str(value)
    return ""


def token_of(reply: Mapping[str, Any]) -> str:
    """What create and update return: a token to ask `verify` with."""
    return text_of(reply, "token")


def article_id_of(reply: Mapping[str, Any]) -> str:
    """What `verify` returns when the article is ready."""
    return text_of(reply, "id", "article_id")


def broadcast_id_of(reply: Mapping[str, Any]) -> str:
    """What a broadcast returns."""
    return text_of(reply, "message_id", "broadcast_id", "id")


def upload_reference(reply: Mapping[str, Any]) -> str:
    """What names an uploaded picture: its address when the answer has one, else its number."""
    return text_of(reply, "url", "photo_url", "attachment_id")


def account_of(reply: Mapping[str, Any]) -> Account:
    """Number and name of the official account."""
    return Account(text_of(reply, "oa_id", "oaid"), text_of(reply, "name", "oa_name"))


def listing_of(reply: Mapping[str, Any]) -> list[Listed]:
    """The rows of one page of `getslice`, as they come (newest first)."""
    data = reply.get("data")
    rows = (data.get("medias") or data.get("articles") or []) if isinstance(data, Mapping) else []
    return [_listed(row) for row in rows if isinstance(row, Mapping)]


def _listed(row: Mapping[str, Any]) -> Listed:
    return Listed(
        id=str(row.get("id") or ""),
        title=str(row.get("title") or ""),
        shown=row.get("status") == "show",
        link=str(row.get("link_view") or row.get("link") or ""),
        at=_moment(row.get("create_date") or row.get("created_date")),
    )


def _moment(value: Any) -> datetime | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    if seconds > 1e11:  # milliseconds
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
