"""What the cockpit's templates ask for."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.enums import CampaignState
from cms.cockpit.campaign import TargetLine
from cms.cockpit.states import PLANNED, SHAPE_OF_DELIVERY, SHAPE_OF_SLOT, label_of_slot
from cms.core.charts import share
from cms.core.languages import LANGUAGES
from cms.core.templatetags.cong import chip

register = template.Library()

_CAMPAIGN = {
    CampaignState.DRAFT: _("campaign in preparation"),
    CampaignState.ACTIVE: _("campaign under way"),
    CampaignState.CLOSED: _("campaign closed"),
    CampaignState.CANCELLED: _("campaign cancelled"),
}


@register.simple_tag
def campaign_state(campaign: Any) -> Any:
    """Where a campaign stands, in words that say what is meant without their context."""
    return _CAMPAIGN.get(campaign.state, campaign.get_state_display())


@register.simple_tag
def delivery_chip(delivery: Any) -> SafeString:
    """A delivery's state as shape and word."""
    return chip(SHAPE_OF_DELIVERY.get(delivery.state, "planned"), delivery.get_state_display())


@register.simple_tag
def slot_chip(slot: Any) -> SafeString:
    """What became of a planned slot, or that it is still planned."""
    outcome = getattr(slot, "outcome", None)
    state = outcome.state if outcome else PLANNED
    return chip(SHAPE_OF_SLOT.get(state, "planned"), label_of_slot(state))


@register.simple_tag
def item_of(delivery: Any) -> Any:
    """The content a delivery carries, or None."""
    if delivery.occurrence_id:
        return delivery.occurrence.rule.item
    return delivery.variant.approval.item if delivery.variant_id else None


@register.simple_tag
def target_bar(line: TargetLine) -> SafeString | str:
    """A bar of what was reached against what was promised; nothing for targets that cannot be compared."""
    if line.progress.reached is None or line.progress.met is None:
        return ""
    return share(float(line.progress.reached), float(line.progress.target.value or Decimal(0)))


@register.filter
def spoken_name(code: str) -> str:
    """The Vietnamese name of a spoken language."""
    row = LANGUAGES.get(code)
    return row.name_vi if row else code
