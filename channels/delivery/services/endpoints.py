"""Destinations and their keys."""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Organisation
from channels.delivery.contract import channel_for
from channels.delivery.models import Credential, Endpoint
from channels.delivery.permissions import require_administrator
from channels.delivery.services.credentials import mark_refused, save_credential
from cms.core import audit
from cms.core.errors import BadInput
from cms.core.text import nfc

__all__ = [
    "change_config", "change_endpoint", "checked_config", "create_endpoint", "mark_refused", "save_credential",
    "switch_endpoint",
]  # fmt: skip


@transaction.atomic
def create_endpoint(
    *,
    kind: str,
    name: str,
    organisation: Organisation,
    config: dict[str, Any] | None = None,
    credential: Credential | None = None,
    user: Any = None,
) -> Endpoint:
    """A new destination; `config` is checked by the channel's own form. Raises BadInput with the form's sentence."""
    require_administrator(user)
    config = checked_config(kind, config or {})
    if channel_for(kind).needs_credential and credential is None:
        raise BadInput(_("This channel needs a key."))
    if credential is not None:
        for other in Endpoint.objects.filter(credential=credential):
            _key_stays_home(kind, other.config, config)
    endpoint = Endpoint.objects.create(
        kind=kind, name=nfc(name).strip()[:150], organisation=organisation, config=config, credential=credential
    )
    audit.record(endpoint, "delivery.endpoint.create", user=user, data={"kind": kind})
    return endpoint


def _key_stays_home(kind: str, known: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise BadInput when a stored key would go to another server than the one it was typed for.

    A key is never shown again; having it sent to an address of one's own would be a way to see it.
    """
    setting = channel_for(kind).key_goes_to
    if setting and _server(known.get(setting)) != _server(wanted.get(setting)):
        raise BadInput(_("This key was given for another address. Type it again for the new one."))


def _server(address: Any) -> tuple[str, str]:
    parts = urlsplit(str(address or ""))
    return parts.scheme, parts.netloc.lower()


def checked_config(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    """The settings as the channel's form cleans them."""
    form_class = channel_for(kind).config_form
    if form_class is None:
        return {}
    form = form_class(config)
    if not form.is_valid():
        raise BadInput(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return dict(form.cleaned_data)


@transaction.atomic
def change_config(endpoint: Endpoint, *, user: Any = None, **values: Any) -> Endpoint:
    """The destination with some settings replaced, re-read first so that nobody's change is lost."""
    fresh = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    fresh.config = {**fresh.config, **values}
    fresh.save(update_fields=["config"])
    audit.record(fresh, "delivery.endpoint.change", user=user, data={"changed": sorted(values)})
    return fresh


@transaction.atomic
def change_endpoint(
    endpoint: Endpoint,
    *,
    name: str,
    organisation: Organisation,
    config: dict[str, Any],
    secret: str = "",
    key: dict[str, Any] | None = None,
    user: Any,
) -> Endpoint:
    """The destination with other settings; an empty `secret` keeps the key it has. Raises BadInput as `create_endpoint`.

    `key` holds the other parts of `save_credential` that were given: refresh_secret, app_secret, config, expires_at.
    """
    require_administrator(user)
    fresh = Endpoint.objects.select_for_update(of=("self",)).select_related("credential").get(pk=endpoint.pk)
    fresh.name, fresh.organisation = nfc(name).strip()[:150], organisation
    known, fresh.config = fresh.config, checked_config(fresh.kind, config)
    if fresh.credential is not None and not secret.strip():
        _key_stays_home(fresh.kind, known, fresh.config)
    parts = {"secret": secret.strip(), **(key or {})}
    if secret.strip() or (fresh.credential is not None and any(parts.values())):
        key_name = fresh.credential.name if fresh.credential else fresh.name
        fresh.credential = save_credential(kind=fresh.kind, name=key_name, user=user, **parts)
    fresh.save()
    audit.record(fresh, "delivery.endpoint.change", user=user, data={"key": bool(secret.strip())})
    return fresh


@transaction.atomic
def switch_endpoint(endpoint: Endpoint, *, active: bool, user: Any) -> Endpoint:
    """The destination, in use or not; what is due for one that is not in use is held."""
    require_administrator(user)
    fresh = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    fresh.active = active
    fresh.save(update_fields=["active"])
    audit.record(fresh, "delivery.endpoint.change", user=user, data={"active": active})
    return fresh
