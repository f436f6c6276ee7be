"""The calls of the simulated Graph API, over one World; HTTP is in facebook.py."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cms.ops.simulators.facebook_world import GraphError, Post, Token, World

MESSAGE_LIMIT = 63_206
PHOTO_LIMIT = 4 * 1024 * 1024
PER_PAGE, MAX_PER_PAGE = 25, 100
LISTS = frozenset({"posts", "published_posts", "feed"})


@dataclass
class Call:
    """One call: the parts of its path after the version, its fields, its files, its key."""

    method: str
    parts: list[str]
    fields: dict[str, str]
    files: dict[str, bytes]
    token: str
    address: str = ""
    owner: Token = field(default_factory=lambda: Token("Trang"))


class GraphApi:
    """What we use of the Graph API."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, call: Call) -> dict[str, Any]:
        """The body of the answer. Raises GraphError."""
        call.owner = self._owner(call)
        self.world.spend()
        match call.method, call.parts:
            case "GET", ["me"]:
                return {"name": call.owner.name, "id": call.owner.page or "10000000001"}
            case "GET", ["me", "accounts"]:
                return self._accounts(call.owner)
            case "GET", [page, edge] if edge in LISTS:
                return self._list(page, call)
            case "POST", [page, "feed"]:
                return self._feed(self._page(page, call), call)
            case "POST", [page, "photos"]:
                return self._photos(self._page(page, call), call)
            case "GET", [name] if "_" in name:
                return self._post_json(self.world.find_post(name), call.fields.get("fields", "id"))
            case "GET", [page]:
                return {"name": self.world.page_name(page), "id": page}
            case "POST", [name]:
                return self._edit(name, call)
            case "DELETE", [name]:
                return self._delete(name, call)
        raise GraphError(2500, "Unknown path components", status=404)

    def _owner(self, call: Call) -> Token:
        if not call.token:
            raise GraphError(104, "An access token is required to request this resource.", status=400)
        if self.world.app_secret:
            made = hmac.new(self.world.app_secret.encode(), call.token.encode(), hashlib.sha256).hexdigest()
            given = call.fields.get("appsecret_proof", "")
            if not hmac.compare_digest(made, given):
                what = "Invalid appsecret_proof provided in the API argument" if given else (
                    "API calls from the server require an appsecret_proof argument"
                )  # fmt: skip
                raise GraphError(100, what)
        if self.world.tokens is None:
            page = call.parts[0] if call.parts and call.parts[0].isdigit() else next(iter(self.world.pages), "")
            return Token(self.world.page_name(page) if page else "Trang", page=page)
        known = self.world.tokens.get(call.token)
        if known is None:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)
        if known.expires_at and self.world.clock() >= known.expires_at:
            raise GraphError(
                190, "Error validating access token: Session has expired", status=401, subcode=known.subcode
            )
        return known

    def _accounts(self, owner: Token) -> dict[str, Any]:
        if owner.page:
            raise GraphError(100, "Tried accessing nonexisting field (accounts) on node type (Page)")
        rows = [
            {
                "id": page,
                "name": self.world.page_name(page),
                "access_token": f"EAApage{page}",
                "tasks": ["CREATE_CONTENT"],
            }
            for page in owner.pages
        ]
        return {"data": rows, "paging": {"cursors": {"before": "a", "after": "b"}}}

    def _page(self, page: str, call: Call) -> str:
        if call.owner.page and call.owner.page != page:
            raise GraphError(200, "The user hasn't authorized the application to perform this action", status=403)
        if not call.owner.page or not call.owner.may_post:
            raise GraphError(
                200, "If posting to a page, requires both pages_read_engagement and pages_manage_posts", status=403
            )
        self.world.page_name(page)
        return page

    def _feed(self, page: str, call: Call) -> dict[str, Any]:
        message, link = call.fields.get("message", ""), call.fields.get("link", "")
        photos = self._attached(page, call)
        if not (message.strip() or link or photos):
            raise GraphError(100, "You must specify a message, link, place, or tags")
        if link and not link.startswith(("http://", "https://")):
            raise GraphError(100, "link URL is not properly formatted")
        self._check(page, message)
        for number in photos:
            self.world.photos[number].published = True
        return {"id": self.world.store_post(page, message=message, link=link, photos=photos).id}

    def _attached(self, page: str, call: Call) -> tuple[str, ...]:
        found = []
        for name in sorted(name for name in call.fields if name.startswith("attached_media[")):
            try:
                number = str(json.loads(call.fields[name])["media_fbid"])
            except (ValueError, KeyError, TypeError):
                raise GraphError(100, "Invalid parameter attached_media") from None
            photo = self.world.photos.get(number)
            if photo is None or photo.page != page or photo.published:
                raise GraphError(100, f"Invalid media_fbid {number}")
            found.append(number)
        return tuple(found)

    def _check(self, page: str, message: str) -> None:
        if len(message.encode("utf-16-le")) // 2 > MESSAGE_LIMIT:
            raise GraphError(100, "The message is too long")
        latest = next(iter(self.world.standing(page)), None)
        if self.world.refuse_duplicates and latest is not None and message and latest.message == message:
            raise GraphError(506, "Duplicate status message")

    def _photos(self, page: str, call: Call) -> dict[str, Any]:
        content = call.files.get("source", b"")
        message = call.fields.get("message") or call.fields.get("caption") or ""
        published = call.fields.get("published", "true").lower() not in {"false", "0"}
        if not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            raise GraphError(324, "Missing or invalid image file")
        if len(content) > PHOTO_LIMIT:
            raise GraphError(1, "Photos should be less than 4 MB", status=500)
        if published:
            self._check(page, message)
        photo = self.world.store_photo(page, content, alt=call.fields.get("alt_text_custom", ""), published=published)
        if not published:
            return {"id": photo.id}
        post = self.world.store_post(page, message=message, link="", photos=(photo.id,), number=photo.id)
        return {"id": photo.id, "post_id": post.id}

    def _list(self, page: str, call: Call) -> dict[str, Any]:
        since = _seconds(call.fields.get("since", ""))
        size = min(int(call.fields.get("limit") or PER_PAGE), MAX_PER_PAGE)
        start = int(call.fields.get("after") or 0) if (call.fields.get("after") or "0").isdigit() else 0
        rows = [post for post in self.world.standing(page) if post.created >= since]
        shown = rows[start : start + size]
        answer: dict[str, Any] = {"data": [self._post_json(post, call.fields.get("fields", "id")) for post in shown]}
        if shown:
            end = start + len(shown)
            answer["paging"] = {"cursors": {"before": str(start), "after": str(end)}}
            if end < len(rows):
                answer["paging"]["next"] = f"{call.address}?after={end}"
        return answer

    def _post_json(self, post: Post, fields: str) -> dict[str, Any]:
        created = datetime.fromtimestamp(int(post.created), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        page, _underscore, number = post.id.partition("_")
        every: dict[str, Any] = {
            "id": post.id, "message": post.message, "created_time": created,
            "permalink_url": f"https://www.facebook.com/{page}/posts/{number}",
        }  # fmt: skip
        wanted = {"id", *fields.split(",")}
        return {name: value for name, value in every.items() if name in wanted and value != ""}

    def _edit(self, name: str, call: Call) -> dict[str, Any]:
        post = self.world.find_post(name)
        self._page(post.page, call)
        message = call.fields.get("message", "")
        if not message.strip():
            raise GraphError(100, "You must specify a message")
        with self.world.lock:
            post.edited += post.message != message
            post.message = message
        return {"success": True}

    def _delete(self, name: str, call: Call) -> dict[str, Any]:
        post = self.world.find_post(name)
        self._page(post.page, call)
        with self.world.lock:
            post.deleted = True
        return {"success": True}


def _seconds(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def usage_headers(world: World, page: str) -> dict[str, str]:
    """The headers that tell how much of each allowance is used; none while nothing is."""
    allowance, found = world.allowance, {}
    if allowance.app:
        row = {"call_count": int(allowance.app), "total_time": int(allowance.app / 2), "total_cputime": 0}
        found["X-App-Usage"] = json.dumps(row)
    if allowance.page:
        row = {"call_count": int(allowance.page), "total_time": 1, "total_cputime": 1}
        found["X-Page-Usage"] = json.dumps(row)
    if allowance.business or allowance.regain_minutes:
        rows = [
            {
                "type": "pages", "call_count": int(allowance.business), "total_cputime": 1, "total_time": 1,
                "estimated_time_to_regain_access": int(allowance.regain_minutes),
            }
        ]  # fmt: skip
        found["X-Business-Use-Case-Usage"] = json.dumps({page or "0": rows})
    return found
