"""Connecting an official account: a verb for administrators."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Organisation
from channels.delivery.models import Credential, Endpoint
from channels.delivery.permissions import require_administrator
from channels.delivery.services import create_endpoint, save_credential
from channels.zalo.api import Account
from channels.zalo.connecting import Begun
from channels.zalo.oauth import Tokens
from cms.core import audit
from cms.core.errors import BadInput

KIND = "zalo"


@transaction.atomic
def connect_account(*, begun: Begun, tokens: Tokens, account: Account, user: Any) -> Endpoint:
    """The destination with its new pair of tokens, stored together; a new destination when none was named.

    One account has one key, also when several destinations use it: its renewal tokens follow one another. Raises BadInput
    for another account than the destination had, and for a name that is taken.
    """
    require_administrator(user)
    endpoint = None
    if begun.endpoint_id is not None:
        endpoint = Endpoint.objects.select_for_update(of=("self",)).filter(pk=begun.endpoint_id, kind=KIND).first()
        if endpoint is None:
            raise BadInput(_("This destination is no longer there."))
        _check_same_account(endpoint, account)
    credential = save_credential(
        kind=KIND, name=_key_name(endpoint, begun, account), secret=tokens.access, refresh_secret=tokens.refresh,
        app_secret=begun.app_secret, expires_at=tokens.expires_at, refresh_expires_at=tokens.refresh_expires_at,
        config={"app_id": begun.fields["app_id"], "oa_id": account.id, "oa_name": account.name}, user=user,
    )  # fmt: skip
    if endpoint is None:
        check_name_is_free(begun.fields["name"])
        endpoint = create_endpoint(
            kind=KIND, name=begun.fields["name"], config=begun.fields["config"], credential=credential, user=user,
            organisation=_organisation(begun.fields["organisation"]),
        )  # fmt: skip
    elif endpoint.credential_id != credential.pk:
        endpoint.credential = credential
        endpoint.save(update_fields=["credential"])
    audit.record(endpoint, "zalo.account.connect", user=user, data={"oa_id": account.id})
    return endpoint


def check_name_is_free(name: str) -> None:
    """Raise BadInput when another Zalo destination has this name."""
    if Endpoint.objects.filter(kind=KIND, name=name).exists():
        raise BadInput(_("Another destination has this name already."))


def _check_same_account(endpoint: Endpoint, account: Account) -> None:
    known = str((endpoint.credential.config if endpoint.credential else {}).get("oa_id") or "")
    if known and known != account.id:
        raise BadInput(
            _(
                "At Zalo you chose the account “%(name)s”, but this destination belongs to another one. Nothing was changed."
            )
            % {"name": account.name or account.id}
        )


def _key_name(endpoint: Endpoint | None, begun: Begun, account: Account) -> str:
    """The name of the key of this account: the one it has, else a name that no other account's key has."""
    known = Credential.objects.filter(kind=KIND, config__oa_id=account.id).order_by("pk").first()
    if known is not None:
        return known.name
    if endpoint is not None and endpoint.credential is not None:
        return endpoint.credential.name
    name = str(begun.fields.get("name") or account.name)[:90]
    taken = Credential.objects.filter(kind=KIND, name=name).exists()
    return f"{name} ({account.id})" if taken else name


def _organisation(number: int) -> Organisation:
    organisation = Organisation.objects.filter(pk=number).first()
    if organisation is None:
        raise BadInput(_("This body is no longer there."))
    return organisation
