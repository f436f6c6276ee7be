"""What exactly would leave, for the screens: rendered by the very functions that render what is sent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from campaigns.models import Approval, ContentItem
from channels.delivery import content
from channels.delivery.contract import channel_for
from channels.delivery.enums import Hold
from channels.delivery.models import Endpoint, Rule
from channels.delivery.services import RuleInput
from channels.delivery.services.materialise import slots_of
from channels.delivery.services.rules import checked
from cms.core.errors import CongError

_SHOWN_SLOTS = 6
_LOOK_AHEAD = timedelta(days=400)


@dataclass
class Preview:
    """One destination: what it will carry (`html`), when (`moments`, local), and what should be known before."""

    endpoint: Endpoint
    html: str = ""
    moments: list[datetime] = field(default_factory=list)
    more: bool = False
    warnings: list[str] = field(default_factory=list)
    error: str = ""


def preview(*, item: ContentItem, endpoint: Endpoint, orthography: str, when: RuleInput, now: datetime) -> Preview:
    """The preview of a plan for one destination. Errors of the plan are told, not raised."""
    shown = Preview(endpoint)
    try:
        fields = checked(when, endpoint=endpoint, now=now)
    except CongError as error:
        shown.error = error.message
        return shown
    _add_moments(shown, Rule(endpoint=endpoint, **fields), now)
    answer = content.airable(item, orthography, now, area=endpoint.organisation.area)
    approval = answer.approval or current(item, orthography)
    if answer.approval is None:
        shown.warnings.append(_("As things stand it would be held: %(reason)s.") % {"reason": Hold(answer.hold).label})
    if approval is not None:
        _add_words(shown, approval)
    if _already_planned(item, endpoint, orthography):
        shown.warnings.append(_("The same content is already planned for this destination."))
    return shown


def current(item: ContentItem, orthography: str) -> Approval | None:
    """The approval in force, airable or not."""
    return Approval.objects.filter(item=item, orthography=orthography, status="approved").first()


def _add_moments(shown: Preview, rule: Rule, now: datetime) -> None:
    found = slots_of(rule, after=now.replace(second=0, microsecond=0), before=now + _LOOK_AHEAD)
    zone = ZoneInfo(rule.timezone)
    shown.moments = [slot.starts_at.astimezone(zone) for slot in found[:_SHOWN_SLOTS]]
    shown.more = len(found) > _SHOWN_SLOTS


def _add_words(shown: Preview, approval: Approval) -> None:
    channel = channel_for(shown.endpoint.kind)
    try:
        payload: dict[str, Any] = channel.render_variant(approval, shown.endpoint)
    except CongError as error:
        shown.warnings.append(error.message)
        return
    shown.html = channel.preview_html(payload)
    shown.warnings += channel.warnings(payload)


def _already_planned(item: ContentItem, endpoint: Endpoint, orthography: str) -> bool:
    return Rule.objects.filter(item=item, endpoint=endpoint, orthography=orthography, state="active").exists()
