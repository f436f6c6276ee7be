"""Planning: make, change and cancel rules. All bad input is refused here with a sentence for the person who typed it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import ContentItem
from channels.delivery import recurrence
from channels.delivery.contract import channel_for
from channels.delivery.enums import DUE_STATES, UNSENT_STATES, DeliveryState, Misfire, RuleState
from channels.delivery.models import Delivery, Endpoint, Rule
from channels.delivery.permissions import require_planner
from channels.delivery.services.materialise import OPEN_END, materialise
from channels.delivery.states import move
from cms.core import audit, clock, languages
from cms.core.errors import BadInput, Conflict
from cms.core.text import nfc

logger = logging.getLogger(__name__)

MAX_DAYS = 366
MAX_TIMES = 12
DEFAULT_USEFUL_MINUTES = 360


@dataclass(frozen=True)
class RuleInput:
    """When and how a rule fires. Local wall times "HH:MM" in `timezone`; dates inclusive; `until` aware or None."""

    times: tuple[str, ...]
    date_from: date
    date_to: date
    weekdays: tuple[int, ...] = recurrence.ALL_WEEK
    exceptions: tuple[date, ...] = ()
    timezone: str = ""
    until: datetime | None = None
    misfire: str = Misfire.SEND_LATE
    useful_minutes: int = DEFAULT_USEFUL_MINUTES
    priority: int = 0


def create_rule(
    *, item: ContentItem, endpoints: Iterable[Endpoint], orthography: str, when: RuleInput, user: Any
) -> list[Rule]:
    """One new rule for each endpoint, all or none, already materialised for the next two days.

    Raises BadInput for a plan that cannot be carried out, NotAllowed for people who may not plan.
    """
    require_planner(user)
    chosen = list(endpoints)
    if not chosen:
        raise BadInput(_("Choose at least one destination."))
    if orthography not in languages.ORTHOGRAPHIES:
        raise BadInput(_("This written language is not set up here."))
    now = clock.now()
    with transaction.atomic():
        rules = [_create_one(item, endpoint, orthography, when, user, now) for endpoint in chosen]
        for rule in rules:
            materialise(rule, now=now)
    return rules


def _create_one(
    item: ContentItem, endpoint: Endpoint, orthography: str, when: RuleInput, user: Any, now: datetime
) -> Rule:
    if not endpoint.active:
        raise BadInput(_("The destination “%(name)s” is switched off.") % {"name": endpoint.name})
    fields = checked(when, endpoint=endpoint, now=now)
    rule = Rule.objects.create(
        item=item, endpoint=endpoint, orthography=orthography, state=RuleState.ACTIVE, created_by=user,
        created_at=now, version=1, version_since=_grace_start(now), materialised_until=_grace_start(now), **fields,
    )  # fmt: skip
    audit.record(rule, "delivery.rule.create", user=user, data={"endpoint": endpoint.pk, "item": item.pk})
    return rule


def _grace_start(now: datetime) -> datetime:
    """A plan for "this minute" is meant for now, although its second has passed."""
    return now.replace(second=0, microsecond=0)


def change_rule(rule: Rule, *, when: RuleInput, user: Any) -> Rule:
    """The rule with its new plan. What was planned for later is replaced; what was already due keeps its course.

    Raises BadInput as `create_rule`, Conflict when the rule is cancelled.
    """
    require_planner(user)
    now = clock.now()
    with transaction.atomic():
        rule = _locked(rule)
        fields = checked(when, endpoint=rule.endpoint, now=now)
        for name, value in fields.items():
            setattr(rule, name, value)
        rule.version += 1
        rule.version_since = _grace_start(now)
        rule.materialised_until = rule.version_since
        rule.save()
        replaced = _stop_unsent(rule, DeliveryState.SUPERSEDED, planned_after=now)
        audit.record(rule, "delivery.rule.change", user=user, data={"version": rule.version, "replaced": replaced})
        materialise(rule, now=now)
    return rule


def cancel_rule(rule: Rule, *, user: Any) -> Rule:
    """The rule, cancelled: nothing that has not left will leave. What is out stays out; take it down separately."""
    require_planner(user)
    with transaction.atomic():
        rule = _locked(rule)
        rule.state = RuleState.CANCELLED
        rule.version += 1
        rule.version_since = clock.now()
        rule.save()
        stopped = _stop_unsent(rule, DeliveryState.CANCELLED)
        audit.record(rule, "delivery.rule.cancel", user=user, data={"stopped": stopped})
    return rule


def _locked(rule: Rule) -> Rule:
    fresh = Rule.objects.select_for_update(of=("self",)).select_related("endpoint", "item").get(pk=rule.pk)
    if fresh.state != RuleState.ACTIVE:
        raise Conflict(_("This sending plan was cancelled."))
    return fresh


def _stop_unsent(rule: Rule, to: str, *, planned_after: datetime | None = None) -> int:
    """Move what has not left to `to`; a row that a worker has just begun to send is passed over and stays."""
    rows = Delivery.objects.filter(occurrence__rule=rule, state__in=UNSENT_STATES)
    if planned_after is not None:
        rows = rows.filter(planned_at__gt=planned_after)
    now = clock.now()
    stopped = 0
    for row in rows:
        origins = DUE_STATES | {DeliveryState.LEASED, DeliveryState.HELD}
        stopped += move(row, to, origins=origins, by_claim=False, hold="", finished_at=now)
    return stopped


def checked(when: RuleInput, *, endpoint: Endpoint, now: datetime) -> dict[str, Any]:
    """The fields of a rule, or BadInput with what is wrong and how to mend it."""
    times = _times(when.times)
    zone = _zone(when.timezone or settings.TIME_ZONE)
    _dates(when, now.astimezone(ZoneInfo(zone)).date())
    weekdays = sorted(set(when.weekdays))
    if not weekdays or not set(weekdays) <= set(recurrence.ALL_WEEK):
        raise BadInput(_("Choose at least one day of the week."))
    plan = recurrence.Plan(times, frozenset(weekdays), when.date_from, when.date_to, zone, frozenset(when.exceptions))
    first = recurrence.first_slot(plan)
    if first is None:
        raise BadInput(_("No day of this period falls on the chosen days of the week. Nothing would be sent."))
    spans = channel_for(endpoint.kind).spans
    _end(when.until, first.starts_at, spans=spans, now=now)
    if not spans and not any(
        recurrence.slots(plan, after=_grace_start(now), before=now + timedelta(days=2 * MAX_DAYS))
    ):
        raise BadInput(_("All the times of this plan are already past. Choose a later time."))
    if not 1 <= when.useful_minutes <= MAX_DAYS * 24 * 60:
        raise BadInput(_("Say for how long it is still useful to send late: at least one minute."))
    return {
        "times": list(times), "weekdays": weekdays, "timezone": zone, "date_from": when.date_from,
        "date_to": when.date_to, "exceptions": sorted(day.isoformat() for day in when.exceptions),
        "until": when.until if spans else None,
        # What is shown for a while is worth showing late; leaving it out would leave the page empty.
        "misfire": Misfire.SEND_LATE if spans else Misfire(when.misfire),
        "useful_minutes": int(OPEN_END.total_seconds() // 60) if spans else when.useful_minutes,
        "priority": when.priority,
    }  # fmt: skip


def _times(times: Iterable[str]) -> tuple[str, ...]:
    given = [nfc(text).replace("\x00", "") for text in times]
    try:
        found = recurrence.normal_times(text for text in given if text.strip())
    except ValueError as error:
        raise BadInput(_("“%(text)s” is not a time of day. Write it as 07:30.") % {"text": str(error)[:20]}) from None
    if not found:
        raise BadInput(_("Give at least one time of day."))
    if len(found) > MAX_TIMES:
        raise BadInput(_("At most %(count)s times a day can be planned.") % {"count": MAX_TIMES})
    return found


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(_("The time zone “%(name)s” is not known.") % {"name": name[:40]}) from None
    return name


def _dates(when: RuleInput, today: date) -> None:
    if when.date_to < when.date_from:
        raise BadInput(_("The last day is before the first day."))
    if (when.date_to - when.date_from).days > MAX_DAYS:
        raise BadInput(_("A plan may cover at most one year. Make a new one for the next year."))
    if when.date_to < today:
        raise BadInput(_("All the days of this plan are already past. Choose a later day."))


def _end(until: datetime | None, starts_at: datetime, *, spans: bool, now: datetime) -> None:
    if not spans or until is None:
        return
    if until == starts_at:
        raise BadInput(_("Start and end are the same moment: it would never be shown."))
    if until < starts_at:
        raise BadInput(_("The end is before the start."))
    if until <= now:
        raise BadInput(_("The end is already past."))
