"""Questions about what is planned, out, stuck or late; for the engine's screens and for the rooms above."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from campaigns.models import Campaign, ContentItem
from channels.delivery.contract import channels
from channels.delivery.enums import (
    DUE_STATES,
    QUEUE_STATES,
    Action,
    CredentialState,
    DeliveryState,
    ReceiptKind,
    RuleState,
)
from channels.delivery.handed import shown_state
from channels.delivery.models import Correction, Credential, Delivery, Receipt, Rule
from cms.core import clock

# A delivery still waiting this long after its moment is late.
LATE_AFTER = timedelta(minutes=5)
# What every list of deliveries shows, in one query.
SHOWN = (
    "endpoint__organisation__area__parent__parent__parent", "endpoint__official_account", "endpoint__credential",
    "occurrence__rule__item__campaign", "variant__approval__item__campaign",
    "original__variant__approval__item__campaign", "correction",
)  # fmt: skip
_SHOWN = ("endpoint", "occurrence__rule__item__campaign", "variant__approval__item__campaign", "original")


def is_planned_on_web(item: ContentItem, orthography: str, *, at: datetime) -> bool:
    """True when a plan in force shows (or will show) the text on our own pages, so that its address there leads somewhere."""
    kinds = [channel.kind for channel in channels() if channel.spans and channel.shows_present_facts]
    rules = Rule.objects.filter(item=item, orthography=orthography, state=RuleState.ACTIVE, endpoint__kind__in=kinds)
    return rules.filter(Q(until__isnull=True) | Q(until__gt=at)).exists()


def of_campaign(campaign: Campaign) -> Q:
    """The condition that a delivery is the campaign's, by its plan or by what it carries."""
    return Q(occurrence__rule__item__campaign=campaign) | Q(variant__approval__item__campaign=campaign)


def deliveries_of(campaign: Campaign) -> "QuerySet[Delivery]":
    """All deliveries of a campaign, earliest first."""
    return Delivery.objects.filter(of_campaign(campaign)).select_related(*_SHOWN).order_by("planned_at", "id")


def count_by_state(deliveries: "QuerySet[Delivery]") -> dict[str, int]:
    """State → how many, for the states that occur."""
    rows = deliveries.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def count_by_shown_state(deliveries: "QuerySet[Delivery]") -> dict[str, int]:
    """State as it is shown (what was handed over to people apart from what was sent) → how many, for those that occur."""
    rows = deliveries.order_by().annotate(shown=shown_state()).values_list("shown").annotate(n=Count("pk"))
    return dict(rows)


def between(after: datetime, before: datetime, campaigns: Iterable[Campaign] | None = None) -> "QuerySet[Delivery]":
    """Deliveries planned in [after, before), for calendars; replaced ones are left out."""
    found = Delivery.objects.filter(planned_at__gte=after, planned_at__lt=before)
    found = found.exclude(state=DeliveryState.SUPERSEDED)
    if campaigns is not None:
        found = found.filter(occurrence__rule__item__campaign__in=campaigns)
    return found.select_related(*_SHOWN).order_by("planned_at", "id")


def queue(state: str) -> "QuerySet[Delivery]":
    """One of the queues that people work, oldest first: unconfirmed, failed, held, expired."""
    if state not in QUEUE_STATES:
        raise ValueError(state)
    return Delivery.objects.filter(state=state).select_related(*_SHOWN).order_by("planned_at", "id")


def late(*, at: datetime | None = None) -> "QuerySet[Delivery]":
    """Deliveries that should have left a while ago and still wait, oldest first.

    What is held is not late: it waits for its cause, and stands in a list of its own.
    """
    before = (at or clock.now()) - LATE_AFTER
    waiting = [*DUE_STATES, DeliveryState.LEASED]
    return (
        Delivery.objects.filter(state__in=waiting, planned_at__lt=before).select_related(*_SHOWN).order_by("planned_at")
    )


def queue_counts(*, at: datetime | None = None) -> dict[str, int]:
    """How many deliveries wait for somebody: {"unconfirmed", "failed", "held", "late"}; missed ones wait for nobody."""
    counted = [DeliveryState.UNCONFIRMED, DeliveryState.FAILED, DeliveryState.HELD]
    found = count_by_state(Delivery.objects.filter(state__in=counted))
    return {str(state): found.get(state, 0) for state in counted} | {"late": late(at=at).count()}


def open_corrections() -> int:
    """How many corrections are not settled yet."""
    return Correction.objects.filter(closed_at__isnull=True).count()


def receipts_of(campaign: Campaign) -> "QuerySet[Receipt]":
    """What verifiably happened for a campaign, newest first."""
    return Receipt.objects.filter(campaign_ref=campaign.pk)


def receipts_for(delivery: Delivery) -> "QuerySet[Receipt]":
    """The receipts of one delivery, oldest first."""
    return Receipt.objects.filter(delivery_ref=delivery.pk).order_by("at", "id")


def refused_credentials() -> "QuerySet[Credential]":
    """Keys that the other side refuses, with the number of deliveries held for them."""
    held = Count("endpoints__deliveries", filter=Q(endpoints__deliveries__state=DeliveryState.HELD))
    return Credential.objects.filter(state=CredentialState.REAUTH_NEEDED).annotate(held=held)


def health(*, at: datetime | None = None) -> dict[str, Any]:
    """What an operator must know: {"late", "overdue_leases", "unconfirmed", "failed", "held", "last_receipt_at"}."""
    at = at or clock.now()
    grace = at - timedelta(seconds=60)
    stuck = Delivery.objects.filter(state__in=[DeliveryState.LEASED, DeliveryState.SENDING], lease_until__lt=grace)
    last = Receipt.objects.aggregate(at=Max("at"))["at"]
    return {**queue_counts(at=at), "overdue_leases": stuck.count(), "last_receipt_at": last}


def outstanding_take_downs() -> "QuerySet[Delivery]":
    """Take-downs that wait or failed: what the public may still see although it should be gone."""
    waiting = Delivery.objects.filter(action=Action.TAKE_DOWN, planned_at__lte=clock.now())
    return waiting.filter(Q(state__in=[*DUE_STATES, DeliveryState.FAILED, DeliveryState.HELD])).annotate(
        item_id=F("occurrence__rule__item")
    )


def count_posts(campaign: Campaign) -> int:
    """How many posts of the campaign arrived at channels other than the website, by receipt or by a person's word.

    What was handed over to people is no post: what they carried out is counted from their confirmations.
    """
    kinds = [ReceiptKind.SENT, ReceiptKind.CONFIRMED]
    left_out = ["website", *(channel.kind for channel in channels() if channel.hands_over)]
    posts = receipts_of(campaign).filter(kind__in=kinds).exclude(channel__in=left_out)
    return posts.order_by().values("delivery_ref").distinct().count()


def count_on_web(campaign: Campaign) -> int:
    """How many texts of the campaign were put on a website, each item and language once."""
    shown = receipts_of(campaign).filter(kind=ReceiptKind.SENT, channel="website")
    return shown.order_by().values("item_ref", "orthography").distinct().count()
