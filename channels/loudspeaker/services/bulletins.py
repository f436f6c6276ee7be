"""Verbs on bulletins: made from scripts, scheduled, taken back, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import SPOKEN_KINDS, CampaignState
from campaigns.models import Area, Campaign, ContentItem
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, NotReady
from cms.core.text import nfc

from ..enums import SCHEDULABLE_CLASSES, BulletinClass, BulletinState, OfferState
from ..fields import mask_of
from ..models import Bulletin, BulletinEntry, BulletinTarget, Offer, Station
from .common import checked, stations_for, touch


@transaction.atomic
def create_bulletin(
    *,
    campaign: Campaign,
    title: str,
    items: Sequence[ContentItem],
    user: Any,
    areas: Iterable[Area] = (),
    stations: Iterable[Station] = (),
    cls: str = BulletinClass.NORMAL,
    **values: Any,
) -> Bulletin:
    """A draft bulletin: `items` in the order in which they are heard, for `areas` and `stations`.

    `values` are fields of Bulletin (starts_on, ends_on, weekdays as numbers or a mask, hours_from, hours_until,
    planned_minutes, repeat_minutes, max_plays_day, overnight). Dates not given are the campaign's.
    Raises BadInput in words; then nothing is made.
    """
    bulletin = Bulletin(campaign=campaign, created_by=user, created_at=clock.now())
    values = {"starts_on": campaign.starts_on, "ends_on": campaign.ends_on, **values}
    _fill(bulletin, title=title, cls=cls, **values)
    bulletin.save()
    _set_items(bulletin, items)
    _set_targets(bulletin, areas, stations)
    audit.record(
        bulletin, "loudspeaker.bulletin.create", user=user, data={"items": [item.pk for item in items], "class": cls}
    )
    return bulletin


@transaction.atomic
def change_bulletin(
    bulletin: Bulletin,
    *,
    user: Any,
    items: Sequence[ContentItem] | None = None,
    areas: Iterable[Area] | None = None,
    stations: Iterable[Station] | None = None,
    **values: Any,
) -> Bulletin:
    """The draft, changed; what is not given stays. A scheduled bulletin must be taken back first."""
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if bulletin.state != BulletinState.DRAFT:
        raise Conflict(_("Only a draft can be changed; take the bulletin back first."))
    _fill(bulletin, **values)
    bulletin.save()
    if items is not None:
        bulletin.entries.all().delete()
        _set_items(bulletin, items)
    if areas is not None or stations is not None:
        kept_areas = [target.area for target in bulletin.targets.all() if target.area is not None]
        kept_stations = [target.station for target in bulletin.targets.all() if target.station is not None]
        bulletin.targets.all().delete()
        _set_targets(bulletin, kept_areas if areas is None else areas, kept_stations if stations is None else stations)
    audit.record(bulletin, "loudspeaker.bulletin.change", user=user, data={"fields": sorted(values)})
    return bulletin


@transaction.atomic
def schedule(bulletin: Bulletin, *, user: Any) -> Bulletin:
    """The bulletin offered to its stations (normal) or placed in their programmes (priority) from the next compile."""
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if bulletin.cls not in SCHEDULABLE_CLASSES:
        raise NotReady(_("Emergency bulletins need two approvers and an end; they are not scheduled here."))
    if bulletin.campaign.state not in (CampaignState.ACTIVE, CampaignState.DRAFT):
        raise Conflict(_("The campaign is over; nothing of it is scheduled any more."))
    if bulletin.ends_on < clock.today():
        raise BadInput(_("The last day of this bulletin has passed."))
    if not bulletin.entries.exists():
        raise NotReady(_("The bulletin has no script yet."))
    reached = list(stations_for(bulletin).values_list("pk", flat=True))
    if not reached:
        raise NotReady(_("No station in service lies in the chosen areas."))
    _move(bulletin, BulletinState.SCHEDULED)
    Offer.objects.bulk_create(
        [Offer(bulletin=bulletin, station_id=pk, state=OfferState.OFFERED) for pk in reached], ignore_conflicts=True
    )
    touch(reached)
    audit.record(bulletin, "loudspeaker.bulletin.schedule", user=user, data={"stations": len(reached)})
    return bulletin


@transaction.atomic
def take_back(bulletin: Bulletin, *, user: Any) -> Bulletin:
    """The bulletin as a draft again; stations stop playing it when they next fetch their manifest."""
    return _end(bulletin, BulletinState.DRAFT, "loudspeaker.bulletin.take_back", user)


@transaction.atomic
def cancel(bulletin: Bulletin, *, user: Any) -> Bulletin:
    """The bulletin cancelled for good."""
    return _end(bulletin, BulletinState.CANCELLED, "loudspeaker.bulletin.cancel", user)


def _end(bulletin: Bulletin, state: str, action: str, user: Any) -> Bulletin:
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    reached = list(stations_for(bulletin).values_list("pk", flat=True))
    _move(bulletin, state)
    touch(reached)
    audit.record(bulletin, action, user=user, data={"stations": len(reached)})
    return bulletin


def _move(bulletin: Bulletin, state: str) -> None:
    if not bulletin.may_become(state):
        raise Conflict(
            _("A bulletin that is %(now)s cannot become %(wanted)s.")
            % {"now": bulletin.get_state_display(), "wanted": BulletinState(state).label}
        )
    bulletin.state = state
    bulletin.save(update_fields=["state"])


def _fill(bulletin: Bulletin, **values: Any) -> None:
    for name, value in values.items():
        if name == "weekdays" and not isinstance(value, int):
            value = mask_of(value)
        if isinstance(value, str):
            value = nfc(value).strip()
        setattr(bulletin, name, value)
    if not bulletin.title:
        raise BadInput(_("Give the bulletin a title."))
    if bulletin.cls not in SCHEDULABLE_CLASSES:
        raise BadInput(_("Emergency bulletins need two approvers and an end; they are not scheduled here."))
    checked(bulletin, exclude=["created_by"])


def _set_items(bulletin: Bulletin, items: Sequence[ContentItem]) -> None:
    if not items:
        raise BadInput(_("Choose at least one script."))
    if len({item.pk for item in items}) != len(items):
        raise BadInput(_("A script stands in the running order twice."))
    for item in items:
        if item.kind not in SPOKEN_KINDS:
            raise BadInput(_("“%(title)s” is not a radio script.") % {"title": item.title})
        if item.campaign_id != bulletin.campaign_id:
            raise BadInput(_("“%(title)s” belongs to another campaign.") % {"title": item.title})
    BulletinEntry.objects.bulk_create(
        [BulletinEntry(bulletin=bulletin, order=order, item=item) for order, item in enumerate(items, 1)]
    )


def _set_targets(bulletin: Bulletin, areas: Iterable[Area], stations: Iterable[Station]) -> None:
    rows = [BulletinTarget(bulletin=bulletin, area=area) for area in areas]
    rows += [BulletinTarget(bulletin=bulletin, station=station) for station in stations]
    if not rows:
        raise BadInput(_("Choose at least one station or area."))
    BulletinTarget.objects.bulk_create(rows)
