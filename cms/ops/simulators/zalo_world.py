"""The memory of the simulated Zalo: applications, accounts, tokens, articles, broadcasts and the faults somebody ordered.

It stands for a party outside the product, so it has its own clock (`time.time` unless a test gives another one) and its
memory is bounded: old articles and pictures are forgotten.
"""

import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KEPT = 1000
CODE_SECONDS = 600
ACCESS_SECONDS = 90_000
REFRESH_SECONDS = 90 * 86_400
VIETNAM_SECONDS = 7 * 3600

FAULT_KINDS = frozenset(
    {
        "code",  # the error `code` with status 200, nothing is applied
        "code_after",  # applied, and yet answered with the error `code`
        "401",
        "429",
        "500",  # nothing is applied
        "502",
        "500_after",  # applied, then a 500
        "drop_before_accept",  # the connection closes before anything is applied
        "drop_reply",  # applied, then the connection closes without an answer
        "hang",  # applied, the answer comes after `seconds`
        "delay",  # `seconds` pass before the call is looked at
        "garbage",  # applied, the answer is not JSON
        "cut",  # applied, the answer ends in the middle
        "slow_body",  # applied, the answer comes a byte at a time over `seconds`
        "no_fields",  # applied, the answer says success and names nothing
    }
)


class ZaloError(Exception):
    """A refusal as Zalo words it: status 200, `error`, `message`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Fault:
    """An ordered fault: what happens to the next `times` calls of `step` (None fits all), after letting `skip` pass."""

    kind: str
    step: str | None = None
    times: int = 1
    skip: int = 0
    code: int = -1
    message: str = "simulated"
    seconds: float = 1.0


@dataclass
class Article:
    """An article of an account. `ready_at` is when `verify` names it."""

    id: str
    account: str
    content: dict[str, Any]
    made_at: float
    ready_at: float
    updates: int = 0
    removed: bool = False

    @property
    def shown(self) -> bool:
        """True when readers see it."""
        return self.content.get("status") == "show" and not self.removed

    def as_json(self) -> dict[str, Any]:
        """The plain form given to tests."""
        return {
            **self.content,
            "id": self.id,
            "made_at": self.made_at,
            "updates": self.updates,
            "removed": self.removed,
        }


@dataclass
class Broadcast:
    """A broadcast that was accepted; it reaches the followers after moderation, at `sent_at`."""

    id: str
    account: str
    articles: list[str]
    at: float
    sent_at: float


@dataclass
class Grant:
    """What a code or a renewal token stands for."""

    app: str
    account: str
    until: float
    challenge: str = ""
    used: bool = False


@dataclass
class Upload:
    """A picture that was taken: `reference` names it."""

    reference: str
    content: bytes = field(repr=False)
    kind: str = ""


class World:
    """Everything the simulator remembers; every method is safe to call from several threads.

    `apps`: application number → secret; None takes any. `strict_tokens`: only tokens from its own OAuth are good.
    `prepare_seconds`: how long an article is being prepared (−214). `quota`: broadcasts left today. `night`: whether the
    night window is enforced. `takes_uploads`: whether a cover may name an upload. `consent`: whether the permission page
    answers at once instead of asking.
    """

    def __init__(
        self,
        *,
        apps: dict[str, str] | None = None,
        strict_tokens: bool = False,
        prepare_seconds: float = 0.0,
        moderation_seconds: float = 1800.0,
        quota: int = 10_000,
        night: bool = True,
        takes_uploads: bool = True,
        consent: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.apps = apps
        self.strict_tokens = strict_tokens
        self.prepare_seconds = prepare_seconds
        self.moderation_seconds = moderation_seconds
        self.daily_quota = quota
        self.night = night
        self.takes_uploads = takes_uploads
        self.consent = consent
        self.clock = clock
        self.lock = threading.RLock()
        self.accounts = {"1000000000000000001": "Thông tin cơ sở (mô phỏng)"}
        self.reset()

    def reset(self) -> None:
        """Forget everything: tokens, articles, broadcasts, faults, counters."""
        with self.lock:
            self.codes: dict[str, Grant] = {}
            self.refresh: dict[str, Grant] = {}
            self.access: dict[str, Grant] = {}
            self.articles: dict[str, Article] = {}
            self.pending: dict[str, str] = {}
            self.broadcasts: deque[Broadcast] = deque(maxlen=KEPT)
            self.uploads: dict[str, Upload] = {}
            self.faults: list[Fault] = []
            self.calls: Counter[str] = Counter()
            self.seen_addresses: deque[str] = deque(maxlen=KEPT)
            self.quota = self.daily_quota

    def order(self, fault: Fault) -> None:
        """Let the next calls that fit fail in the given way."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {fault.kind}")
        with self.lock:
            self.faults.append(fault)

    def take_fault(self, step: str) -> Fault | None:
        """The first ordered fault that fits this call, counted down; None when there is none."""
        with self.lock:
            self.calls[step] += 1
            for fault in self.faults:
                if fault.step not in (None, step):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def keep(self, rows: dict[str, Any], key: str, value: Any) -> None:
        """Remember a row, and forget the oldest when there are too many."""
        with self.lock:
            rows[key] = value
            while len(rows) > KEPT:
                del rows[next(iter(rows))]

    def grant_tokens(self, app: str, account: str) -> dict[str, str]:
        """A new pair of tokens, as Zalo answers it: `expires_in` is a text."""
        access, renewal = f"at-{secrets.token_urlsafe(60)}", f"rt-{secrets.token_urlsafe(60)}"
        now = self.clock()
        self.keep(self.access, access, Grant(app, account, now + ACCESS_SECONDS))
        self.keep(self.refresh, renewal, Grant(app, account, now + REFRESH_SECONDS))
        return {"access_token": access, "refresh_token": renewal, "expires_in": str(ACCESS_SECONDS)}

    def account_of(self, token: str) -> str:
        """The account a token speaks for. Raises ZaloError −216 or −220."""
        with self.lock:
            grant = self.access.get(token)
            if grant is None and not self.strict_tokens and token:
                return next(iter(self.accounts))
        if grant is None:
            raise ZaloError(-216, "Access token is invalid")
        if grant.until < self.clock():
            raise ZaloError(-220, "Access token has expired")
        return grant.account

    def is_night(self) -> bool:
        """True between 22:00 and 06:00 in Vietnam, by this world's clock."""
        hour = int((self.clock() + VIETNAM_SECONDS) % 86_400 // 3600)
        return hour >= 22 or hour < 6

    def standing(self) -> list[Article]:
        """The articles that were not removed, oldest first."""
        with self.lock:
            return [article for article in self.articles.values() if not article.removed]
