"""Verbs on campaigns: make one, start it, close it, begin next year's."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import CAMPAIGN_TRANSITIONS, CampaignState
from campaigns.models import Area, Audience, Campaign, Observance, Organisation, PlanDocument, Topic
from campaigns.models.pages import ascii_slug
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict


@transaction.atomic
def create_campaign(
    *,
    title: str,
    starts_on: date,
    ends_on: date,
    issuer: Organisation,
    user: Any,
    theme: str = "",
    purpose: str = "",
    plan: PlanDocument | None = None,
    topics: Iterable[Topic] = (),
    audiences: Iterable[Audience] = (),
    areas: Iterable[Area] = (),
    observances: Iterable[Observance] = (),
    coordinating: Iterable[Organisation] = (),
    previous: Campaign | None = None,
) -> Campaign:
    """A draft campaign with an address of its own. Raises BadInput for an empty title or dates the wrong way round."""
    if not title.strip():
        raise BadInput(_("Give the campaign a title."))
    if ends_on < starts_on:
        raise BadInput(_("The last day lies before the first day."))
    campaign = Campaign.objects.create(
        title=title.strip()[:300],
        slug=_free_slug(title),
        theme=theme,
        purpose=purpose,
        plan=plan,
        starts_on=starts_on,
        ends_on=ends_on,
        issuer=issuer,
        previous=previous,
        created_at=clock.now(),
    )
    campaign.topics.set(topics)
    campaign.audiences.set(audiences)
    campaign.areas.set(areas)
    campaign.observances.set(observances)
    campaign.coordinating.set(coordinating)
    audit.record(campaign, "campaigns.campaign.create", user=user, data={"title": campaign.title})
    return campaign


@transaction.atomic
def change_state(campaign: Campaign, *, to: str, user: Any) -> Campaign:
    """The campaign in its new state. Raises Conflict when the transition table does not allow it."""
    fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if to not in CAMPAIGN_TRANSITIONS[fresh.state]:
        raise Conflict(
            _("A campaign that is “%(before)s” cannot become “%(after)s”.")
            % {"before": fresh.get_state_display(), "after": CampaignState(to).label}
        )
    before = fresh.state
    if Campaign.objects.filter(pk=fresh.pk, state=before).update(state=to) != 1:
        raise Conflict(_("Somebody else changed this campaign just now."))
    campaign.state = fresh.state = to
    audit.record(fresh, "campaigns.campaign.state", user=user, data={"before": before, "after": to})
    return fresh


def activate(campaign: Campaign, *, user: Any) -> Campaign:
    """The campaign, running: from now on what is scheduled for it leaves."""
    return change_state(campaign, to=CampaignState.ACTIVE, user=user)


def close(campaign: Campaign, *, user: Any) -> Campaign:
    """The campaign, closed: nothing of it leaves any more; what happened stays."""
    return change_state(campaign, to=CampaignState.CLOSED, user=user)


@transaction.atomic
def begin_next_year(campaign: Campaign, *, user: Any) -> Campaign:
    """A draft of next year's campaign with the same facts and shifted dates, without content and without a plan."""
    new = create_campaign(
        title=campaign.title.replace(str(campaign.starts_on.year), str(campaign.starts_on.year + 1)),
        starts_on=_a_year_later(campaign.starts_on),
        ends_on=_a_year_later(campaign.ends_on),
        issuer=campaign.issuer,
        user=user,
        purpose=campaign.purpose,
        topics=campaign.topics.all(),
        audiences=campaign.audiences.all(),
        areas=campaign.areas.all(),
        observances=campaign.observances.all(),
        coordinating=campaign.coordinating.all(),
        previous=campaign,
    )
    for target in campaign.targets.all():
        target.pk = None
        target.campaign = new
        target.save()
    return new


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def _free_slug(title: str) -> str:
    base = ascii_slug(title)[:100]
    taken = set(Campaign.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
