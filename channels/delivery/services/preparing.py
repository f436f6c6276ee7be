"""Rendering ahead: what will go in the next two days is made when it is planned, so that the send only sends."""

import logging
import time
from datetime import datetime

from django.db.models import Min, QuerySet

from campaigns.models import Approval
from campaigns.selectors import current_approvals
from channels.delivery.enums import DUE_STATES, Action
from channels.delivery.models import Delivery, Rule
from channels.delivery.services.materialise import HORIZON
from channels.delivery.services.variants import ensure_variant
from cms.core import clock
from cms.core.errors import CongError

logger = logging.getLogger(__name__)

# What could not be rendered ahead is left alone for so many seconds; the send tries again whenever it is due.
AGAIN_AFTER = 600.0

_failed: dict[tuple[int, int], float] = {}


def prepare_due(*, now: datetime | None = None, limit: int = 100) -> int:
    """Give planned deliveries the variant of the approval in force; returns how many rules were served.

    No transaction is open while a channel renders. What cannot be rendered (no recording yet, a fault) is left for the
    send, which renders anew and says why it cannot; it keeps nobody else waiting.
    """
    now = now or clock.now()
    waiting = Delivery.objects.filter(
        state__in=DUE_STATES, variant=None, action=Action.SEND, occurrence__isnull=False, planned_at__lte=now + HORIZON
    )  # fmt: skip
    first = waiting.order_by().values("occurrence__rule").annotate(first=Min("planned_at"))
    ids = [row["occurrence__rule"] for row in first.order_by("first", "occurrence__rule")[: limit * 5]]
    rules = Rule.objects.filter(pk__in=ids, endpoint__active=True).select_related("item", "endpoint__organisation")
    approvals = current_approvals([rule.item for rule in rules])
    served = 0
    for rule in sorted(rules, key=lambda each: ids.index(each.pk)):
        approval = approvals.get((rule.item_id, rule.orthography))
        if served >= limit:
            break
        if approval is not None:
            approval.item = rule.item
            served += _serve(rule, approval, waiting)
    return served


def _serve(rule: Rule, approval: Approval, waiting: "QuerySet[Delivery]") -> bool:
    key = (approval.pk, rule.endpoint_id)
    if time.monotonic() - _failed.get(key, float("-inf")) < AGAIN_AFTER:
        return False
    try:
        variant = ensure_variant(approval, rule.endpoint)
    except CongError as error:
        _remember(key)
        logger.info("not ready yet", extra={"event": "not_prepared", "rule_id": rule.pk, "why": type(error).__name__})
        return False
    except Exception:  # noqa: BLE001 - one channel's fault must not keep the others' texts from being made; logged whole
        _remember(key)
        logger.exception("not rendered ahead", extra={"event": "not_prepared", "rule_id": rule.pk})
        return False
    _failed.pop(key, None)
    return bool(waiting.filter(occurrence__rule=rule).update(variant=variant))


def _remember(key: tuple[int, int]) -> None:
    if len(_failed) > 1000:
        _failed.clear()
    _failed[key] = time.monotonic()
