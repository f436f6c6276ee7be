"""The same words to the same people twice: told to whoever plans or edits, never forbidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from channels.delivery.contract import channel_for
from channels.delivery.enums import OUT_STATES, Action
from channels.delivery.models import Delivery, Endpoint
from channels.delivery.sameness import likeness, shingles, text_key
from channels.delivery.wording import words_of

WITHIN = timedelta(days=30)
# Two texts that share this much of their three-word runs are one text with a few words changed.
ALIKE = 0.6
_LOOKED_AT = 60
# Settings that say which account a destination is; all else (whether sound goes along) does not.
_NAMES_AN_ACCOUNT = ("_id", "url", "address", "host", "site", "page", "chat", "phone")


@dataclass(frozen=True)
class Earlier:
    """Something that went to the same account: where, when, and whether the words are the same or nearly."""

    endpoint: Endpoint
    at: datetime
    title: str
    same: bool

    @property
    def sentence(self) -> str:
        """For the person who is about to send it again."""
        facts = {"endpoint": self.endpoint.name, "day": f"{localtime(self.at):%d/%m/%Y}", "title": self.title}
        if self.same:
            return _("These words already went to %(endpoint)s on %(day)s (“%(title)s”).") % facts
        return _("Nearly the same words already went to %(endpoint)s on %(day)s (“%(title)s”).") % facts


def account_key(endpoint: Endpoint) -> tuple[Any, ...] | None:
    """What tells one account from another of its kind; None when the settings do not say."""
    found = sorted(
        (name, str(value).strip().casefold().rstrip("/"))
        for name, value in endpoint.config.items()
        if value and str(name).endswith(_NAMES_AN_ACCOUNT)
    )
    return (endpoint.kind, *found) if found else None


def same_account(endpoint: Endpoint) -> list[Endpoint]:
    """The destination and every other that leads to the same account."""
    key = account_key(endpoint)
    if key is None:
        return [endpoint]
    others = Endpoint.objects.filter(kind=endpoint.kind).exclude(pk=endpoint.pk)
    return [endpoint, *(other for other in others if account_key(other) == key)]


def doubled_accounts(endpoints: Iterable[Endpoint]) -> list[str]:
    """A sentence for every pair of chosen destinations that are one account."""
    first: dict[tuple[Any, ...], Endpoint] = {}
    said = []
    for endpoint in endpoints:
        key = account_key(endpoint)
        if key is None:
            continue
        if key in first:
            names = {"one": first[key].name, "other": endpoint.name}
            said.append(_("“%(one)s” and “%(other)s” are the same account: its readers would get it twice.") % names)
        first.setdefault(key, endpoint)
    return said


def went_before(endpoint: Endpoint, payload: dict[str, Any], *, at: datetime) -> list[Earlier]:
    """What went to this account in the 30 days before `at` and says (nearly) the same, newest first, one per text."""
    channel = channel_for(endpoint.kind)
    words = words_of(channel, payload)
    key, own = text_key(words), shingles(words)
    sent = Delivery.objects.filter(
        endpoint__in=same_account(endpoint), action=Action.SEND, state__in=OUT_STATES, variant__isnull=False,
        planned_at__gt=at - WITHIN,
    ).select_related("endpoint", "variant__approval__item")  # fmt: skip
    found: list[Earlier] = []
    seen: set[tuple[int, str]] = set()
    for delivery in sent.order_by("-planned_at", "-pk")[:_LOOKED_AT]:
        variant = delivery.variant
        if variant is None or (delivery.endpoint_id, variant.payload_sha256) in seen:
            continue
        seen.add((delivery.endpoint_id, variant.payload_sha256))
        theirs = words_of(channel, variant.payload)
        same = bool(key) and key == (variant.text_key or text_key(theirs))
        if same or likeness(own, shingles(theirs)) >= ALIKE:
            when = delivery.finished_at or delivery.planned_at
            found.append(Earlier(delivery.endpoint, when, variant.approval.item.title, same))
    return found
