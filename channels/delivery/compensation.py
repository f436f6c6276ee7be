"""What is done about one place that shows wrong words: edit it, take it down, or name it to a person.

The order is: an edit, where the channel can and a corrected, approved text exists; else taking it down at once; and where
a channel can do neither, or refused both, a failed row that stands in the queue until somebody has been there.
"""

import logging
from typing import Any

from django.db import transaction

from campaigns.models import Approval
from channels.delivery import standing
from channels.delivery.contract import channel_for
from channels.delivery.enums import Action, DeliveryState, Hold, ReceiptKind
from channels.delivery.intent import remote_id_of
from channels.delivery.leftovers import left_standing
from channels.delivery.models import Correction, Delivery, Variant
from channels.delivery.services import receipts
from channels.delivery.services.materialise import OPEN_END
from channels.delivery.services.variants import ensure_variant
from channels.delivery.states import move
from cms.core import audit, clock
from cms.core.errors import CongError

logger = logging.getLogger(__name__)
S = DeliveryState
# Corrections go before everything that is only planned.
PRIORITY = 9
# An edit held for one of these waits for its text, and the wrong one stands there meanwhile: it is taken down instead.
_TEXT_HOLDS = frozenset({Hold.NOT_APPROVED, Hold.NOT_AIRABLE, Hold.CAMPAIGN, Hold.VARIANT, Hold.NOT_READY})


def treat(correction: Correction, scope: standing.Scope, place: standing.Place) -> bool:
    """Take one place a step further; False when nothing was to be done now. Renders outside any transaction."""
    root, wrong = place.root, place.shown
    rows = [row for row in root.compensations.all() if row.correction_id == correction.pk]
    if any(row.state == S.CANCELLED for row in rows) and all(row.state in standing.SETTLED_STATES for row in rows):
        return False  # a person settled it
    target = standing.corrected_approval(scope, wrong.approval.item_id, wrong.orthography)
    variant = _rendered(target, root)
    waiting = [row for row in rows if row.state not in {*standing.SETTLED_STATES, S.FAILED}]
    if waiting:
        return any(_wake(row, root, variant, correction) for row in waiting)
    refused = {(row.action, row.variant.approval_id if row.variant and row.action == Action.CORRECT else None)
               for row in rows if row.state == S.FAILED}  # fmt: skip
    channel = channel_for(root.endpoint.kind)
    if target and variant and Action.CORRECT in channel.actions and (Action.CORRECT, target.pk) not in refused:
        return _order(correction, root, Action.CORRECT, variant)
    if channel.shows_present_facts and correction.hotline_id:
        return _order(correction, root, Action.CORRECT, None, waits="masked_until_corrected")
    if Action.TAKE_DOWN in channel.actions:
        return (Action.TAKE_DOWN, None) not in refused and _order(correction, root, Action.TAKE_DOWN, wrong)
    return not refused and _open_point(correction, root, wrong)


def tidy(correction: Correction) -> int:
    """Lay aside what failed where another way succeeded, and try again what only lacked its number; returns how many."""
    rows = list(correction.deliveries.select_related("original"))
    done = {row.original_id for row in rows if row.state == S.SENT}
    count = 0
    for row in rows:
        if row.state == S.FAILED and row.original_id in done:
            count += move(row, S.CANCELLED, origins=[S.FAILED], by_claim=False, finished_at=clock.now())
        elif (
            row.state == S.FAILED and row.last_error == "number_unknown" and row.original and remote_id_of(row.original)
        ):
            count += move(
                row, S.SCHEDULED, origins=[S.FAILED], by_claim=False, not_before=clock.now(), failures=0, owner="",
                finished_at=None,
            )  # fmt: skip
        elif row.state == S.HELD and row.last_error == "original_unconfirmed" and _is_over(row.original):
            # It never stood there, or went back to its plan, where the intent refuses it.
            count += move(row, S.CANCELLED, origins=[S.HELD], by_claim=False, hold="", finished_at=clock.now())
    return count


def _is_over(root: Delivery | None) -> bool:
    return root is not None and root.state not in {S.SENDING, S.UNCONFIRMED, S.SENT}


def fresh(pk: int) -> Delivery:
    """The row as it is now, locked where the database can, with what its receipt needs."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related(
        "endpoint__organisation", "variant__approval__item__campaign", "occurrence__rule__item__campaign"
    )
    return rows.get(pk=pk)


def _rendered(target: Approval | None, root: Delivery) -> Variant | None:
    """The corrected text as this destination carries it; None when there is none or the channel cannot carry it."""
    if target is None or Action.CORRECT not in channel_for(root.endpoint.kind).actions:
        return None
    try:
        variant = ensure_variant(target, root.endpoint)
    except CongError as error:
        logger.warning(
            "correction not rendered",
            extra={"event": "correction_not_rendered", "delivery_id": root.pk, "approval_id": target.pk, "why": error.message},
        )  # fmt: skip
        return None
    # Somebody's own wording, carried over, waits for a second person; the wrong words do not stand there so long.
    return variant if variant.may_go else None


def _is_known(root: Delivery) -> bool:
    """True when it is known what stands there: it was sent, or its number came back although the answer was lost."""
    return root.state == S.SENT or bool(left_standing(root))


def _wake(row: Delivery, root: Delivery, variant: Variant | None, correction: Correction) -> bool:
    """Let a waiting row go when what it waited for has come; give up an edit whose text is held, for taking down."""
    if row.state != S.HELD:
        return False
    if row.last_error == "masked_until_corrected":
        return variant is not None and _let_go(row, variant)
    if row.last_error == "original_unconfirmed":
        return _is_known(root) and _let_go(row, variant if row.action == Action.CORRECT else None)
    channel = channel_for(root.endpoint.kind)
    held_for_text = row.action == Action.CORRECT and row.hold in _TEXT_HOLDS and not channel.shows_present_facts
    if held_for_text and variant is None and Action.TAKE_DOWN in channel.actions:
        with transaction.atomic():
            gone = move(row, S.CANCELLED, origins=[S.HELD], by_claim=False, hold="", finished_at=clock.now())
            return gone and _order(correction, root, Action.TAKE_DOWN, root.variant)
    return False


@transaction.atomic
def _let_go(row: Delivery, variant: Variant | None) -> bool:
    if variant is not None:
        Delivery.objects.filter(pk=row.pk, state=S.HELD).update(variant=variant)
    return move(
        row, S.SCHEDULED, origins=[S.HELD], by_claim=False, hold="", owner="", last_error="", not_before=clock.now()
    )


@transaction.atomic
def _order(correction: Correction, root: Delivery, action: str, variant: Variant | None, *, waits: str = "") -> bool:
    """The row that edits or takes down, made once; it waits while nobody knows whether the wrong text is there."""
    now = clock.now()
    if not waits and not _is_known(root):
        waits = "original_unconfirmed"
    about = variant.approval_id if variant is not None and action == Action.CORRECT else 0
    fields: dict[str, Any] = {
        "occurrence": root.occurrence if action == Action.TAKE_DOWN else None, "endpoint": root.endpoint,
        "variant": variant, "action": action, "original": root, "correction": correction, "planned_at": now,
        "not_before": now, "useful_until": now + OPEN_END, "priority": PRIORITY, "last_error": waits,
        "state": S.HELD if waits else S.SCHEDULED, "hold": Hold.PERSON if waits else "",
    }  # fmt: skip
    row, made = Delivery.objects.get_or_create(idem_key=_key(correction, root, action, about), defaults=fields)
    if made:
        _record(row, action, waits)
    return made


@transaction.atomic
def _open_point(correction: Correction, root: Delivery, wrong: Variant) -> bool:
    """A failed row that names the place to a person: nothing here can change what stands there."""
    now = clock.now()
    row, made = Delivery.objects.get_or_create(
        idem_key=_key(correction, root, Action.TAKE_DOWN, 0),
        defaults={
            "occurrence": root.occurrence, "endpoint": root.endpoint, "variant": wrong, "action": Action.TAKE_DOWN,
            "original": root, "correction": correction, "planned_at": now, "not_before": now,
            "useful_until": now + OPEN_END, "priority": PRIORITY, "state": S.FAILED, "last_error": "no_way_to_correct",
            "finished_at": now,
        },
    )  # fmt: skip
    if made:
        receipts.write_receipt(row, ReceiptKind.FAILED, at=now, evidence={"reason": "no_way_to_correct"})
        _record(row, Action.TAKE_DOWN, "no_way_to_correct")
    return made


def _key(correction: Correction, root: Delivery, action: str, approval: int) -> str:
    return f"d{root.pk}:{action}:a{approval}:c{correction.pk}"


def _record(row: Delivery, action: str, waits: str) -> None:
    verb = "delivery.delivery.correct" if action == Action.CORRECT else "delivery.delivery.take_down"
    audit.record(row.original or row, verb, data={"by": row.pk, "correction": row.correction_id, "waits": waits})
