"""The second commit: everything is read again, and only then is the intent to send written down.

After this commit the delivery counts as possibly out. Whatever changed before it (plan, approval, pause, key) is seen
here, inside the transaction; whatever changes after it needs a delivery of its own to take back.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Q, QuerySet

from campaigns.models import Approval
from campaigns.selectors import pauses_at
from channels.delivery import content, crash
from channels.delivery.contract import Channel, Outgoing, Sent, channel_for
from channels.delivery.enums import (
    USABLE_CREDENTIALS,
    Action,
    DeliveryState,
    Hold,
    Misfire,
    Outcome,
    ReceiptKind,
    RuleState,
)
from channels.delivery.leftovers import ENDED_STATES, stands
from channels.delivery.models import Attempt, Delivery, Rule, Variant
from channels.delivery.said import storable
from channels.delivery.services import budgets, receipts, variants
from channels.delivery.states import move
from cms.core import claims, statements
from cms.core.statements import Mark, Reading

S = DeliveryState
# A slot served within this time of its moment is in time; later than this the rule's misfire policy speaks.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class Intent:
    """What may now be sent, and the attempt that says so."""

    delivery: Delivery
    attempt: Attempt
    outgoing: Outgoing
    channel: Channel
    notes: "Notes"


class Notes:
    """What a channel learned on its way, kept with the attempt at once: it outlives this process."""

    def __init__(self, attempt_id: int) -> None:
        self.attempt_id = attempt_id
        self.kept: dict[str, Any] = {}

    def __call__(self, evidence: dict[str, Any]) -> None:
        self.kept.update(storable(evidence))
        Attempt.objects.filter(pk=self.attempt_id).update(evidence=self.kept)


@dataclass(frozen=True)
class Stop:
    """The delivery may not go: the state it goes to instead, why, and when to look again."""

    state: str
    hold: str = ""
    reason: str = ""
    again_at: datetime | None = None


class NeedsVariant(Exception):
    """The variant does not belong to the approval in force; render it (outside the transaction) and come back."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(approval.pk)
        self.approval = approval


# All that the checks and the receipt read, in one statement; and whether any pause is in force, which is rare.
_JUDGED = (
    "endpoint__credential", "endpoint__organisation", "variant__approval__item__campaign",
    "variant__approval__source_approval", "occurrence__rule",
)  # fmt: skip


def _claimed(pk: int, owner: str, attempt: int, at: datetime, *more: str) -> "QuerySet[Delivery]":
    rows = claims.fenced(Delivery(pk=pk, owner=owner, attempt=attempt), S.LEASED)
    rows = rows.annotate(pause_in_force=Exists(pauses_at(at).order_by()))
    return rows.select_related(*_JUDGED, *more).select_for_update(of=("self",))


_TOKEN = (
    Mark("pk", 7_000_000_000_001), Mark("owner", "\x01owner"), Mark("attempt", 2_000_000_001),
    Mark("at", datetime(1901, 1, 1, tzinfo=UTC)),
)  # fmt: skip
_PLAIN = Reading(_claimed, *_TOKEN)
# With what was there before: for taking down and correcting.
_WITH_ORIGINAL = Reading(
    lambda pk, owner, attempt, at: _claimed(pk, owner, attempt, at, "original__variant__approval__item"), *_TOKEN
)


def reload(row: Delivery, *, now: datetime) -> Delivery:
    """The claimed row as it is now, locked, with all that the checks read; Delivery.DoesNotExist: the claim was lost."""
    read = _PLAIN if row.original_id is None else _WITH_ORIGINAL
    found = read(pk=row.pk, owner=row.owner, attempt=row.attempt, at=now)
    if not found:
        raise Delivery.DoesNotExist
    delivery = found[0]
    if delivery.variant is not None and delivery.occurrence is not None:
        item = delivery.variant.approval.item
        if delivery.occurrence.rule.item_id == item.pk:
            delivery.occurrence.rule.item = item
    return delivery


def declare(row: Delivery, *, now: datetime) -> Intent | None:
    """The intent, committed; None when the delivery may not go (it was moved to where it belongs) or the claim is lost.

    Raises NeedsVariant when there is an approval but no variant of it yet.
    """
    with transaction.atomic():
        try:
            delivery = reload(row, now=now)
        except Delivery.DoesNotExist:
            return None
        stop = judge(delivery, now=now)
        if stop is not None:
            apply(delivery, stop, now=now)
            return None
        channel = channel_for(delivery.endpoint.kind)
        # The night is for what would wake people; what is wrong may be taken back at any hour.
        sends = delivery.action == Action.SEND
        opens = channel.closed_until(delivery.endpoint, _payload(delivery), now) if sends else None
        if opens is not None:
            apply(delivery, Stop(S.SCHEDULED, reason="closed_now", again_at=min(opens, delivery.useful_until)), now=now)
            return None
        limits = channel.counted_budgets(delivery.endpoint, _payload(delivery), delivery.action)
        room_at = budgets.take(limits, now=now) if limits else None
        if room_at is not None:
            move(delivery, S.SCHEDULED, origins=[S.LEASED], not_before=room_at, owner="")
            budgets.postpone_others(delivery, scope="chat", until=room_at)
            return None
        return _commit(delivery, channel, now=now)


_ATTEMPT = ("delivery_id", "n", "owner", "intent_at", "payload_sha256")


def _commit(delivery: Delivery, channel: Channel, *, now: datetime) -> Intent | None:
    lease = timedelta(seconds=settings.CONG_LEASE_SECONDS)
    if not move(delivery, S.SENDING, origins=[S.LEASED], lease_until=now + lease):
        return None
    # What is taken down is what the earlier delivery carried.
    variant = delivery.variant or (delivery.original.variant if delivery.original else None)
    attempt = Attempt(
        delivery=delivery, n=delivery.attempt, owner=delivery.owner, intent_at=now,
        payload_sha256=variant.payload_sha256 if variant else "",
    )  # fmt: skip
    attempt.pk = statements.insert(Attempt, {name: getattr(attempt, name) for name in _ATTEMPT})
    notes = Notes(attempt.pk)
    outgoing = outgoing_of(delivery, variant, channel, version=attempt.pk, note=notes)
    crash.point("before_intent_commit")
    return Intent(delivery, attempt, outgoing, channel, notes)


def outgoing_of(delivery: Delivery, variant: Variant | None, channel: Channel, **more: Any) -> Outgoing:
    """What the channel is handed for this delivery, `variant` being what it carries or once carried."""
    credential = delivery.endpoint.credential
    earlier = delivery.original or (_replaced(delivery, variant) if channel.replaces else None)
    return Outgoing(
        delivery_id=delivery.pk,
        idem_key=delivery.idem_key,
        action=delivery.action,
        endpoint=delivery.endpoint,
        secret=credential.secret if credential else "",
        payload=variant.payload if variant else {},
        payload_sha256=variant.payload_sha256 if variant else "",
        approval=variant.approval if variant else None,
        remote_id=remote_id_of(earlier) if earlier else "",
        generation=credential.generation if credential else 0,
        credential_config=credential.config if credential else {},
        **more,
    )


def _payload(delivery: Delivery) -> dict[str, Any]:
    variant = delivery.variant or (delivery.original.variant if delivery.original else None)
    return variant.payload if variant else {}


def _replaced(delivery: Delivery, variant: Variant | None) -> Delivery | None:
    """The latest thing that stands at the destination for the same item and language, or None."""
    if variant is None:
        return None
    standing = Delivery.objects.filter(
        endpoint=delivery.endpoint_id, action=Action.SEND, state__in=[S.SENT, S.UNCONFIRMED],
        variant__approval__item=variant.approval.item_id, variant__orthography=variant.orthography,
    ).exclude(pk=delivery.pk)  # fmt: skip
    return standing.order_by("-finished_at", "-pk").first()


def remote_id_of(delivery: Delivery) -> str:
    """What the destination called the thing that this delivery put there; empty when it never said."""
    known = delivery.attempts.exclude(remote_id="").order_by("-n").values_list("remote_id", flat=True).first()
    return known or ""


def judge(delivery: Delivery, *, now: datetime) -> Stop | None:
    """Why this delivery may not go now, or None. Raises NeedsVariant. Reads, never writes."""
    if now >= delivery.useful_until:
        return Stop(S.EXPIRED, reason="too_late")
    if not delivery.endpoint.active:
        return Stop(S.HELD, Hold.ENDPOINT)
    credential = delivery.endpoint.credential
    if credential is not None and credential.state not in USABLE_CREDENTIALS:
        return Stop(S.HELD, Hold.CREDENTIAL)
    if delivery.action == Action.TAKE_DOWN:
        return _judge_take_down(delivery, now)
    if delivery.attempt > 1 and _arrived_after_all(delivery):
        return Stop(S.SENT, reason="arrived_after_all")
    if delivery.action == Action.CORRECT and (stop := _judge_correction(delivery, now)) is not None:
        return stop
    return _judge_plan(delivery, now) or _judge_content(delivery, now)


def _judge_take_down(delivery: Delivery, now: datetime) -> Stop | None:
    original = delivery.original
    if original is None or (original.state in ENDED_STATES and not stands(original)):
        return Stop(S.CANCELLED, reason="nothing_to_take_down")
    if original.state not in {S.SENT, S.UNCONFIRMED, *ENDED_STATES}:
        return Stop(S.SCHEDULED, again_at=_soon(delivery, now))
    # What is wrong goes, whoever else shows it.
    keeps = delivery.correction_id is None and channel_for(delivery.endpoint.kind).spans
    if keeps and _shown_by_another_plan(original, now):
        return Stop(S.CANCELLED, reason="shown_by_another_plan")
    return None


def _judge_correction(delivery: Delivery, now: datetime) -> Stop | None:
    """Editing waits for what it edits, and has nothing to do when that is gone."""
    original = delivery.original
    if original is None or (original.state in ENDED_STATES and not stands(original)):
        return Stop(S.CANCELLED, reason="nothing_to_correct")
    if original.compensations.filter(action=Action.TAKE_DOWN, state=S.SENT).exists():
        return Stop(S.CANCELLED, reason="nothing_to_correct")
    if original.state not in {S.SENT, S.UNCONFIRMED, *ENDED_STATES}:
        return Stop(S.SCHEDULED, again_at=_soon(delivery, now))
    return None


def _arrived_after_all(delivery: Delivery) -> bool:
    """True when the reply to an earlier attempt came after somebody had asked to send once more."""
    return delivery.action == Action.SEND and delivery.attempts.filter(outcome=Outcome.SENT).exists()


def _shown_by_another_plan(original: Delivery, now: datetime) -> bool:
    """True when another plan shows the same text at the same place beyond now."""
    variant = original.variant
    if variant is None:
        return False
    others = Delivery.objects.filter(
        endpoint=original.endpoint_id, action=Action.SEND, state__in=[S.SENT, S.UNCONFIRMED],
        occurrence__rule__state=RuleState.ACTIVE, occurrence__rule__item=variant.approval.item_id,
        occurrence__rule__orthography=variant.orthography, occurrence__rule_version=F("occurrence__rule__version"),
    ).exclude(pk=original.pk)  # fmt: skip
    return others.filter(Q(occurrence__ends_at__isnull=True) | Q(occurrence__ends_at__gt=now)).exists()


def _soon(delivery: Delivery, now: datetime) -> datetime:
    """When to look again at a take-down whose original is still on its way."""
    return max(delivery.not_before, now) + timedelta(seconds=settings.CONG_LEASE_SECONDS)


def _judge_plan(delivery: Delivery, now: datetime) -> Stop | None:
    occurrence = delivery.occurrence
    if occurrence is None:
        return None
    rule = occurrence.rule
    if rule.state == RuleState.CANCELLED:
        return Stop(S.CANCELLED, reason="rule_cancelled")
    if occurrence.rule_version < rule.version and (occurrence.starts_at >= rule.version_since or rule.until):
        return Stop(S.SUPERSEDED, reason="rule_changed")
    if now - occurrence.starts_at <= GRACE or rule.until or _a_person_asked(delivery):
        return None
    if rule.misfire == Misfire.SKIP:
        return Stop(S.EXPIRED, reason="skipped_by_rule")
    if rule.misfire == Misfire.NEXT_SLOT:
        return Stop(S.EXPIRED, reason="left_to_next_slot")
    if _overtaken(delivery, rule, now):
        return Stop(S.EXPIRED, reason="overtaken_by_later_slot")
    return None


def _a_person_asked(delivery: Delivery) -> bool:
    """True when somebody saw how the last attempt ended and said: send it again. The rule's policy is not asked then.

    Growing pauses, asked waits and lost workers bring a delivery back without anybody's word.
    """
    if delivery.attempt <= 1:
        return False
    last = delivery.attempts.order_by("-n").values_list("outcome", flat=True).first()
    return (
        last in {Outcome.PERMANENT, Outcome.AMBIGUOUS}
        or (last == Outcome.LOST and not delivery.crashes)
        or (last == Outcome.RETRYABLE and not delivery.failures)
    )


def _overtaken(delivery: Delivery, rule: Rule, now: datetime) -> bool:
    """After a standstill only the latest due slot of a rule goes: nobody gets yesterday's three posts at once."""
    later = Delivery.objects.filter(
        occurrence__rule=rule, action=Action.SEND, planned_at__gt=delivery.planned_at, planned_at__lte=now
    )
    return later.exclude(state__in=[S.CANCELLED, S.SUPERSEDED]).exists()


def _judge_content(delivery: Delivery, now: datetime) -> Stop | None:
    occurrence, variant = delivery.occurrence, delivery.variant
    if occurrence is not None:
        item, orthography = occurrence.rule.item, occurrence.rule.orthography
    elif variant is not None:
        item, orthography = variant.approval.item, variant.orthography
    else:
        return Stop(S.FAILED, reason="nothing_to_send")
    known = variant.approval if variant is not None else None
    paused = getattr(delivery, "pause_in_force", True)
    mends = delivery.correction_id is not None or not channel_for(delivery.endpoint.kind).shows_present_facts
    answer = content.airable(
        item, orthography, now, area=delivery.endpoint.organisation.area if paused else None, known=known,
        nothing_paused=not paused,
        # A pause keeps new words back; what stands there wrong is mended all the same.
        through_pauses=delivery.action == Action.CORRECT and mends,
    )  # fmt: skip
    if answer.approval is None:
        skip = occurrence is not None and occurrence.rule.misfire != Misfire.SEND_LATE
        if answer.hold == Hold.PAUSED and skip:
            return Stop(S.EXPIRED, reason="paused")
        return Stop(S.HELD, answer.hold, answer.code)
    if variant is None or variant.approval_id != answer.approval.pk:
        raise NeedsVariant(answer.approval)
    if not variant.may_go:
        return Stop(S.HELD, Hold.VARIANT, "edit_not_agreed")
    if not variants.variant_hash_holds(delivery):
        return Stop(S.FAILED, reason="stored_text_changed_after_approval")
    return None


def apply(delivery: Delivery, stop: Stop, *, now: datetime) -> None:
    """Move a claimed delivery to where `stop` says, with its receipt. Call it inside a transaction."""
    fields: dict[str, Any] = {"owner": "", "last_error": stop.reason}
    if stop.state == S.HELD:
        fields["hold"] = stop.hold
    elif stop.again_at is not None:
        fields["not_before"] = stop.again_at
    else:
        fields["finished_at"] = now
    if not move(delivery, stop.state, origins=[S.LEASED], **fields):
        return
    if stop.state == S.SENT:
        found = Sent(remote_id=remote_id_of(delivery))
        receipts.write_receipt(delivery, ReceiptKind.SENT, at=now, sent=found, evidence={"reason": stop.reason})
    elif stop.state == S.EXPIRED:
        receipts.write_receipt(delivery, ReceiptKind.MISSED, at=now, evidence={"reason": stop.reason})
    elif stop.state == S.FAILED:
        receipts.write_receipt(delivery, ReceiptKind.FAILED, at=now, evidence={"reason": stop.reason})
