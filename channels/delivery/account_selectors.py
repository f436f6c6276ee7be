"""Questions to the register of official accounts: lists with filters, what needs attention, what the public may see."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Organisation
from channels.delivery.enums import CredentialState, Platform
from channels.delivery.models import Endpoint, OfficialAccount
from channels.delivery.services.accounts import PLATFORMS_OF_KIND
from cms.core.text import fold

# An account that nobody has looked at for this long may have been lost, renamed or copied.
VERIFY_EVERY = timedelta(days=90)

# The health of an account's key, from best to worst.
GOOD, EXPIRING, REFUSED, OFF, NO_KEY, NOT_LINKED = "good", "expiring", "refused", "off", "no_key", "not_linked"


@dataclass(frozen=True)
class AccountFilter:
    """What a list is narrowed to; empty means everything. `attention` is "verify" or "person"."""

    text: str = ""
    platform: str = ""
    organisation: int | None = None
    health: str = ""
    attention: str = ""
    retired: bool = False

    @property
    def is_narrow(self) -> bool:
        """True when anything but the usual list is asked for."""
        return self != AccountFilter()


@dataclass(frozen=True)
class AccountRow:
    """One account as the list shows it: the health of its key and what somebody should do."""

    account: OfficialAccount
    health: str
    reminders: list[str] = field(default_factory=list)

    @property
    def health_words(self) -> str:
        """The health in words, with its mark."""
        return health_words(self.health)


def health_words(health: str) -> str:
    """Mark and words of a health; state is never told by colour alone."""
    return {
        GOOD: _("● key works"),
        EXPIRING: _("▲ key expires soon"),
        REFUSED: _("■ key refused"),
        OFF: _("○ destination switched off"),
        NO_KEY: _("● needs no key"),
        NOT_LINKED: _("○ no posts from here"),
    }[health]


def healths() -> list[tuple[str, str]]:
    """Every health with its words, for a choice."""
    return [(code, health_words(code)) for code in (GOOD, EXPIRING, REFUSED, OFF, NO_KEY, NOT_LINKED)]


def health_of(account: OfficialAccount) -> str:
    """The health of the key with which posts go to this account."""
    endpoint = account.endpoint
    if endpoint is None:
        return NOT_LINKED
    if not endpoint.active:
        return OFF
    if endpoint.credential is None:
        return NO_KEY
    state = endpoint.credential.state
    if state == CredentialState.REAUTH_NEEDED:
        return REFUSED
    return GOOD if state in {CredentialState.HEALTHY, CredentialState.REFRESHING} else EXPIRING


def reminders_for(account: OfficialAccount, *, at: datetime) -> list[str]:
    """What somebody should do about an account in use; empty when there is nothing."""
    if not account.active:
        return []
    found = []
    if account.verified_at is None:
        found.append(_("not verified yet"))
    elif at - account.verified_at > VERIFY_EVERY:
        found.append(_("not verified for %(days)s days") % {"days": (at - account.verified_at).days})
    person = account.person_in_charge
    if person is None and not account.contact:
        found.append(_("nobody is in charge"))
    elif person is not None and not person.is_active:
        found.append(_("the person in charge has left"))
    return found


def account_rows(wanted: AccountFilter, *, at: datetime) -> list[AccountRow]:
    """The register, narrowed, those that need attention first, then by kind and name."""
    rows = [
        AccountRow(account, health_of(account), reminders_for(account, at=at))
        for account in _found(wanted, at)
        if _matches(account, wanted.text)
    ]
    if wanted.health:
        rows = [row for row in rows if row.health == wanted.health]
    return sorted(
        rows, key=lambda row: (not row.reminders and row.health != REFUSED, row.account.platform, row.account.name)
    )


def _found(wanted: AccountFilter, at: datetime) -> "QuerySet[OfficialAccount]":
    rows = OfficialAccount.objects.select_related(
        "organisation", "person_in_charge", "verified_by", "endpoint__credential"
    )
    rows = rows.filter(active=not wanted.retired)
    if wanted.platform:
        rows = rows.filter(platform=wanted.platform)
    if wanted.organisation is not None:
        rows = rows.filter(organisation=wanted.organisation)
    if wanted.attention == "verify":
        rows = rows.filter(Q(verified_at__isnull=True) | Q(verified_at__lt=at - VERIFY_EVERY))
    elif wanted.attention == "person":
        rows = rows.filter(Q(person_in_charge__isnull=True, contact="") | Q(person_in_charge__is_active=False))
    return rows


def _matches(account: OfficialAccount, text: str) -> bool:
    if not text.strip():
        return True
    words = fold(f"{account.name} {account.address} {account.organisation.name} {account.note}")
    return all(word in words for word in fold(text).split())


def attention_counts(*, at: datetime) -> dict[str, int]:
    """{"verify", "person"}: how many accounts in use wait for each."""
    return {name: _found(AccountFilter(attention=name), at).count() for name in ("verify", "person")}


def owners() -> "QuerySet[Organisation]":
    """The organisations that have an account in the register."""
    return Organisation.objects.filter(official_accounts__isnull=False).distinct().order_by("name")


def unregistered_endpoints() -> list[Endpoint]:
    """Destinations that stand for an account out there which is not in the register yet."""
    rows = Endpoint.objects.filter(official_account__isnull=True, kind__in=PLATFORMS_OF_KIND)
    return list(rows.select_related("organisation"))


def guess_from(endpoint: Endpoint) -> dict[str, Any]:
    """What a destination tells about its account: kind, name, owner. Its address is for a person to type."""
    platform = PLATFORMS_OF_KIND.get(endpoint.kind, ("",))[0]
    return {
        "platform": platform, "name": endpoint.name, "organisation": endpoint.organisation_id, "endpoint": endpoint.pk,
    }  # fmt: skip


@dataclass(frozen=True)
class PublicAccount:
    """One account as residents see it: nothing about persons."""

    kind: str
    name: str
    address: str
    owner: str


def public_accounts() -> list[PublicAccount]:
    """The accounts in use that somebody verified, by owner and kind; residents may trust these and no others."""
    rows = OfficialAccount.objects.filter(active=True, verified_at__isnull=False).select_related("organisation")
    order = {value: number for number, value in enumerate(Platform.values)}
    return [
        PublicAccount(str(row.get_platform_display()), row.name, row.address, row.organisation.name)
        for row in sorted(rows, key=lambda row: (row.organisation.name, order[row.platform], row.name))
    ]
