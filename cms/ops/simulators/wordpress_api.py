"""The routes of the simulated REST API, over one World; HTTP is in wordpress.py.

Written from the handbook (developer.wordpress.org/rest-api/reference/{posts,media,users}) and held to a real WordPress by
tests/conformance/test_wordpress.py: both peers answer the same test body.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cms.ops.simulators.wordpress_world import Account, ApiError, Item, World

UPLOAD_LIMIT = 2 * 1024 * 1024
_STATUSES = frozenset({"publish", "future", "draft", "pending", "private"})
_FIELDS = (
    "title", "content", "excerpt", "comment_status", "ping_status", "featured_media", "categories", "tags", "alt_text",
    "lang",
)  # fmt: skip


@dataclass
class Call:
    """One request as the routes see it."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    file: tuple[str, str, bytes] | None = None
    authorization: str = ""


class RestApi:
    """The routes that we use, and their refusals."""

    def __init__(self, world: World, base: Callable[[], str]) -> None:
        self.world = world
        self.base = base

    def operation(self, call: Call) -> str:
        """The name under which faults are ordered for this call."""
        parts = call.path.strip("/").split("/")
        if parts == ["users", "me"]:
            return "me"
        kind = {"posts": "post", "media": "media", "categories": "terms", "tags": "terms"}.get(parts[0], "unknown")
        if kind in ("terms", "unknown"):
            return kind
        numbered = len(parts) == 2
        if call.method == "GET":
            return f"get_{kind}" if numbered else f"find_{kind}"
        if call.method == "DELETE":
            return f"delete_{kind}"
        return f"update_{kind}" if numbered else f"create_{kind}"

    def answer(self, call: Call) -> tuple[int, Any]:
        """(status, JSON). Raises ApiError."""
        account = self._account(call.authorization)
        parts = call.path.strip("/").split("/")
        with self.world.lock:
            if parts == ["users", "me"]:
                return 200, self._me(account, call)
            if parts[0] in ("categories", "tags") and call.method == "GET":
                return 200, self._terms(parts[0], call.query)
            if parts[0] not in ("posts", "media") or len(parts) > 2 or (len(parts) == 2 and not parts[1].isdigit()):
                raise ApiError(404, "rest_no_route", "No route was found matching the URL and request method.")
            kind = "post" if parts[0] == "posts" else "attachment"
            if len(parts) == 2:
                return self._one(kind, int(parts[1]), account, call)
            if call.method == "GET":
                return 200, self._find(kind, account, call)
            return 201, self._create(kind, account, call)

    def _account(self, authorization: str) -> Account | None:
        scheme, _space, token = authorization.partition(" ")
        if scheme.lower() != "basic" or not self.world.application_passwords:
            return None
        try:
            login, _colon, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        account = self.world.accounts.get(login)
        right = account is not None and "".join(c for c in password if c.isalnum()) == account.password
        if right or not self.world.names_bad_keys:
            return account if right else None
        if account is None:
            raise ApiError(401, "invalid_username", "Unknown username. Check again or try your email address.")
        raise ApiError(401, "incorrect_password", "The provided password is an invalid application password.")

    def _me(self, account: Account | None, call: Call) -> dict[str, Any]:
        if account is None:
            raise ApiError(401, "rest_not_logged_in", "You are not currently logged in.")
        found: dict[str, Any] = {"id": account.id, "name": account.name, "slug": account.login}
        if call.query.get("context") == "edit":
            from cms.ops.simulators.wordpress_world import CAPABILITIES

            found |= {"username": account.login, "roles": [account.role]}
            found["capabilities"] = dict.fromkeys(sorted(CAPABILITIES[account.role]), True)
        return found

    def _terms(self, taxonomy: str, query: dict[str, str]) -> list[dict[str, Any]]:
        wanted = query.get("slug", "").split(",")
        return [{"id": number, "slug": slug} for slug, number in self.world.terms[taxonomy].items() if slug in wanted]

    def _find(self, kind: str, account: Account | None, call: Call) -> list[dict[str, Any]]:
        query = call.query
        if query.get("context") == "edit" and not (account and account.may("edit_posts")):
            raise _closed(account, "rest_forbidden_context")
        statuses = set(query.get("status", "publish").split(",")) if kind == "post" else {"inherit"}
        if kind == "post" and statuses != {"publish"} and not (account and account.may("edit_posts")):
            raise ApiError(400, "rest_invalid_param", "Invalid parameter(s): status")
        slugs = query["slug"].split(",") if "slug" in query else None
        found = [
            item
            for item in self.world.items.values()
            if item.kind == kind and item.status in statuses and (slugs is None or item.slug in slugs)
        ]
        return [self._json(item, call) for item in reversed(found)][: int(query.get("per_page", "10"))]

    def _one(self, kind: str, number: int, account: Account | None, call: Call) -> tuple[int, dict[str, Any]]:
        item = self.world.items.get(number)
        if item is None or item.kind != kind:
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        if call.method == "GET":
            if item.status not in ("publish", "inherit") and not (account and account.may("edit_posts")):
                raise _closed(account, "rest_forbidden")
            return 200, self._json(item, call)
        if call.method == "DELETE":
            if not (account and account.may("delete_posts")):
                raise _closed(account, "rest_cannot_delete")
            if item.status == "trash":
                raise ApiError(410, "rest_already_trashed", "The post has already been deleted.")
            item.status, item.slug = "trash", f"{item.slug}__trashed"
            return 200, self._json(item, call)
        if not (account and account.may("edit_posts")):
            raise _closed(account, "rest_cannot_edit")
        self._set(item, account, call)
        return 200, self._json(item, call)

    def _create(self, kind: str, account: Account | None, call: Call) -> dict[str, Any]:
        if not (account and account.may("edit_posts" if kind == "post" else "upload_files")):
            raise _closed(account, "rest_cannot_create")
        if "id" in call.body:
            raise ApiError(400, "rest_post_exists", "Cannot create existing post.")
        if kind == "attachment":
            return self._upload(call)
        status = _status(call.body.get("status", "draft"), account)
        fields = self._checked(call.body)
        if not any(fields.get(name) for name in ("title", "content", "excerpt")):
            raise ApiError(400, "empty_content", "Content, title, and excerpt are empty.")
        item = self.world.add("post", str(call.body.get("slug") or fields.get("title", "")), status, fields)
        return self._json(item, call)

    def _upload(self, call: Call) -> dict[str, Any]:
        if call.file is None:
            raise ApiError(400, "rest_upload_no_data", "No data supplied.")
        name, kind, content = call.file
        if len(content) > UPLOAD_LIMIT:
            raise ApiError(413, "rest_upload_file_too_big", "This file is too big.")
        if not kind.startswith("image/"):
            raise ApiError(500, "rest_upload_unknown_error", "Sorry, you are not allowed to upload this file type.")
        slug = str(call.body.get("slug") or name.rpartition(".")[0])
        fields = {**self._checked(call.body), "mime_type": kind, "file": name}
        return self._json(self.world.add("attachment", slug, "inherit", fields, content), call)

    def _set(self, item: Item, account: Account, call: Call) -> None:
        item.fields |= self._checked(call.body)
        if item.kind == "post" and "status" in call.body:
            item.status = _status(call.body["status"], account)
        if "slug" in call.body:
            item.slug = self.world.free_slug(str(call.body["slug"]), item.status, item.id)

    def _checked(self, body: dict[str, Any]) -> dict[str, Any]:
        fields = {name: body[name] for name in _FIELDS if name in body}
        for taxonomy in ("categories", "tags"):
            known = set(self.world.terms[taxonomy].values())
            if not set(fields.get(taxonomy, ())) <= known:
                raise ApiError(400, "rest_invalid_param", f"Invalid parameter(s): {taxonomy}")
        media = fields.get("featured_media")
        if media and (media not in self.world.items or self.world.items[media].kind != "attachment"):
            raise ApiError(400, "rest_invalid_featured_media", "Invalid featured media ID.")
        return fields

    def _json(self, item: Item, call: Call) -> dict[str, Any]:
        base = self.base()
        found: dict[str, Any] = {
            "id": item.id, "slug": item.slug, "status": item.status, "link": f"{base}/{item.slug}/", "type": item.kind,
        }  # fmt: skip
        for name in ("title", "content", "excerpt"):
            text = str(item.fields.get(name, ""))
            found[name] = {"rendered": text} | (
                {"raw": text} if call.query.get("context") == "edit" or call.method != "GET" else {}
            )
        found["content"]["rendered"] = (
            found["content"]["rendered"].replace("<!-- wp:html -->", "").replace("<!-- /wp:html -->", "")
        )
        for name in ("comment_status", "ping_status", "featured_media", "categories", "tags", "alt_text", "mime_type"):
            if name in item.fields:
                found[name] = item.fields[name]
        if item.kind == "attachment":
            found["source_url"] = f"{base}/wp-content/uploads/{item.id}/{item.fields.get('file', '')}"
        return found


def _status(status: Any, account: Account) -> str:
    if status not in _STATUSES:
        raise ApiError(400, "rest_invalid_param", "Invalid parameter(s): status")
    if status in ("publish", "future", "private") and not account.may("publish_posts"):
        raise ApiError(403, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
    return str(status)


def _closed(account: Account | None, code: str) -> ApiError:
    """401 to somebody who is not logged in, 403 to somebody who is (rest_authorization_required_code)."""
    return ApiError(403 if account else 401, code, "Sorry, you are not allowed to do that.")
