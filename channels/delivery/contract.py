"""What a kind of channel is to the engine. Adding one is adding a folder that registers such an object; see CONTRIBUTING.

channels/<kind>/channel.py     class …Channel(Channel)
channels/<kind>/apps.py        def ready(self): register(…Channel())
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html

from channels.delivery.enums import Action, ReadBack
from channels.delivery.said import storable, web_address
from cms.core.errors import NotReady

if TYPE_CHECKING:
    from campaigns.models import Approval
    from channels.delivery.models import Endpoint


@dataclass(frozen=True)
class Budget:
    """One limit on sending, shared by all workers under `key`: at most `count` in any `seconds`, for each window.

    `cost` is how many of them the send at hand counts as (an album of n pictures counts n).
    """

    key: str
    windows: tuple[tuple[int, float], ...]
    scope: str = "chat"
    cost: int = 1


@dataclass(frozen=True)
class Outgoing:
    """One piece of work handed to a channel, after the intent was written. `secret` is clear text: never log it."""

    delivery_id: int
    idem_key: str
    action: str
    endpoint: "Endpoint"
    secret: str
    payload: dict[str, Any]
    payload_sha256: str
    approval: "Approval | None"
    # What the earlier delivery put there: for taking down and correcting, and for channels whose sends replace.
    remote_id: str = ""
    # Grows with every intent of this installation: a receiver may refuse what is older than what it has.
    version: int = 0
    # Which secret of the credential this is: a refusal of an older one says nothing about the present one.
    generation: int = 0
    # What is not secret about the credential (application number, user name).
    credential_config: dict[str, Any] = field(default_factory=dict)
    # Keep what is known so far (a number, a step that is done) with the attempt, at once: it survives this process.
    note: Callable[[dict[str, Any]], None] = field(default=lambda evidence: None, repr=False)


@dataclass(frozen=True)
class Sent:
    """What the other side said when it accepted, fit to be kept; an address that is none of the web is left out."""

    remote_id: str = ""
    remote_url: str = ""
    at: datetime | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "remote_id", storable(self.remote_id))
        object.__setattr__(self, "remote_url", web_address(self.remote_url))
        object.__setattr__(self, "evidence", storable(self.evidence))


@dataclass(frozen=True)
class Look:
    """What a look at the other side found for an attempt whose reply was lost: a value of enums.ReadBack.

    "there" only with `sent` (the number it has there); "absent" only when the other side shows everything newer than the
    attempt and it is not among that; all else is "unknown".
    """

    verdict: str = ReadBack.UNKNOWN
    sent: Sent | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", storable(self.evidence))


@dataclass(frozen=True)
class Counter:
    """One limit of a text as the channel counts it, for the live counters of the editor: `used` of `limit` `unit`s."""

    label: str
    used: int
    limit: int
    unit: str = "characters"


@dataclass(frozen=True)
class Renewed:
    """What the other side gave for a renewal key. `refresh_secret` empty: the old one stays good. Clear text, never logged."""

    secret: str
    refresh_secret: str = ""
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None


class Channel:
    """A kind of channel. Methods that reach out raise only channels.delivery.errors.SendError subclasses."""

    kind: str = ""
    label: Any = ""
    # A channel that shows a thing from a moment to a moment is served once per rule and taken down at the end.
    spans: bool = False
    # Actions whose repetition changes nothing at the other end: only these are ever repeated without a person.
    idempotent: frozenset[str] = frozenset()
    # Actions that this channel can carry out.
    actions: frozenset[str] = frozenset({Action.SEND})
    needs_credential: bool = False
    config_form: type[forms.Form] | None = None
    # A form for what is not secret about the key (`Credential.config`), and whether the key has more than one part.
    credential_form: type[forms.Form] | None = None
    # What of a key is secret and typed by a person: of "secret", "refresh_secret", "app_secret".
    key_parts: tuple[str, ...] = ("secret",)
    # What the other side calls these parts, where people would not find them under our words.
    key_labels: dict[str, Any] = {}
    # The setting that holds the address which the key is sent to; "" where the address is the same for everybody.
    key_goes_to: str = ""
    # A later send of the same item in the same language takes the place of the earlier one: Outgoing.remote_id names it.
    replaces: bool = False
    # Our own pages show a hotline as it is now and mask one that changed: nothing wrong stands there meanwhile.
    shows_present_facts: bool = False
    # A send gives the work to people: its receipt says "handed over", and only their own word says that it happened.
    hands_over: bool = False
    # A send is several steps, and an early one may be visible although the last never came: see `left_standing`.
    in_steps: bool = False
    # Keys die by themselves and can be renewed: `renew` is called when less than `renew_before` is left.
    renew_before: timedelta | None = None

    def render_variant(self, approval: "Approval", endpoint: "Endpoint") -> dict[str, Any]:
        """The payload this destination will carry, JSON only, the same for the same approval. No network.

        Raises BadInput when the text cannot be carried, NotReady when something (a recording) is missing yet.
        """
        raise NotImplementedError

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """The payload with its words replaced by an editor's. Raises BadInput when they cannot be carried."""
        raise NotReady("this channel carries the approved words only")

    def plain_text(self, payload: dict[str, Any]) -> str:
        """The words that readers will see, without markup: for counters, for telling the same text twice."""
        return str(payload.get("text", ""))

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The words that `with_text` would replace."""
        return self.plain_text(payload)

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """How long the words are, as this channel counts them; empty when it has no limit."""
        return []

    def closed_until(self, endpoint: "Endpoint", payload: dict[str, Any], at: datetime) -> datetime | None:
        """When this destination may next be used, if it may not be at `at` (a night window); None when it may."""
        return None

    def look(self, outgoing: Outgoing, *, since: datetime, noted: dict[str, Any]) -> Look:
        """Look (read only, out of any transaction) whether what was sent after `since` is there.

        `noted` is the attempt's evidence. Raises SendError when the other side cannot be asked now.
        """
        return Look()

    def left_standing(self, noted: dict[str, Any]) -> str:
        """The number of what an attempt with this evidence made visible before it broke off; "" for nothing. No network."""
        return ""

    def renew(self, *, refresh_secret: str, app_secret: str, config: dict[str, Any]) -> Renewed:
        """The next access token. Raises AuthFailed when the renewal key is used up, other SendErrors when not reached."""
        raise NotReady("the keys of this channel are not renewed")

    def preview_html(self, payload: dict[str, Any]) -> str:
        """What will be seen, as safe HTML for the scheduling screen."""
        return format_html("<pre>{}</pre>", payload.get("text", ""))

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """Sentences that an editor should read before planning this; empty when there is nothing to say."""
        return []

    def budgets(self, endpoint: "Endpoint") -> list[Budget]:
        """The limits that one send to this destination counts against."""
        return []

    def cost(self, payload: dict[str, Any], action: str) -> int:
        """How many sends carrying out `action` with this payload counts as in `budgets`."""
        return 1

    def counted_budgets(self, endpoint: "Endpoint", payload: dict[str, Any], action: str) -> list[Budget]:
        """`budgets`, with what the send at hand costs in each."""
        limits = self.budgets(endpoint)
        cost = self.cost(payload, action) if limits else 1
        return limits if cost == 1 else [replace(limit, cost=cost) for limit in limits]

    def is_long(self, payload: dict[str, Any]) -> bool:
        """True when sending may take longer than half a lease (an upload), so that the lease must be kept alive."""
        return False

    def send(self, outgoing: Outgoing) -> Sent:
        """Carry out SEND. Called outside any transaction."""
        raise NotImplementedError

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Take back what `outgoing.remote_id` names."""
        raise NotImplementedError

    def correct(self, outgoing: Outgoing) -> Sent:
        """Replace what `outgoing.remote_id` names by the payload."""
        raise NotImplementedError

    def connect_url(self, endpoint: "Endpoint | None") -> str:
        """Our page where somebody signs in to the account to get a key for this (or a new) destination; "" when keys are typed."""
        return ""

    def test_connection(self, endpoint: "Endpoint", secret: str) -> str:
        """A sentence that says what was reached, without sending anything."""
        raise NotReady("this channel has nothing to connect to")


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a kind of channel known; registering a kind again replaces it."""
    _channels[channel.kind] = channel


def channel_for(kind: str) -> Channel:
    """The channel of this kind. Raises KeyError when its folder is not installed."""
    return _channels[kind]


def channels() -> list[Channel]:
    """All channels, in the order of registration."""
    return list(_channels.values())
