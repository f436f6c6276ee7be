"""The REST API of one WordPress site, behind the guarded client: one request a call, no retry, redirects are refused.

Every function returns what WordPress said or raises one of the five classes of channels/delivery/errors.py, or NotThere.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from channels.website.replies import call_seconds
from channels.website.wordpress.classification import classify, classify_lost
from cms.core.http import GuardedClient, HttpError, Reply

# "any" leaves out the bin, where a post keeps its number and gets "__trashed" behind its address.
ALL_STATUSES = "publish,future,draft,pending,private,trash"
TRASHED = "__trashed"
_UPLOAD_SECONDS = 90.0


@dataclass(frozen=True)
class Post:
    """A post as the site has it."""

    id: int
    status: str
    link: str
    slug: str
    content: str = ""


@dataclass(frozen=True)
class Media:
    """A picture in the site's library."""

    id: int
    url: str


class Site:
    """One site and one application password. Use it in ``with``."""

    def __init__(self, *, address: str, user: str, password: str, plain: bool = False) -> None:
        self._address, self._plain = address.rstrip("/"), plain
        # WordPress shows application passwords in groups of four; the spaces mean nothing to it.
        token = base64.b64encode(f"{user}:{''.join(password.split())}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Accept": "application/json"}
        self._client = GuardedClient(total_seconds=call_seconds())

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *failure: object) -> None:
        self._client.close()

    def me(self) -> dict[str, Any]:
        """Whose key this is: name and what that account may do ({"name", "capabilities"})."""
        found = self._ask("GET", "users/me", {"context": "edit"})
        return found if isinstance(found, dict) else {}

    def find_post(self, slug: str) -> Post | None:
        """The post with this address, whatever its status, the bin included; None when there is none."""
        wanted = {"slug": f"{slug},{slug}{TRASHED}", "status": ALL_STATUSES, "context": "edit", "per_page": "5"}
        found = self._ask("GET", "posts", wanted)
        posts = [_post(each) for each in found] if isinstance(found, list) else []
        posts.sort(key=lambda post: (post.status == "trash", post.id))
        return posts[0] if posts else None

    def create_post(self, fields: Mapping[str, Any]) -> Post:
        """A new post. Not to be repeated unseen: twice would be two."""
        return _post(self._ask("POST", "posts", json=fields, makes=True, repeatable=False))

    def update_post(self, number: int, fields: Mapping[str, Any]) -> Post:
        """The post with these fields. Raises NotThere."""
        return _post(self._ask("POST", f"posts/{number}", json=fields, makes=True))

    def trash_post(self, number: int) -> None:
        """Put the post into the bin. Raises NotThere when it is there already or gone."""
        self._ask("DELETE", f"posts/{number}")

    def find_media(self, slug: str) -> Media | None:
        """The picture uploaded under this name, or None."""
        found = self._ask("GET", "media", {"slug": slug, "context": "edit", "per_page": "1"})
        return _media(found[0]) if isinstance(found, list) and found else None

    def upload(self, *, slug: str, name: str, kind: str, content: bytes, alt: str) -> Media:
        """A new picture with its description. Looked for by `slug` before, so a repetition is found and not doubled."""
        fields = {"title": slug, "slug": slug, "alt_text": alt}
        files = {"file": (name, content, kind)}
        return _media(self._ask("POST", "media", data=fields, files=files, makes=True, seconds=_UPLOAD_SECONDS))

    def find_terms(self, taxonomy: str, slugs: list[str]) -> dict[str, int]:
        """Address → number of the categories or tags that exist."""
        if not slugs:
            return {}
        found = self._ask("GET", taxonomy, {"slug": ",".join(slugs), "per_page": "100"})
        return {str(each["slug"]): int(each["id"]) for each in found} if isinstance(found, list) else {}

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, *, repeatable: bool = True,
        makes: bool = False, seconds: float | None = None, **body: Any,
    ) -> Any:  # fmt: skip
        try:
            reply = self._client.request(
                method, self._url(path, query or {}), headers=self._headers, follow=False, total_seconds=seconds, **body
            )
        except HttpError as error:
            raise classify_lost(error, repeatable=repeatable) from error
        return _parsed(reply, repeatable=repeatable, makes=makes, writes=method != "GET")

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        if self._plain:
            return f"{self._address}/?{urlencode({'rest_route': f'/wp/v2/{path}', **query})}"
        return f"{self._address}/wp-json/wp/v2/{path}" + (f"?{urlencode(query)}" if query else "")


def _parsed(reply: Reply, *, repeatable: bool, makes: bool, writes: bool) -> Any:
    if reply.ok:
        try:
            found = reply.json()
        except HttpError:
            found = None
        if isinstance(found, list | dict) and (not makes or (isinstance(found, dict) and "id" in found)):
            return found
    raise classify(reply, repeatable=repeatable, writes=writes)


def _post(found: Any) -> Post:
    content = found.get("content")
    raw = str(content.get("raw", "")) if isinstance(content, dict) else ""
    return Post(
        int(found["id"]), str(found.get("status", "")), str(found.get("link", "")), str(found.get("slug", "")), raw
    )


def _media(found: Any) -> Media:
    return Media(int(found["id"]), str(found.get("source_url", "")))
