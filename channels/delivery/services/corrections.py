"""Putting right what already went out: every place that shows wrong words is corrected, taken down, or named to a person.

A correction is opened when a hotline changed, when an approval was revoked, when a fact about people's safety was
replaced, or by hand. Opening and carrying on are the same pass over what stands (`advance`): it may be lost, repeated or
run by two workers at once, for every row it makes has a key of its own. Signals only ring; a tick finds what they lost.
"""

import logging
from datetime import timedelta
from typing import Any, Literal

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem, Hotline
from channels.delivery import compensation, standing
from channels.delivery.contract import Sent
from channels.delivery.enums import DUE_STATES, UNSENT_STATES, Action, DeliveryState, ReceiptKind
from channels.delivery.models import Correction, Delivery
from channels.delivery.permissions import require_worker
from channels.delivery.services import receipts
from channels.delivery.services.deliveries import SECOND_CHANCE, hold_delivery, release_delivery
from channels.delivery.services.variants import ensure_variant
from channels.delivery.states import move
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict
from cms.core.text import nfc

logger = logging.getLogger(__name__)
S = DeliveryState
# What was changed or revoked this long ago is still looked for: a listener may have died before it was heard.
LOOK_BACK = timedelta(days=1)
# A listener works in the request of the person who changed the fact: the rest is left to the worker's next look.
AT_ONCE = 50


def begin(
    *,
    reason: str,
    hotline: Hotline | None = None,
    item: ContentItem | None = None,
    user: Any = None,
    limit: int = AT_ONCE,
) -> Correction | None:
    """The correction of this fact, open and carried as far as `limit` places; None when nothing wrong stands anywhere.

    Asking again gives the open one. `user` None: the system found it.
    """
    correction = _open(reason=reason, hotline=hotline, item=item, user=user)
    if correction is not None:
        advance(correction, limit=limit)
    return correction


def report_wrong(item: ContentItem, *, reason: str, user: Any) -> Correction:
    """A correction begun by hand: what is out is put right, what is planned is held until a right text is approved.

    Raises BadInput without a reason, Conflict when one is open already, or when nothing is out or planned.
    """
    require_worker(user)
    clean = nfc(reason.replace("\x00", "")).strip()
    if not clean:
        raise BadInput(_("Say what is wrong: whoever mends it has only your words."))
    if Correction.objects.filter(item=item, closed_at__isnull=True, opened_by__isnull=False).exists():
        raise Conflict(_("A correction of this text is already under way."))
    with transaction.atomic():
        correction = Correction.objects.create(
            item=item, reason=clean[:300], opened_at=clock.now(), opened_by=user
        )  # fmt: skip
        if not standing.places(standing.Scope(correction)) and not _planned(correction).exists():
            raise Conflict(_("Nothing of this text is out or planned."))
        audit.record(correction, "delivery.correction.open", user=user, data={"item": item.pk, "reason": clean[:300]})
    advance(correction, limit=AT_ONCE)
    return correction


def _open(*, reason: str, hotline: Hotline | None, item: ContentItem | None, user: Any) -> Correction | None:
    known = Correction.objects.filter(hotline=hotline, item=item, closed_at__isnull=True).first()
    if known is not None:
        return known
    draft = Correction(hotline=hotline, item=item, reason=reason[:300], opened_at=clock.now(), opened_by=user)
    if not _not_handled(draft, standing.places(standing.Scope(draft))):
        return None
    try:
        with transaction.atomic():
            draft.save()
            audit.record(draft, "delivery.correction.open", user=user, data={"reason": draft.reason})
    except IntegrityError:  # another process was quicker: the database allows one open correction for a hotline
        return Correction.objects.filter(hotline=hotline, item=item, closed_at__isnull=True).first()
    logger.warning("correction begun", extra={"event": "correction_begun", "correction_id": draft.pk})
    return draft


def _not_handled(correction: Correction, found: list[standing.Place]) -> list[standing.Place]:
    """The places that no finished correction of the same fact has dealt with (somebody settled those by hand)."""
    rows = Delivery.objects.filter(original__in=[place.root.pk for place in found], correction__isnull=False)
    if correction.hotline_id:
        rows = rows.filter(correction__hotline=correction.hotline_id)
    else:
        rows = rows.filter(correction__item=correction.item_id, correction__opened_by__isnull=True)
    done = set(rows.exclude(correction=correction.pk).values_list("original_id", flat=True))
    return [place for place in found if place.root.pk not in done]


def advance(correction: Correction, *, limit: int = 500) -> int:
    """Take every place of an open correction a step further; returns how many steps were taken, at most about `limit`.

    One place that cannot be treated is logged and stops none of the others. Closes the correction when all is settled.
    """
    if correction.closed_at is not None:
        return 0
    scope, steps = standing.Scope(correction), 0
    _hold_planned(correction, scope)
    found = standing.places(scope)
    for place in _not_handled(correction, found):
        if steps >= limit:
            break
        try:
            steps += compensation.treat(correction, scope, place)
        except DatabaseError:
            raise
        except Exception:  # noqa: BLE001 - one place must not stop the others; it is logged whole and looked at again
            logger.exception(
                "place not treated",
                extra={"event": "place_not_treated", "correction_id": correction.pk, "delivery_id": place.root.pk},
            )
    steps += compensation.tidy(correction)
    _close_if_settled(correction, scope, found)
    return steps


def _planned(correction: Correction) -> Any:
    rows = Delivery.objects.filter(action=Action.SEND, state__in=UNSENT_STATES)
    return rows.filter(occurrence__rule__item=correction.item_id)


def _hold_planned(correction: Correction, scope: standing.Scope) -> None:
    """A text reported wrong does not leave again: what is planned is held until there is a right approval of it.

    (A changed hotline and a revoked approval need no holding: the intent itself refuses them.)
    """
    if correction.item is None or correction.opened_by_id is None:
        return
    for row in _planned(correction).select_related("occurrence__rule"):
        orthography = row.occurrence.rule.orthography if row.occurrence else ""
        right = standing.corrected_approval(scope, correction.item.pk, orthography) is not None
        try:
            if right and row.state == S.HELD and row.last_error == "text_wrong":
                release_delivery(row, user=None)
            elif not right and row.state in DUE_STATES:
                hold_delivery(row, user=None, reason="text_wrong")
        except Conflict:
            continue  # somebody moved it meanwhile; the next look sees what it has become


def _close_if_settled(correction: Correction, scope: standing.Scope, found: list[standing.Place]) -> bool:
    """Close it when every row is settled, every place has one, and the wrong words can no longer leave."""
    rows = list(correction.deliveries.values_list("original_id", "state"))
    if any(state not in standing.SETTLED_STATES for _root, state in rows):
        return False
    if {place.root.pk for place in _not_handled(correction, found)} - {root for root, _state in rows}:
        return False
    if correction.opened_by_id and correction.item is not None:
        in_force = Approval.objects.filter(item=correction.item, status=ApprovalStatus.APPROVED)
        if any(scope.is_wrong(approval) for approval in in_force.select_related("item", "source_approval")):
            return False
    with transaction.atomic():
        now = clock.now()
        if Correction.objects.filter(pk=correction.pk, closed_at__isnull=True).update(closed_at=now) != 1:
            return False
        correction.closed_at = now
        audit.record(correction, "delivery.correction.close", data={"places": len(rows)})
    logger.info("correction settled", extra={"event": "correction_settled", "correction_id": correction.pk})
    return True


def anything_to_do() -> bool:
    """True when a correction is open or something changed lately that may have to be put right."""
    return Correction.objects.filter(closed_at__isnull=True).exists() or _replaced().exists() or _revoked().exists()


def work_all() -> int:
    """Begin what nobody has begun and carry on what is open; returns how many steps were taken."""
    steps = 0
    for hotline in _replaced():
        begin(reason=reason_for_hotline(hotline), hotline=hotline, limit=0)
    for item in ContentItem.objects.filter(pk__in=_revoked().values("item")):
        begin(reason=reason_for_revoked(), item=item, limit=0)
    for correction in Correction.objects.filter(closed_at__isnull=True).select_related("hotline", "item"):
        steps += advance(correction)
    return steps


def _replaced() -> Any:
    return Hotline.objects.filter(replaced_by__isnull=False, valid_to__gte=clock.today() - LOOK_BACK)


def _revoked() -> Any:
    return Approval.objects.filter(status=ApprovalStatus.REVOKED, ended_at__gte=clock.now() - LOOK_BACK)


def reason_for_hotline(hotline: Hotline) -> str:
    """What was wrong, for a hotline that changed; in Vietnamese, whoever changed it."""
    new = hotline.replaced_by.number if hotline.replaced_by else ""
    with override("vi"):
        return _("%(label)s: %(old)s is now %(new)s") % {"label": hotline.label, "old": hotline.number, "new": new}


def reason_for_revoked() -> str:
    """What was wrong, for an approval that was revoked."""
    with override("vi"):
        return _("The approval was revoked.")


def reason_for_facts(facts: list[str]) -> str:
    """What was wrong, for facts about safety that the new text no longer tells."""
    with override("vi"):
        return _("Replaced in the new text: %(facts)s") % {"facts": ", ".join(facts[:6])}


@transaction.atomic
def settle_by_hand(
    row: Delivery, *, outcome: Literal["corrected", "taken_down"], user: Any, note: str = ""
) -> Delivery:
    """A place that somebody put right at the destination: laid aside here, with a receipt that says who did what.

    Raises Conflict when the row is not an open point of a correction any more.
    """
    require_worker(user)
    if outcome not in (ReceiptKind.CORRECTED, ReceiptKind.TAKEN_DOWN):
        raise BadInput(_("Say whether it was corrected or taken down."))
    row = compensation.fresh(row.pk)
    if row.correction_id is None:
        raise Conflict(_("This delivery belongs to no correction."))
    origins = [S.FAILED, S.HELD, S.SCHEDULED, S.RETRY_WAIT, S.UNCONFIRMED]
    now = clock.now()
    done = move(row, S.CANCELLED, origins=origins, by_claim=False, hold="", owner="", last_error="", finished_at=now)
    if not done:
        raise Conflict(_("It has been settled meanwhile, or is being sent at this moment."))
    evidence = {"by_hand": True, "note": nfc(note).strip()[:300]}
    receipts.write_receipt(row, outcome, at=now, sent=Sent(), recorded_by=user, evidence=evidence)
    audit.record(row, "delivery.delivery.by_hand", user=user, data={"outcome": str(outcome), **evidence})
    return row


def send_corrected(row: Delivery, *, user: Any) -> Delivery:
    """A new delivery of the corrected text to where the wrong one was taken down; asking twice gives the same one.

    Raises Conflict when nothing was taken down, or when no corrected text may leave yet.
    """
    require_worker(user)
    row = Delivery.objects.select_related(
        "correction__hotline", "correction__item", "endpoint", "original__variant__approval"
    ).get(pk=row.pk)
    root = row.original
    if (
        row.correction is None
        or root is None
        or root.variant is None
        or row.action != Action.TAKE_DOWN
        or row.state != S.SENT
    ):
        raise Conflict(_("Nothing was taken down here."))
    wrong = root.variant
    approval = standing.corrected_approval(
        standing.Scope(row.correction), wrong.approval.item_id, wrong.orthography
    )  # fmt: skip
    if approval is None:
        raise Conflict(_("There is no corrected and approved text in this language yet."))
    variant, now = ensure_variant(approval, row.endpoint), clock.now()
    with transaction.atomic():
        sending, made = Delivery.objects.get_or_create(
            idem_key=f"d{root.pk}:resend:a{approval.pk}",
            defaults={
                "endpoint": row.endpoint, "variant": variant, "action": Action.SEND, "state": S.SCHEDULED,
                "planned_at": now, "not_before": now, "useful_until": now + 4 * SECOND_CHANCE, "priority": 5,
            },
        )  # fmt: skip
        if made:
            audit.record(row, "delivery.correction.resend", user=user, data={"by": sending.pk})
    return sending
