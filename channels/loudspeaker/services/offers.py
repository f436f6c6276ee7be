"""What a commune answers to what it is offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.text import nfc

from ..enums import OFFER_ANSWERS, BulletinClass, BulletinState, OfferState
from ..models import Bulletin, Offer, Station
from ..permissions import may_operate
from .common import stations_for, touch


@transaction.atomic
def answer_offer(*, bulletin: Bulletin, station: Station, state: str, user: Any, reason: str = "") -> Offer:
    """The station's answer to a normal bulletin; it may be changed as long as the bulletin is scheduled.

    Declining needs a reason. Priority bulletins are placed first by law and cannot be declined; their order can be
    chosen (`order_offers`).
    """
    _check(bulletin, station, user)
    if state not in OFFER_ANSWERS:
        raise BadInput(_("Accept or decline."))
    reason = nfc(reason).strip()[:300]
    if state == OfferState.DECLINED:
        if bulletin.cls != BulletinClass.NORMAL:
            raise Conflict(_("A priority bulletin cannot be declined; you can choose its place in the day."))
        if not reason:
            raise BadInput(_("Say in a few words why it is not played."))
    offer, _made = Offer.objects.select_for_update().get_or_create(bulletin=bulletin, station=station)
    offer.state, offer.reason = state, reason if state == OfferState.DECLINED else ""
    offer.decided_by, offer.decided_at = user, clock.now()
    offer.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    touch([station.pk])
    audit.record(offer, "loudspeaker.offer.answer", user=user, data={"state": state, "station": station.pk})
    return offer


@transaction.atomic
def order_offers(*, station: Station, bulletins: Sequence[Bulletin], user: Any) -> list[Offer]:
    """The station's own order of these bulletins. It decides within a class only: priority stays before normal."""
    if len({bulletin.pk for bulletin in bulletins}) != len(bulletins):
        raise BadInput(_("A bulletin stands in the order twice."))
    offers = []
    for position, bulletin in enumerate(bulletins, 1):
        _check(bulletin, station, user)
        offer, _made = Offer.objects.select_for_update().get_or_create(bulletin=bulletin, station=station)
        offer.position = position
        offer.save(update_fields=["position"])
        offers.append(offer)
    touch([station.pk])
    audit.record(
        station, "loudspeaker.offer.order", user=user, data={"bulletins": [bulletin.pk for bulletin in bulletins]}
    )
    return offers


def _check(bulletin: Bulletin, station: Station, user: Any) -> None:
    if not may_operate(user, station):
        raise NotAllowed(_("You do not answer for this station."))
    if bulletin.state != BulletinState.SCHEDULED or bulletin.ends_on < clock.today():
        raise Conflict(_("This bulletin is no longer offered."))
    if not stations_for(bulletin).filter(pk=station.pk).exists():
        raise BadInput(_("This bulletin is not for this station."))
