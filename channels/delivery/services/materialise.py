"""Turning rules into occurrences and deliveries, two days ahead, as often as one likes."""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction

from channels.delivery import recurrence
from channels.delivery.contract import channel_for
from channels.delivery.enums import Action, DeliveryState, RuleState
from channels.delivery.models import Delivery, Occurrence, Rule
from cms.core import clock

logger = logging.getLogger(__name__)

HORIZON = timedelta(days=2)
# A rule is looked at again when less than this much of its horizon is left.
SLACK = timedelta(hours=1)
# After a longer standstill, slots older than this are not even recorded as missed.
LOOK_BACK = timedelta(days=8)
# Nothing shown "until further notice" stays useful to send for longer than this.
OPEN_END = timedelta(days=366)
_YEAR = timedelta(days=366)


def materialise_due(*, now: datetime | None = None, limit: int = 100) -> int:
    """Materialise the active rules whose horizon has come near; returns how many deliveries were made.

    One rule that cannot be expanded is logged and does not stop the others.
    """
    now = now or clock.now()
    rules = Rule.objects.filter(state=RuleState.ACTIVE, materialised_until__lt=now + HORIZON - SLACK)
    made = 0
    for rule in rules.select_related("endpoint").order_by("materialised_until", "id")[:limit]:
        try:
            made += materialise(rule, now=now)
        except (ValueError, KeyError):
            logger.exception("rule not expanded", extra={"event": "rule_not_expanded", "rule_id": rule.pk})
    return made


def plan_of(rule: Rule) -> recurrence.Plan:
    """The rule's pure plan."""
    return recurrence.Plan(
        times=tuple(rule.times),
        weekdays=frozenset(rule.weekdays),
        date_from=rule.date_from,
        date_to=rule.date_to,
        zone=rule.timezone,
        exceptions=frozenset(date.fromisoformat(day) for day in rule.exceptions),
    )


def slots_of(rule: Rule, *, after: datetime, before: datetime) -> list[recurrence.Slot]:
    """The rule's slots in the period; a channel that shows things for a while is served once, by the first slot."""
    plan = plan_of(rule)
    if not channel_for(rule.endpoint.kind).spans:
        return list(recurrence.slots(plan, after=after, before=before))
    first = recurrence.first_slot(plan)
    return [first] if first is not None and first.starts_at < before else []


def next_beyond(rule: Rule, *, now: datetime) -> datetime | None:
    """The first slot of the rule that is no delivery yet: beyond the two days ahead; None when there is none in a year."""
    after, plan = max(now, rule.materialised_until), plan_of(rule)
    if channel_for(rule.endpoint.kind).spans:
        first = recurrence.first_slot(plan)
        return first.starts_at if first is not None and first.starts_at >= after else None
    return next((slot.starts_at for slot in recurrence.slots(plan, after=after, before=after + _YEAR)), None)


def materialise(rule: Rule, *, now: datetime) -> int:
    """Make the rule's occurrences and deliveries up to `now` + two days; doing it again makes nothing new."""
    until = now + HORIZON
    with transaction.atomic():
        # The row again, and locked where the database can: a change of the rule and this must not interleave.
        rule = Rule.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=rule.pk)
        if rule.state != RuleState.ACTIVE:
            return 0
        spans = channel_for(rule.endpoint.kind).spans
        after = rule.version_since if spans else max(rule.version_since, rule.materialised_until, now - LOOK_BACK)
        made = 0
        for slot in slots_of(rule, after=after, before=until):
            made += _make(rule, slot)
        Rule.objects.filter(pk=rule.pk).update(materialised_until=max(rule.materialised_until, until))
    if made:
        logger.info("rule materialised", extra={"event": "rule_materialised", "rule_id": rule.pk, "deliveries": made})
    return made


def _make(rule: Rule, slot: recurrence.Slot) -> int:
    """The slot's occurrence with its deliveries; returns how many deliveries are new."""
    occurrence, _ = Occurrence.objects.get_or_create(
        rule=rule,
        rule_version=rule.version,
        local_date=slot.local_date,
        slot=slot.slot,
        defaults={"starts_at": slot.starts_at, "ends_at": rule.until},
    )
    key = f"r{rule.pk}v{rule.version}:{slot.local_date.isoformat()}T{slot.slot}"
    useful = rule.until or slot.starts_at + timedelta(minutes=rule.useful_minutes)
    sending, made = Delivery.objects.get_or_create(
        idem_key=f"{key}:{Action.SEND}",
        defaults={
            "occurrence": occurrence, "endpoint": rule.endpoint, "action": Action.SEND, "priority": rule.priority,
            "state": DeliveryState.SCHEDULED, "planned_at": slot.starts_at, "not_before": slot.starts_at,
            "useful_until": useful,
        },
    )  # fmt: skip
    count = int(made)
    if rule.until is not None:
        _, made = Delivery.objects.get_or_create(
            idem_key=f"{key}:{Action.TAKE_DOWN}",
            defaults={
                "occurrence": occurrence, "endpoint": rule.endpoint, "action": Action.TAKE_DOWN, "original": sending,
                "priority": rule.priority, "state": DeliveryState.SCHEDULED, "planned_at": rule.until,
                "not_before": rule.until, "useful_until": rule.until + OPEN_END,
            },
        )  # fmt: skip
        count += int(made)
    return count
