"""The register of official accounts: what the organisations own out there, whether or not posts go to it."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Organisation
from channels.delivery.account_addresses import address_key, normal_address
from channels.delivery.enums import Platform
from channels.delivery.models import Endpoint, OfficialAccount
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Role, User
from cms.core.permissions import has_role
from cms.core.text import nfc

# Which kinds of accounts a destination of a channel may stand for.
PLATFORMS_OF_KIND: dict[str, tuple[str, ...]] = {
    "telegram": (Platform.TELEGRAM_CHANNEL, Platform.TELEGRAM_GROUP),
    "facebook": (Platform.FACEBOOK_PAGE,),
    "zalo": (Platform.ZALO_OA,),
    "website": (Platform.WEBSITE,),
    "wordpress": (Platform.WEBSITE,),
    "webhook": (Platform.WEBSITE, Platform.OTHER),
}


@dataclass(frozen=True)
class AccountInput:
    """What is typed about an account."""

    platform: str
    name: str
    address: str
    organisation: Organisation
    person_in_charge: User | None = None
    contact: str = ""
    endpoint: Endpoint | None = None
    note: str = ""


def may_keep_accounts(user: Any) -> bool:
    """True for administrators in office today. `None` is the system itself (sample data)."""
    return user is None or has_role(user, Role.ADMINISTRATOR)


@transaction.atomic
def register_account(values: AccountInput, *, user: Any) -> OfficialAccount:
    """A new row of the register, not verified yet. Raises BadInput, Conflict (it is there already), NotAllowed."""
    _require(user)
    fields = _checked(values, None)
    account = OfficialAccount.objects.create(created_at=clock.now(), **fields)
    audit.record(account, "delivery.account.register", user=user, data={"address": account.address})
    return account


@transaction.atomic
def change_account(account: OfficialAccount, values: AccountInput, *, user: Any) -> OfficialAccount:
    """The row with other values. Another address, kind or owner has to be verified anew. Raises as `register_account`."""
    _require(user)
    fresh = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    fields = _checked(values, fresh)
    changed = sorted(name for name, value in fields.items() if getattr(fresh, name) != value)
    for name, value in fields.items():
        setattr(fresh, name, value)
    if {"address", "platform", "organisation"} & set(changed):
        fresh.verified_at = fresh.verified_by = None
    fresh.save()
    if changed:
        audit.record(fresh, "delivery.account.change", user=user, data={"changed": changed})
    return fresh


@transaction.atomic
def verify_account(account: OfficialAccount, *, user: Any) -> OfficialAccount:
    """The row with the word of somebody who looked: the account is there, and it is the organisation's own."""
    _require(user)
    fresh = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if not fresh.active:
        raise Conflict(_("This account is out of use; take it into use again first."))
    fresh.verified_at, fresh.verified_by = clock.now(), user
    fresh.save(update_fields=["verified_at", "verified_by"])
    audit.record(fresh, "delivery.account.verify", user=user, data={"address": fresh.address})
    return fresh


@transaction.atomic
def retire_account(account: OfficialAccount, *, user: Any) -> OfficialAccount:
    """The row out of use: it stays in the register and its history, and is shown to the public no more."""
    _require(user)
    fresh = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    fresh.active = False
    fresh.save(update_fields=["active"])
    audit.record(fresh, "delivery.account.retire", user=user, data={"address": fresh.address})
    return fresh


@transaction.atomic
def restore_account(account: OfficialAccount, *, user: Any) -> OfficialAccount:
    """The row in use again; it has to be verified anew before the public sees it."""
    _require(user)
    fresh = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    fresh.active, fresh.verified_at, fresh.verified_by = True, None, None
    fresh.save(update_fields=["active", "verified_at", "verified_by"])
    audit.record(fresh, "delivery.account.restore", user=user, data={"address": fresh.address})
    return fresh


def _require(user: Any) -> None:
    if not may_keep_accounts(user):
        raise NotAllowed(_("Only administrators may change the register of official accounts."))


def _checked(values: AccountInput, own: OfficialAccount | None) -> dict[str, Any]:
    """The fields as they are kept; Conflict when the account or the destination is in another row."""
    name = nfc(values.name.replace("\x00", "")).strip()[:200]
    if not name:
        raise BadInput(_("Give the account's name as people see it there."))
    if values.platform not in Platform.values:
        raise BadInput(_("Choose what kind of account this is."))
    address = normal_address(values.address.replace("\x00", ""), values.platform)
    same = [
        row for row in OfficialAccount.objects.all()
        if address_key(row.address) == address_key(address) and (own is None or row.pk != own.pk)
    ]  # fmt: skip
    if same:
        raise Conflict(_("This account is in the register already: “%(name)s”.") % {"name": same[0].name})
    _check_endpoint(values, own)
    return {
        "platform": values.platform, "name": name, "address": address, "organisation": values.organisation,
        "person_in_charge": values.person_in_charge, "endpoint": values.endpoint,
        "contact": nfc(values.contact.replace("\x00", "")).strip()[:200],
        "note": nfc(values.note.replace("\x00", "")).strip()[:2000],
    }  # fmt: skip


def _check_endpoint(values: AccountInput, own: OfficialAccount | None) -> None:
    endpoint = values.endpoint
    if endpoint is None:
        return
    allowed = PLATFORMS_OF_KIND.get(endpoint.kind)
    if allowed is not None and values.platform not in allowed:
        raise BadInput(_("The destination “%(name)s” is of another kind than this account.") % {"name": endpoint.name})
    taken = OfficialAccount.objects.filter(endpoint=endpoint).first()
    if taken is not None and taken != own:
        raise Conflict(
            _("The destination “%(name)s” belongs to the account “%(account)s” already.")
            % {"name": endpoint.name, "account": taken.name}
        )
