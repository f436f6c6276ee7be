"""The memory of the simulated Facebook: pages, posts, pictures, keys, allowances and the faults somebody ordered.

It stands for a party outside the product, so it has its own clock (`time.time` unless a test gives another one) and its
memory is bounded: old posts and pictures are forgotten.
"""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

POSTS_KEPT = 1000
PAGES_KEPT = 200
PHOTO_BYTES_KEPT = 20 * 1024 * 1024

FAULT_KINDS = frozenset(
    {
        "refuse",  # the connection closes before the request is read
        "drop_before_accept",  # the request is read, nothing is stored, the connection closes
        "drop_reply",  # it is stored, then the connection closes without a reply
        "hang",  # it is stored, the reply comes after `seconds`
        "slow_body",  # it is stored, the reply's body comes in drops over `seconds`
        "delay",  # `seconds` pass before it is looked at
        "garbage",  # it is stored, the reply is not JSON
        "5xx",  # `status` before anything is stored, without JSON
        "5xx_after",  # it is stored, then `status` without JSON
        "error",  # the Graph error `code`/`subcode` with `status` and `message`; nothing is stored
        "error_after",  # the same, after it was stored
    }
)
BEFORE = frozenset({"refuse", "drop_before_accept", "delay", "5xx", "error"})


class GraphError(Exception):
    """A refusal as the Graph API words it."""

    def __init__(
        self, code: int, message: str, *, status: int = 400, subcode: int = 0, transient: bool = False
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.subcode, self.transient = code, message, status, subcode, transient

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.message}", "type": "OAuthException", "code": self.code,
            "fbtrace_id": "Asimulated0000000000000",
        }  # fmt: skip
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        return {"error": error}


@dataclass
class Fault:
    """An ordered fault: what happens to the next `times` calls that fit `method` and `path` (the last part of it)."""

    kind: str
    times: int = 1
    method: str | None = None
    path: str | None = None
    seconds: float = 1.0
    status: int = 400
    code: int = 1
    subcode: int = 0
    message: str = "An unknown error occurred"
    transient: bool = False

    def fits(self, method: str, path: str) -> bool:
        """True when this call is meant."""
        return self.method in (None, method) and self.path in (None, path)

    def as_error(self) -> GraphError:
        """The ordered Graph error."""
        return GraphError(self.code, self.message, status=self.status, subcode=self.subcode, transient=self.transient)


@dataclass
class Token:
    """A key: of a page (`page`) or of a person (`pages` are those the person manages)."""

    name: str
    page: str = ""
    pages: tuple[str, ...] = ()
    expires_at: float = 0.0
    subcode: int = 463
    may_post: bool = True


@dataclass
class Photo:
    """An uploaded picture."""

    id: str
    page: str
    sha256: str
    size: int
    alt: str = ""
    published: bool = True


@dataclass
class Post:
    """What stands on a page."""

    id: str
    page: str
    created: float
    message: str = ""
    link: str = ""
    photos: tuple[str, ...] = ()
    deleted: bool = False
    edited: int = 0

    def as_json(self) -> dict[str, Any]:
        """The plain form given to tests."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass
class Allowance:
    """What the usage headers say; nothing while all is zero, as the real ones."""

    app: float = 0.0
    page: float = 0.0
    business: float = 0.0
    regain_minutes: float = 0.0
    # Calls in an hour that are let through; 0 is no limit.
    calls_per_hour: int = 0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=10_000))


class World:
    """Everything the simulator remembers; every method is safe to call from several threads.

    `tokens`: the keys that are accepted; None lets every key be the key of every page. `app_secret`: with one, every call
    must carry the proof made with it.
    """

    def __init__(
        self,
        *,
        tokens: dict[str, Token] | None = None,
        app_secret: str = "",
        clock: Callable[[], float] = time.time,
        refuse_duplicates: bool = True,
    ) -> None:
        self.tokens, self.app_secret, self.clock = tokens, app_secret, clock
        self.refuse_duplicates = refuse_duplicates
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget everything: pages, posts, pictures, faults, counters."""
        with self.lock:
            self.pages: dict[str, str] = {}
            self.posts: deque[Post] = deque(maxlen=POSTS_KEPT)
            self.photos: dict[str, Photo] = {}
            self.files: dict[str, bytes] = {}
            self.faults: list[Fault] = []
            self.calls: dict[str, int] = {}
            self.secrets_in_addresses = 0
            self.accepted = 0
            self.allowance = Allowance()
            self._next = 1_000_001

    def order(self, fault: Fault) -> None:
        """Let the next calls that fit fail in the given way."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {fault.kind}")
        with self.lock:
            self.faults.append(fault)

    def take_fault(self, method: str, path: str) -> Fault | None:
        """The first ordered fault that fits this call, counted down; None when there is none."""
        with self.lock:
            name = f"{method} {path}"
            self.calls[name] = self.calls.get(name, 0) + 1
            for fault in self.faults:
                if fault.fits(method, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
        return None

    def page_name(self, page: str) -> str:
        """The page's name; any number is a page until 200 are known."""
        with self.lock:
            while page not in self.pages and len(self.pages) >= PAGES_KEPT:
                del self.pages[next(iter(self.pages))]
            return self.pages.setdefault(page, f"Trang {page}")

    def new_number(self) -> str:
        """The next number, for posts and pictures alike."""
        with self.lock:
            self._next += 1
            return str(self._next)

    def store_post(self, page: str, *, message: str, link: str, photos: tuple[str, ...], number: str = "") -> Post:
        """Accept a post."""
        with self.lock:
            post = Post(f"{page}_{number or self.new_number()}", page, self.clock(), message, link, photos)
            self.posts.append(post)
            self.accepted += 1
            return post

    def store_photo(self, page: str, content: bytes, *, alt: str, published: bool) -> Photo:
        """Accept a picture."""
        with self.lock:
            photo = Photo(self.new_number(), page, hashlib.sha256(content).hexdigest(), len(content), alt, published)
            self.photos[photo.id] = photo
            self.files[photo.id] = content
            while len(self.files) > 1 and sum(map(len, self.files.values())) > PHOTO_BYTES_KEPT:
                del self.files[next(iter(self.files))]
            return photo

    def find_post(self, name: str) -> Post:
        """The post under this number. Raises the error that the real one gives for what is gone or hidden."""
        with self.lock:
            for post in self.posts:
                if post.id == name and not post.deleted:
                    return post
        raise GraphError(
            100, f"Unsupported request. Object with ID '{name}' does not exist, cannot be loaded due to missing "
            "permissions, or does not support this operation", subcode=33,
        )  # fmt: skip

    def standing(self, page: str) -> list[Post]:
        """The posts of the page that are not deleted, newest first."""
        with self.lock:
            return [post for post in reversed(self.posts) if post.page == page and not post.deleted]

    def spend(self) -> None:
        """Count one call. Raises the error of a used-up allowance."""
        with self.lock:
            now, allowance = self.clock(), self.allowance
            allowance.recent.append(now)
            inside = sum(now - moment < 3600 for moment in allowance.recent)
            if allowance.calls_per_hour:
                allowance.page = max(allowance.page, min(100.0, 100.0 * inside / allowance.calls_per_hour))
                if inside > allowance.calls_per_hour:
                    raise GraphError(32, "Page request limit reached", status=403)

    def snapshot(self) -> list[Post]:
        """The remembered posts, oldest first."""
        with self.lock:
            return list(self.posts)
