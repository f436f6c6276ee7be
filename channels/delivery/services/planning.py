"""Planning for several destinations and languages at once, and moving a plan in time: refused before it is too late."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem
from channels.delivery.contract import Channel, channel_for
from channels.delivery.enums import DUE_STATES, OUT_STATES, UNSENT_STATES, Action
from channels.delivery.models import Delivery, Endpoint, Rule, Variant
from channels.delivery.permissions import require_planner
from channels.delivery.services.rules import RuleInput, change_rule, create_rule
from cms.core import clock, languages
from cms.core.errors import BadInput, Conflict, NotReady

_SHOWN = 6
# Each is rendered before anything is planned: more at once would keep the page waiting for minutes.
MAX_AT_ONCE = 300


def plan_all(
    *, item: ContentItem, endpoints: Iterable[Endpoint], orthographies: Iterable[str], when: RuleInput, user: Any
) -> list[Rule]:
    """One rule for each destination in each written language, all or none.

    Raises BadInput when one channel cannot carry the approved (or edited) text, before anything is planned; and as
    `create_rule` does. A text that is not approved yet may be planned: it is held until it is.
    """
    require_planner(user)
    places, codes = list(endpoints), list(dict.fromkeys(orthographies))
    if not codes:
        raise BadInput(_("Choose at least one written language."))
    if len(places) * len(codes) > MAX_AT_ONCE:
        raise BadInput(
            _(
                "That is %(n)s plans at once; at most %(most)s can be made in one go. Choose fewer destinations or languages."
            )
            % {"n": len(places) * len(codes), "most": MAX_AT_ONCE}
        )
    for code in codes:
        for endpoint in places:
            said = why_not_carried(item, endpoint, code)
            if said:
                raise BadInput(_("%(endpoint)s, %(language)s: %(why)s") % _named(endpoint, code, said))
    with transaction.atomic():
        return [
            rule
            for code in codes
            for rule in create_rule(item=item, endpoints=places, orthography=code, when=when, user=user)
        ]


def _named(endpoint: Endpoint, code: str, said: str) -> dict[str, str]:
    row = languages.ORTHOGRAPHIES.get(code)
    return {"endpoint": endpoint.name, "language": row.name_vi if row else code, "why": said}


@dataclass(frozen=True)
class Words:
    """What a destination would carry: `payload` is None when there is none (yet); `refusal` says that it never can."""

    approval: Approval | None
    payload: dict[str, Any] | None = None
    variant: Variant | None = None
    refusal: str = ""
    waiting: str = ""


def words_for(item: ContentItem, endpoint: Endpoint, orthography: str) -> Words:
    """The words in force for a destination: an editor's when there are any, else rendered from the approval now."""
    approval = (
        Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED)
        .select_related("item__campaign__issuer", "source_approval")
        .first()
    )
    if approval is None:
        return Words(None)
    variant = Variant.objects.filter(approval=approval, endpoint=endpoint, edited_by__isnull=False).first()
    channel = channel_for(endpoint.kind)
    if variant is not None:
        return Words(approval, variant.payload, variant, over_limit(channel, variant.payload))
    try:
        payload = channel.render_variant(approval, endpoint)
    except NotReady as error:
        return Words(approval, waiting=error.message)
    except BadInput as error:
        return Words(approval, refusal=error.message)
    return Words(approval, payload, None, over_limit(channel, payload))


def why_not_carried(item: ContentItem, endpoint: Endpoint, orthography: str) -> str:
    """Why this channel can never carry the text in force, or an empty string."""
    return words_for(item, endpoint, orthography).refusal


def over_limit(channel: Channel, payload: dict[str, Any]) -> str:
    """The sentence for the first limit that the words exceed, or an empty string."""
    for counter in channel.counters(payload):
        if counter.used > counter.limit:
            facts = {"what": counter.label, "used": counter.used, "limit": counter.limit}
            return _("%(what)s: %(used)s, at most %(limit)s. Shorten the text for this channel.") % facts
    return ""


@dataclass
class Replaced:
    """What a change of a plan does: `waiting` deliveries are replaced (the next `moments`), `out` stay as they are."""

    waiting: int = 0
    moments: list[datetime] = field(default_factory=list)
    due: int = 0
    out: int = 0


def what_is_replaced(rule: Rule, *, now: datetime) -> Replaced:
    """What changing this rule now would replace, for the question before it is done."""
    rows = Delivery.objects.filter(occurrence__rule=rule, action=Action.SEND)
    waiting = rows.filter(state__in=UNSENT_STATES, planned_at__gt=now).order_by("planned_at")
    moments = [at.astimezone(clock.local_zone()) for at in waiting.values_list("planned_at", flat=True)[:_SHOWN]]
    due = rows.filter(state__in=DUE_STATES, planned_at__lte=now).count()
    return Replaced(waiting.count(), moments, due, rows.filter(state__in=OUT_STATES).count())


def change_seen(rule: Rule, *, when: RuleInput, user: Any, seen: int | None) -> Rule:
    """`change_rule`, refused with Conflict when the plan is no longer the version that was on the screen."""
    require_planner(user)
    with transaction.atomic():
        fresh = Rule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
        if seen is not None and fresh.version != seen:
            raise Conflict(_("Somebody else changed this plan meanwhile. Look at it again; what you typed is kept."))
        return change_rule(rule, when=when, user=user)


def moved(rule: Rule, *, slot: str, to_time: str, to_day: date | None = None) -> RuleInput:
    """The plan with one of its times of day moved; a plan for a single day may move to another day too.

    Raises BadInput when the plan has no such time, or when a plan of many days should move to another day.
    """
    if slot not in rule.times:
        raise BadInput(_("This plan has no time %(slot)s any more.") % {"slot": slot})
    first, last = rule.date_from, rule.date_to
    if to_day is not None and first == last:
        first = last = to_day
    elif to_day is not None:
        raise BadInput(_("This plan repeats on several days: only its time can be moved. Change its days in the plan."))
    times = tuple(to_time if each == slot else each for each in rule.times)
    weekdays = tuple(range(7)) if first == last else tuple(rule.weekdays)
    return replace(as_input(rule), times=times, date_from=first, date_to=last, weekdays=weekdays)


def as_input(rule: Rule) -> RuleInput:
    """The plan as it was typed."""
    return RuleInput(
        times=tuple(rule.times), date_from=rule.date_from, date_to=rule.date_to, weekdays=tuple(rule.weekdays),
        exceptions=tuple(date.fromisoformat(day) for day in rule.exceptions), timezone=rule.timezone, until=rule.until,
        misfire=rule.misfire, useful_minutes=rule.useful_minutes, priority=rule.priority,
    )  # fmt: skip
