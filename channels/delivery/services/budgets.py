"""Rate budgets as shared rows: an exact sliding window per bucket, and the wait that the other side asked for."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Least

from channels.delivery.contract import Budget
from channels.delivery.enums import DUE_STATES
from channels.delivery.models import Delivery, RateBucket


def take(budgets: list[Budget], *, now: datetime) -> datetime | None:
    """None when there is room in every budget, and its `cost` is counted in each; else the instant to come back at.

    Call it inside the intent's transaction: if the intent does not commit, nothing was counted. Buckets are locked in
    the order of their keys, so two workers never wait for each other in a circle.
    """
    ordered = sorted(budgets, key=lambda budget: budget.key)
    buckets = [(budget, _locked(budget.key)) for budget in ordered]
    waits = [wait for budget, bucket in buckets if (wait := _wait(budget, bucket, now)) is not None]
    if waits:
        return max(waits)
    moment = now.timestamp()
    for budget, bucket in buckets:
        longest = max(seconds for _count, seconds in budget.windows)
        # A clock that was set back leaves moments in the future: they count as now, and fade like the others.
        bucket.recent = [min(past, moment) for past in bucket.recent if moment - past < longest]
        bucket.recent += [moment] * budget.cost
        bucket.save(update_fields=["recent"])
    return None


def block(budgets: list[Budget], *, scope: str, until: datetime) -> None:
    """Write down that the other side asked to wait until `until`, on the bucket of this scope. Never shortens a wait."""
    for budget in budgets:
        if budget.scope == scope:
            bucket = _locked(budget.key)
            if bucket.blocked_until is None or bucket.blocked_until < until:
                bucket.blocked_until = until
                bucket.save(update_fields=["blocked_until"])


def postpone_others(delivery: Delivery, *, scope: str, until: datetime) -> int:
    """Let whatever else is due for the same bucket come back at `until`, so that it is not taken up in vain."""
    rows = Delivery.objects.filter(state__in=DUE_STATES, not_before__lt=until).exclude(pk=delivery.pk)
    if scope == "credential" and delivery.endpoint.credential_id is not None:
        rows = rows.filter(endpoint__credential=delivery.endpoint.credential_id)
    else:
        rows = rows.filter(endpoint=delivery.endpoint_id)
    return rows.update(not_before=Least(Value(until, output_field=DateTimeField()), F("useful_until")))


def _locked(key: str) -> RateBucket:
    RateBucket.objects.get_or_create(key=key)
    return RateBucket.objects.select_for_update().get(key=key)


def _wait(budget: Budget, bucket: RateBucket, now: datetime) -> datetime | None:
    """When this bucket has room again, or None for now."""
    waits = []
    if bucket.blocked_until is not None and bucket.blocked_until > now:
        waits.append(bucket.blocked_until)
    moment = now.timestamp()
    for count, seconds in budget.windows:
        # What costs more than a whole window holds (an album, at one a second) goes when the window is empty.
        others = max(1, count - budget.cost + 1)
        inside = sorted(min(past, moment) for past in bucket.recent if moment - past < seconds)
        if len(inside) >= others:
            # The oldest of the last `others` must leave the window; a hair later, so that rounding never lets two in.
            waits.append(now + timedelta(seconds=seconds - (moment - inside[-others]) + 0.01))
    return max(waits) if waits else None
