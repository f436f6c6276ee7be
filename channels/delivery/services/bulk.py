"""One deed on many deliveries: each in a transaction of its own, so that one that cannot be done stops none of the others."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from channels.delivery.models import Delivery
from channels.delivery.permissions import require_worker
from cms.core.errors import CongError

logger = logging.getLogger(__name__)
# As many as a request does without making anybody wait; what is left is offered again.
MOST = 500


@dataclass(frozen=True)
class Result:
    """How it went with one delivery; `message` says why not."""

    pk: int
    delivery: Delivery | None
    done: bool
    message: str = ""


def act_on_many(chosen: Iterable[tuple[int, int]], *, act: Callable[..., object], user: Any) -> list[Result]:
    """Do `act(delivery, user=…, seen=…)` to each (id, attempt that was seen) and say how each went, in their order.

    Each deed writes its own line into the audit. At most MOST are done in one call.
    """
    require_worker(user)
    wanted = list(dict.fromkeys(chosen))[:MOST]
    rows = Delivery.objects.select_related(
        "endpoint", "occurrence__rule__item", "variant__approval__item", "original__variant__approval__item"
    ).in_bulk([pk for pk, _seen in wanted])
    return [_one(pk, seen, rows.get(pk), act, user) for pk, seen in wanted]


def _one(pk: int, seen: int, row: Delivery | None, act: Callable[..., object], user: Any) -> Result:
    if row is None:
        return Result(pk, None, False, _("It is no longer there."))
    try:
        act(row, user=user, seen=seen)
    except CongError as error:
        return Result(pk, row, False, error.message)
    except Exception:  # noqa: BLE001 - one faulty row must not stop the others; it is logged whole and shown as not done
        logger.exception("deed failed", extra={"event": "bulk_deed_failed", "delivery_id": pk})
        return Result(pk, row, False, _("Something went wrong here; nothing was changed. The fault was written down."))
    return Result(pk, row, True)
