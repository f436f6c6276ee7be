"""Taking and working residents' messages."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict
from cms.core.models import Role
from cms.core.text import clean, clean_line
from cms.website.models import MessageKind, ResidentMessage

READERS = (Role.EDITOR, Role.ADMINISTRATOR, Role.LEADER)
MAX_TEXT = 1000
# One household behind one address may write several times; a program may not fill the table.
PER_ADDRESS_HOUR = 5
PER_HOUR = 300


class TooMany(Conflict):
    """More messages than people write; asked to come back later."""

    status_code = 429


def take_message(*, kind: str, text: str, place: str = "", page: str = "", address: str = "") -> ResidentMessage:
    """The stored message. `address` only counts against the hourly limit, as a keyed hash that is gone within the hour.

    Raises BadInput for an unknown kind or an empty text, TooMany beyond 5 an hour from one address or 300 in all.
    """
    if kind not in MessageKind.values:
        raise BadInput(_("Choose what it is about."))
    words = clean(text).strip()[:MAX_TEXT]
    if not words:
        raise BadInput(_("Write a few words."))
    _count(address)
    return ResidentMessage.objects.create(
        kind=kind, text=words, place=clean_line(place)[:120], page=clean_line(page)[:300], received_at=clock.now()
    )


def mark_handled(*, message: ResidentMessage, user: Any) -> ResidentMessage:
    """The message, handled by this person; Conflict when somebody was quicker."""
    with transaction.atomic():
        changed = ResidentMessage.objects.filter(pk=message.pk, handled_at__isnull=True).update(
            handled_by=user, handled_at=clock.now()
        )
        if not changed:
            raise Conflict(_("A colleague has already handled this message."))
        message.refresh_from_db()
        audit.record(message, "site.message.handle", user=user, data={"kind": message.kind})
    return message


def _count(address: str) -> None:
    hour = clock.now().strftime("%Y%m%d%H")
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{hour}|{address}".encode(), hashlib.sha256).hexdigest()[:32]
    for key, limit in ((f"feedback:{digest}", PER_ADDRESS_HOUR), (f"feedback:{hour}", PER_HOUR)):
        cache.add(key, 0, 3600)
        if cache.incr(key) > limit:
            raise TooMany(
                _("Many messages have come from here within the hour. Please try again later, or call the commune.")
            )
