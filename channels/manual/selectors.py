"""Questions about confirmed broadcasts."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.models import Campaign, Organisation
from channels.manual.models import Confirmation, ConfirmationQuerySet


def count_confirmed(campaign: Campaign) -> int:
    """How many broadcasts of a campaign people confirmed as heard, whole or in part."""
    return Confirmation.objects.heard().filter(item__campaign=campaign).count()


def history_of(organisations: Iterable[Organisation]) -> ConfirmationQuerySet:
    """Every confirmation of these bodies, taken back or not, newest broadcast first, ready to be shown."""
    return Confirmation.objects.filter(organisation__in=list(organisations)).select_related(
        "item", "item__campaign", "organisation", "confirmed_by", "withdrawn_by"
    )


def confirmed_between(campaign: Campaign, start: datetime, end: datetime) -> ConfirmationQuerySet:
    """Standing confirmations of a campaign whose broadcast lies in [start, end)."""
    return Confirmation.objects.standing().between(start, end).filter(item__campaign=campaign)
