"""What exactly would leave, and when, for the screens: rendered by the very functions that render what is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import ContentItem, Pause
from campaigns.selectors import area_and_above
from channels.delivery import content, duplicates
from channels.delivery.contract import Channel, channel_for
from channels.delivery.enums import USABLE_CREDENTIALS, Hold, Misfire
from channels.delivery.holidays import holiday_on
from channels.delivery.models import Endpoint, Rule
from channels.delivery.services import RuleInput
from channels.delivery.services.materialise import slots_of
from channels.delivery.services.planning import Words, words_for
from channels.delivery.services.rules import checked
from cms.core import clock, languages
from cms.core.errors import CongError

_SHOWN_SLOTS = 6
_LOOK_AHEAD = timedelta(days=400)


@dataclass
class Moment:
    """One slot, in local time; `goes_at` is when it would really leave when the destination is closed at `at`."""

    at: datetime
    goes_at: datetime | None = None
    too_late: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass
class Preview:
    """One destination in one language: what it will carry (`html`), when (`moments`), and what should be known before.

    `error` is why it cannot be planned like this.
    """

    endpoint: Endpoint
    orthography: str
    html: str = ""
    moments: list[Moment] = field(default_factory=list)
    count: int = 0
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    edited: bool = False

    @property
    def language(self) -> str:
        """The written language's name."""
        row = languages.ORTHOGRAPHIES.get(self.orthography)
        return row.name_vi if row else self.orthography

    @property
    def more(self) -> int:
        """How many slots are not shown."""
        return self.count - len(self.moments)


def previews(
    *, item: ContentItem, endpoints: Iterable[Endpoint], orthographies: Iterable[str], when: RuleInput, now: datetime,
    besides: int | None = None,
) -> list[Preview]:  # fmt: skip
    """The preview of a plan, every destination in every language. Errors of the plan are told, not raised."""
    places = list(endpoints)
    return [
        preview(item=item, endpoint=endpoint, orthography=code, when=when, now=now, besides=besides)
        for code in dict.fromkeys(orthographies)
        for endpoint in places
    ]


def preview(
    *, item: ContentItem, endpoint: Endpoint, orthography: str, when: RuleInput, now: datetime,
    besides: int | None = None,
) -> Preview:  # fmt: skip
    """The preview for one destination in one language; `besides` is the plan that is being changed."""
    shown = Preview(endpoint, orthography)
    try:
        rule = Rule(item=item, endpoint=endpoint, **checked(when, endpoint=endpoint, now=now))
    except CongError as error:
        shown.error = error.message
        return shown
    words = words_for(item, endpoint, orthography)
    _say_words(shown, words, now)
    _say_moments(shown, rule, words, now)
    answer = content.airable(item, orthography, now, area=endpoint.organisation.area)
    if answer.approval is None:
        said = _("As things stand it would be held: %(reason)s.") % {"reason": Hold(answer.hold).label}
        shown.warnings.insert(0, said)
    others = Rule.objects.filter(item=item, endpoint=endpoint, orthography=orthography, state="active")
    if others.exclude(pk=besides or 0).exists():
        shown.warnings.append(_("The same content is already planned for this destination."))
    return shown


def _say_words(shown: Preview, words: Words, now: datetime) -> None:
    if words.waiting:
        shown.warnings.append(words.waiting)
    shown.error = words.refusal
    if words.payload is None:
        return
    channel = channel_for(shown.endpoint.kind)
    shown.html, shown.edited = channel.preview_html(words.payload), words.variant is not None
    shown.warnings += channel.warnings(words.payload)
    if words.variant is not None and not words.variant.may_go:
        shown.warnings.append(_("The text for this channel was edited; it waits until a second person agrees."))
    if not channel.spans:
        shown.warnings += [
            earlier.sentence for earlier in duplicates.went_before(shown.endpoint, words.payload, at=now)
        ]


def _say_moments(shown: Preview, rule: Rule, words: Words, now: datetime) -> None:
    """The next slots with what stands in their way; a standstill at night is said, not hidden."""
    found = slots_of(rule, after=now.replace(second=0, microsecond=0), before=now + _LOOK_AHEAD)
    shown.count = len(found)
    if not found:
        return
    zone, channel = ZoneInfo(rule.timezone), channel_for(rule.endpoint.kind)
    pauses = _pauses(rule, found[0].starts_at, found[-1].starts_at)
    useful = timedelta(minutes=rule.useful_minutes)
    for slot in found[:_SHOWN_SLOTS]:
        at = slot.starts_at
        moment = Moment(at.astimezone(zone))
        opens = _opens(channel, rule.endpoint, words, at)
        if opens is not None:
            moment.goes_at, moment.too_late = opens.astimezone(zone), opens >= at + useful
        moment.notes += [_paused(pause, rule) for pause in pauses if pause.starts_at <= at < pause.ends_at]
        if holiday := holiday_on(slot.local_date):
            moment.notes.append(_("holiday: %(name)s") % {"name": holiday})
        shown.moments.append(moment)
    if len(found) > 1 and not channel.spans:
        said = _("The same words would go to the same readers %(n)s times.") % {"n": len(found)}
        shown.warnings.append(said)
    later = sum(any(p.starts_at <= slot.starts_at < p.ends_at for p in pauses) for slot in found[_SHOWN_SLOTS:])
    if later:
        shown.warnings.append(_("%(n)s later times fall into a pause.") % {"n": later})
    shown.warnings += [*_item_ends(rule, found[-1].starts_at), *_key_dies(rule.endpoint, channel, found[-1].starts_at)]


def _opens(channel: Channel, endpoint: Endpoint, words: Words, at: datetime) -> datetime | None:
    return channel.closed_until(endpoint, words.payload or {}, at)


def _pauses(rule: Rule, first: datetime, last: datetime) -> list[Pause]:
    """The pauses of the period that reach this plan: the whole province's, the campaign's, an area's around it."""
    area = rule.endpoint.organisation.area
    reach = Q(scope="province") | Q(campaign=rule.item.campaign_id)
    if area is not None:
        reach |= Q(area__in=area_and_above(area))
    return list(Pause.objects.filter(reach, starts_at__lte=last, ends_at__gt=first))


def _paused(pause: Pause, rule: Rule) -> str:
    if rule.misfire == Misfire.SEND_LATE:
        return _("paused (%(reason)s): it waits for the end of the pause") % {"reason": pause.reason}
    return _("paused (%(reason)s): it is left out") % {"reason": pause.reason}


def _item_ends(rule: Rule, last: datetime) -> list[str]:
    expires = rule.item.expires_at
    if expires is None or expires > last:
        return []
    local = expires.astimezone(ZoneInfo(rule.timezone))
    return [_("The content ends at %(when)s; what is planned for later is held.") % {"when": f"{local:%H:%M %d/%m/%Y}"}]


def _key_dies(endpoint: Endpoint, channel: Channel, last: datetime) -> list[str]:
    """A key that is refused now, or ends before the last slot: told while there is time to renew it."""
    credential = endpoint.credential
    if credential is None:
        return []
    if credential.state not in USABLE_CREDENTIALS:
        return [
            _("The key of this destination is not accepted: nothing leaves until an administrator gives a new one.")
        ]
    renewed = channel.renew_before is not None
    dies = credential.refresh_expires_at if renewed else credential.expires_at
    if dies is None or dies > last:
        return []
    local = dies.astimezone(clock.local_zone())
    facts = {"when": f"{local:%H:%M %d/%m/%Y}"}
    if renewed:
        return [_("The key can be renewed until %(when)s only: somebody must grant access again before.") % facts]
    return [_("The key ends at %(when)s, before the last time of this plan.") % facts]
