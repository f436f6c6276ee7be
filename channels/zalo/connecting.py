"""One connection of an account on its way: begun in our form, agreed to at Zalo, finished at our return address.

What must survive the way to Zalo and back waits in the session, on our side: the browser carries `state` alone. A state
is good for one return within a quarter of an hour, by the person who began. What was typed stays, so that nobody types
it twice when Zalo says no; secrets wait encrypted.
"""

import hmac
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from channels.delivery.models import Endpoint
from channels.zalo import oauth
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.secrets import decrypt, encrypt

KEY = "zalo_connecting"
# The code itself is good for ten minutes; before it somebody signs in at Zalo and chooses the account.
LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Begun:
    """A connection that came back: what was typed, and what the code is exchanged with."""

    endpoint_id: int | None
    fields: dict[str, Any]
    app_secret: str = field(repr=False)
    verifier: str = field(repr=False)


def return_address() -> str:
    """The address that must be entered at Zalo, and where it sends the browser back to."""
    return str(settings.CONG_BASE_URL).rstrip("/") + reverse("zalo_return")


def begin(
    session: MutableMapping[str, Any], *, user: Any, endpoint: Endpoint | None, fields: dict[str, Any], app_secret: str
) -> None:
    """Remember what was typed, with a fresh state and verifier; an earlier one that never came back is forgotten."""
    secret = app_secret or known_secret(session, user=user, endpoint=endpoint)
    session[KEY] = {
        "user": user.pk,
        "endpoint": endpoint.pk if endpoint else None,
        "fields": fields,
        "app_secret": encrypt(secret),
        "verifier": encrypt(oauth.new_verifier()),
        "state": secrets.token_urlsafe(32),
        "until": (clock.now() + LIFE).isoformat(),
    }


def permission_address(session: MutableMapping[str, Any], *, user: Any) -> str:
    """Where the person goes now. Raises BadInput when there is nothing under way."""
    kept = _kept(session, user)
    if not kept or not kept["state"]:
        raise BadInput(_("There is no connection under way. Please begin again."))
    return oauth.permission_address(
        app_id=kept["fields"]["app_id"],
        redirect_uri=return_address(),
        challenge=oauth.challenge_of(decrypt(kept["verifier"])),
        state=kept["state"],
    )


def finish(session: MutableMapping[str, Any], *, user: Any, state: str) -> Begun:
    """What began under this state, which is used up by asking. What was typed stays for another try.

    Raises BadInput for a state that is not the one under way, was used already, is too old or somebody else's.
    """
    kept = _kept(session, user)
    if not kept or not kept["state"] or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise BadInput(_("This answer from Zalo does not belong to a connection begun here. Please begin again."))
    session[KEY] = {**kept, "state": ""}
    if clock.now() > datetime.fromisoformat(kept["until"]):
        raise BadInput(_("More than a quarter of an hour has passed. Please begin again."))
    return Begun(kept["endpoint"], kept["fields"], decrypt(kept["app_secret"]), decrypt(kept["verifier"]))


def forget(session: MutableMapping[str, Any]) -> None:
    """Nothing waits any more."""
    session.pop(KEY, None)


def typed(session: MutableMapping[str, Any], *, user: Any, endpoint: Endpoint | None) -> dict[str, Any]:
    """What was typed in the last try for this destination, without secrets; empty when there was none."""
    kept = _kept(session, user)
    return dict(kept["fields"]) if kept and kept["endpoint"] == (endpoint.pk if endpoint else None) else {}


def known_secret(session: MutableMapping[str, Any], *, user: Any, endpoint: Endpoint | None) -> str:
    """The application's secret from the last try, or from the key that the destination has; "" when there is none."""
    kept = _kept(session, user)
    if kept and kept["endpoint"] == (endpoint.pk if endpoint else None):
        return decrypt(kept["app_secret"])
    credential = endpoint.credential if endpoint else None
    return str(credential.app_secret or "") if credential else ""


def _kept(session: MutableMapping[str, Any], user: Any) -> dict[str, Any] | None:
    kept = session.get(KEY)
    return kept if isinstance(kept, dict) and kept.get("user") == user.pk else None
