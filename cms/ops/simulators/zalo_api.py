"""The calls of the simulated Zalo, over one World; HTTP is in zalo.py.

Written from the shared reference (domain.md 7.1) and the answers that public tools logged. Every refusal is a ZaloError:
status 200 with a code.
"""

import base64
import hashlib
import html
import secrets
import urllib.parse
from collections.abc import Callable
from typing import Any

from cms.ops.simulators.zalo_world import CODE_SECONDS, Article, Broadcast, Grant, Upload, World, ZaloError

UPLOAD_LIMIT = 1024 * 1024
LIMITS = {"title": 150, "author": 50, "description": 300}
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


class Request:
    """One call: query, JSON or form fields, uploaded files (name → bytes), the two headers that matter."""

    def __init__(
        self, *, query: dict[str, str], fields: dict[str, Any], files: dict[str, bytes], token: str, secret: str
    ) -> None:
        self.query = query
        self.fields = fields
        self.files = files
        self.token = token
        self.secret = secret


class OpenApi:
    """The calls that the product makes, over one World."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.steps: dict[tuple[str, str], tuple[str, Callable[[Request], dict[str, Any]]]] = {
            ("POST", "/v4/oa/access_token"): ("", self.access_token),
            ("POST", "/v2.0/oa/upload/image"): ("upload", self.upload),
            ("POST", "/v2.0/article/create"): ("create", self.create),
            ("POST", "/v2.0/article/verify"): ("verify", self.verify),
            ("POST", "/v2.0/article/update"): ("update", self.update),
            ("POST", "/v2.0/article/remove"): ("remove", self.remove),
            ("GET", "/v2.0/article/getdetail"): ("detail", self.detail),
            ("GET", "/v2.0/article/getslice"): ("listing", self.listing),
            ("POST", "/v2.0/oa/message"): ("broadcast", self.broadcast),
            ("GET", "/v2.0/oa/getoa"): ("account", self.account),
            ("GET", "/v3.0/oa/quota/message"): ("quota", self.quota),
        }

    def permit(self, *, app_id: str, redirect_uri: str, challenge: str, state: str, account: str) -> str:
        """Where the browser goes after the account's administrator agreed. Raises ZaloError for a wrong question."""
        if self.world.apps is not None and app_id not in self.world.apps:
            raise ZaloError(-14002, "Invalid app id")
        if not redirect_uri.startswith(("http://", "https://")) or len(challenge) != 43:
            raise ZaloError(-14003, "Invalid redirect uri or code challenge")
        code = secrets.token_urlsafe(40)
        grant = Grant(app_id, account, self.world.clock() + CODE_SECONDS, challenge)
        self.world.keep(self.world.codes, code, grant)
        query = urllib.parse.urlencode({"oa_id": account, "code": code, "state": state})
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"

    def access_token(self, request: Request) -> dict[str, Any]:
        """Exchange a code or renew; both are good for one use."""
        app, world = str(request.fields.get("app_id", "")), self.world
        if world.apps is not None and (app not in world.apps or world.apps[app] != request.secret):
            raise ZaloError(-14004, "Invalid secret key")
        if not request.secret:
            raise ZaloError(-14004, "Missing secret key")
        with world.lock:
            if request.fields.get("grant_type") == "refresh_token":
                grant = world.refresh.get(str(request.fields.get("refresh_token", "")))
                if grant is None or grant.used or grant.app != app or grant.until < world.clock():
                    raise ZaloError(-14020, "Invalid refresh token")
            else:
                grant = world.codes.get(str(request.fields.get("code", "")))
                proof = str(request.fields.get("code_verifier", ""))
                if grant is None or grant.used or grant.app != app or grant.until < world.clock():
                    raise ZaloError(-14003, "Invalid authorization code")
                if not 43 <= len(proof) <= 128 or _challenge(proof) != grant.challenge:
                    raise ZaloError(-14010, "Invalid code verifier")
            grant.used = True
            return world.grant_tokens(app, grant.account)

    def upload(self, request: Request) -> dict[str, Any]:
        """Take a picture of at most a megabyte."""
        self.world.account_of(request.token)
        content = request.files.get("file", b"")
        kind = next((name for head, name in _PICTURES.items() if content.startswith(head)), "")
        if not kind:
            raise ZaloError(-201, "file is invalid")
        if len(content) > UPLOAD_LIMIT:
            raise ZaloError(-210, "file size exceeds 1 MB")
        reference = secrets.token_urlsafe(24)
        self.world.keep(self.world.uploads, reference, Upload(reference, content, kind))
        return {"data": {"attachment_id": reference}}

    def create(self, request: Request) -> dict[str, Any]:
        """Make an article; the answer is a token."""
        account, world = self.world.account_of(request.token), self.world
        self._check(request.fields)
        with world.lock:
            now, number = world.clock(), secrets.token_hex(10)
            article = Article(number, account, dict(request.fields), now, now + world.prepare_seconds)
            world.keep(world.articles, number, article)
        return {"data": {"token": self._pend(number)}}

    def verify(self, request: Request) -> dict[str, Any]:
        """The article behind a token, once it is prepared."""
        self.world.account_of(request.token)
        number = self.world.pending.get(str(request.fields.get("token", "")))
        article = self.world.articles.get(number or "")
        if article is None:
            raise ZaloError(-201, "token is invalid")
        if article.ready_at > self.world.clock():
            raise ZaloError(-214, "Media is being processed")
        return {"data": {"id": article.id}}

    def update(self, request: Request) -> dict[str, Any]:
        """Replace an article."""
        article = self._article(request, str(request.fields.get("id", "")))
        self._check(request.fields)
        with self.world.lock:
            article.content = {key: value for key, value in request.fields.items() if key != "id"}
            article.updates += 1
            article.ready_at = max(article.ready_at, self.world.clock())
        return {"data": {"token": self._pend(article.id)}}

    def remove(self, request: Request) -> dict[str, Any]:
        """Take an article away."""
        self._article(request, str(request.fields.get("id", ""))).removed = True
        return {}

    def detail(self, request: Request) -> dict[str, Any]:
        """One article."""
        return {"data": self._article(request, request.query.get("id", "")).as_json()}

    def listing(self, request: Request) -> dict[str, Any]:
        """Up to ten articles, newest first."""
        account = self.world.account_of(request.token)
        if request.query.get("type") not in ("normal", "video"):
            raise ZaloError(-201, "type accept only 2 value normal and video.")
        limit, offset = int(request.query.get("limit", 10)), int(request.query.get("offset", 0))
        if not 1 <= limit <= 10:
            raise ZaloError(-201, "maximum limit is 10")
        mine = [article for article in self.world.standing() if article.account == account]
        mine.sort(key=lambda article: article.made_at, reverse=True)
        rows = [
            {
                "id": article.id, "type": "normal", "title": article.content.get("title"),
                "status": article.content.get("status"), "create_date": int(article.made_at * 1000),
                "link_view": f"https://rd.zapps.vn/detail/{account}?id={article.id}",
            }
            for article in mine[offset : offset + limit]
        ]  # fmt: skip
        return {"data": {"total": len(mine), "medias": rows}}

    def broadcast(self, request: Request) -> dict[str, Any]:
        """Take a broadcast of one to five articles; it goes out after moderation."""
        account, world = self.world.account_of(request.token), self.world
        payload = request.fields.get("message", {}).get("attachment", {}).get("payload", {})
        numbers = [str(element.get("attachment_id", "")) for element in payload.get("elements", [])]
        if "target" not in request.fields.get("recipient", {}) or not 1 <= len(numbers) <= 5:
            raise ZaloError(-201, "recipient or elements is invalid")
        if world.night and world.is_night():
            raise ZaloError(-234, "Broadcast is not allowed from 22:00 to 06:00")
        with world.lock:
            for number in numbers:
                article = world.articles.get(number)
                if article is None or not article.shown or article.account != account:
                    raise ZaloError(-201, "attachment_id is invalid")
            if world.quota < 1:
                raise ZaloError(-211, "Out of quota")
            world.quota -= 1
            now, number = world.clock(), secrets.token_hex(12)
            world.broadcasts.append(Broadcast(number, account, numbers, now, now + world.moderation_seconds))
        return {"data": {"message_id": number}}

    def account(self, request: Request) -> dict[str, Any]:
        """Who the token speaks for."""
        number = self.world.account_of(request.token)
        return {"data": {"oa_id": number, "name": self.world.accounts[number], "is_verified": True}}

    def quota(self, request: Request) -> dict[str, Any]:
        """Broadcasts left today."""
        self.world.account_of(request.token)
        return {"data": {"remain": self.world.quota, "total": self.world.daily_quota}}

    def _pend(self, number: str) -> str:
        token = secrets.token_urlsafe(32)
        self.world.keep(self.world.pending, token, number)
        return token

    def _article(self, request: Request, number: str) -> Article:
        account = self.world.account_of(request.token)
        article = self.world.articles.get(number)
        if article is None or article.removed or article.account != account:
            raise ZaloError(-201, "id is invalid")
        return article

    def _check(self, fields: dict[str, Any]) -> None:
        """The rules for an article's fields."""
        if fields.get("type") != "normal":
            raise ZaloError(-201, "type accept only 2 value normal and video.")
        for name, limit in LIMITS.items():
            if not 1 <= len(str(fields.get(name) or "")) < limit + (name == "author"):
                raise ZaloError(-201, f"{name} allow 1 to {limit} characters")
        cover = fields.get("cover")
        if not isinstance(cover, dict) or cover.get("cover_type") != "photo":
            raise ZaloError(-201, "cover value is invalid")
        self._check_picture(str(cover.get("photo_url") or ""), "photo_url")
        body = fields.get("body")
        if not isinstance(body, list) or not body or fields.get("status") not in ("show", "hide"):
            raise ZaloError(-201, "body or status is invalid")
        for block in body:
            if block.get("type") == "image":
                self._check_picture(str(block.get("url") or ""), "url")
            elif block.get("type") != "text" or not html.unescape(str(block.get("content") or "")).strip():
                raise ZaloError(-201, "body is invalid")

    def _check_picture(self, reference: str, name: str) -> None:
        uploaded = self.world.takes_uploads and reference in self.world.uploads
        if not uploaded and not (reference.startswith("https://") and reference.isascii() and " " not in reference):
            raise ZaloError(-201, f"{name} {reference[:80]} is invalid")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
