"""The memory of the simulated WordPress: accounts, posts, pictures, terms and the faults somebody ordered."""

import hashlib
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from anyascii import anyascii

POSTS_KEPT = 1000
FAULT_KINDS = frozenset(
    {
        "400",
        "401",  # incorrect_password
        "403",  # rest_cannot_create
        "413",  # an nginx page, not JSON
        "429",  # with Retry-After = `retry_after`
        "500",  # before anything is applied
        "500_after",  # applied, then the fault
        "502",
        "503",  # the maintenance page, with Retry-After = `retry_after`
        "api_closed",  # rest_no_route
        "blocked",  # 403 from a firewall, HTML
        "html",  # 200 with a page instead of JSON, nothing applied
        "redirect",
        "drop_before_accept",
        "drop_reply",  # applied, then the connection closes
        "hang",  # applied, the reply comes after `seconds`
        "delay",
        "garbage",  # applied, the reply is not JSON
        "slow_body",  # applied, the reply's bytes come one by one over `seconds`
    }
)
CAPABILITIES = {
    "editor": {"edit_posts", "publish_posts", "upload_files", "edit_others_posts", "delete_posts", "manage_categories"},
    "author": {"edit_posts", "publish_posts", "upload_files", "delete_posts"},
    "contributor": {"edit_posts", "delete_posts"},
    "subscriber": {"read"},
}


class ApiError(Exception):
    """A refusal as the REST API words it."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code.replace("_", " ")

    def as_json(self) -> dict[str, Any]:
        """{"code", "message", "data": {"status"}}."""
        return {"code": self.code, "message": self.message, "data": {"status": self.status}}


@dataclass
class Fault:
    """An ordered fault: what happens to the next `times` calls of `operation` (None: of any)."""

    kind: str
    times: int = 1
    operation: str | None = None
    retry_after: int = 30
    seconds: float = 1.0


@dataclass
class Account:
    """Somebody who may use the API: `password` is an application password without its spaces."""

    login: str
    name: str
    password: str
    role: str = "editor"
    id: int = 2

    def may(self, capability: str) -> bool:
        """Whether the role has this capability."""
        return capability in CAPABILITIES.get(self.role, set())


@dataclass
class Item:
    """A post or a picture."""

    id: int
    kind: str
    slug: str
    status: str
    fields: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""

    @property
    def sha256(self) -> str:
        """Of the uploaded bytes."""
        return hashlib.sha256(self.content).hexdigest() if self.content else ""


class World:
    """Everything the simulator remembers; every method is safe to call from several threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """A fresh site with an editor "cong" (password "aaaa bbbb cccc dddd eeee ffff") and one category."""
        with self.lock:
            self.accounts = {"cong": Account("cong", "Phòng Tuyên truyền", "aaaabbbbccccddddeeeeffff")}
            self.items: dict[int, Item] = {}
            self.terms = {"categories": {"uncategorized": 1, "thong-bao": 3}, "tags": {"an-ninh": 4}}
            self.faults: list[Fault] = []
            self.calls: Counter[str] = Counter()
            self.application_passwords = True
            # A bare WordPress 6.1 passes over a wrong key in silence; with some extensions it names the fault.
            self.names_bad_keys = False
            self.plain_addresses = False
            self._next = 10

    def order(self, fault: Fault) -> None:
        """Let the next calls that fit fail in the given way."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {fault.kind}")
        with self.lock:
            self.faults.append(fault)

    def take_fault(self, operation: str) -> Fault | None:
        """The first ordered fault that fits this call, counted down; None when there is none."""
        with self.lock:
            self.calls[operation] += 1
            for fault in self.faults:
                if fault.operation in (None, operation):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
        return None

    def add(self, kind: str, slug: str, status: str, fields: dict[str, Any], content: bytes = b"") -> Item:
        """A new post or picture with a number and an address of its own."""
        with self.lock:
            item = Item(self._next, kind, self.free_slug(slug, status), status, fields, content)
            self._next += 1
            self.items[item.id] = item
            while len(self.items) > POSTS_KEPT:
                del self.items[next(iter(self.items))]
            return item

    def free_slug(self, slug: str, status: str, own: int = 0) -> str:
        """The address, with "-2" behind it when another has it; drafts may share one (wp_unique_post_slug)."""
        slug = sanitize_title(slug)
        taken = {item.slug for item in self.items.values() if item.id != own and item.status != "trash"}
        if status in ("draft", "pending") or slug not in taken:
            return slug
        number = 2
        while f"{slug}-{number}" in taken:
            number += 1
        return f"{slug}-{number}"

    def posts(self) -> list[Item]:
        """The posts, oldest first."""
        with self.lock:
            return [item for item in self.items.values() if item.kind == "post"]

    def media(self) -> list[Item]:
        """The pictures, oldest first."""
        with self.lock:
            return [item for item in self.items.values() if item.kind == "attachment"]


def sanitize_title(text: str) -> str:
    """An address part as WordPress makes one."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9_-]+", "-", anyascii(text).lower())).strip("-")[:200]
