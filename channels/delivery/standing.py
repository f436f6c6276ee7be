"""What stands where with words that are wrong by now: the questions behind corrections.

A post is named by the delivery that put it there (its root). What stands there are the root's words, or those of the
latest correction that arrived, until it is taken down. Where a later send takes the place of an earlier one (websites),
only the latest counts; everywhere else every post stands on its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Hotline
from campaigns.selectors import is_outdated, why_not_airable
from channels.delivery.contract import channel_for
from channels.delivery.enums import OUT_STATES, Action, DeliveryState
from channels.delivery.leftovers import perhaps_left, stands
from channels.delivery.models import Correction, Delivery, Variant
from translations.facts import facts_of

S = DeliveryState
# Settled for good: nothing more will come of these rows.
SETTLED_STATES = frozenset({S.SENT, S.CANCELLED, S.SUPERSEDED, S.EXPIRED})
_READ = (
    "endpoint__organisation__area", "endpoint__credential", "variant__approval__item__campaign",
    "variant__approval__source_approval",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One post that stands: the delivery that put it there, and the words that it shows now."""

    root: Delivery
    shown: Variant


class Scope:
    """Which words are wrong, for one correction."""

    def __init__(self, correction: Correction) -> None:
        self.correction = correction
        self._typed_is_wrong: bool | None = None

    def is_wrong(self, approval: Approval) -> bool:
        """True when this approval carries what the correction is about."""
        if self.correction.hotline is not None:
            return self._carries(approval.payload, self.correction.hotline)
        if approval.item_id != self.correction.item_id:
            return False
        if self.correction.opened_by_id and approval.decided_at and approval.decided_at <= self.correction.opened_at:
            return True
        source = approval.source_approval
        if ApprovalStatus.REVOKED in {approval.status, source.status if source is not None else ""}:
            return True
        # Words about people's safety are wrong as soon as they were replaced; other words only grow old.
        return approval.item.about_safety and (approval.status != ApprovalStatus.APPROVED or is_outdated(approval))

    def variants(self) -> "QuerySet[Variant]":
        """Variants that may be wrong and are out somewhere; each is still to be asked about with `holds`."""
        out = Variant.objects.filter(_may_stand("deliveries__")).distinct()
        hotline = self.correction.hotline
        if hotline is None:
            return out.filter(approval__item=self.correction.item_id)
        found = Q()
        for form in {hotline.number, _digits(hotline.number), hotline.number.replace(" ", ".")}:
            found |= Q(words__contains=form) | Q(approval_words__contains=form)
        # One pass over the texts that are out. The database only sifts; `holds` decides.
        texts = {"words": Cast("payload", TextField()), "approval_words": Cast("approval__payload", TextField())}
        ids = Variant.objects.annotate(**texts).filter(found).values("pk")
        return out.filter(pk__in=ids)

    def holds(self, variant: Variant) -> bool:
        """True when these words, approved or edited for a channel, are wrong."""
        if self.is_wrong(variant.approval):
            return True
        hotline = self.correction.hotline
        return hotline is not None and variant.edited_by_id is not None and self._carries(variant.payload, hotline)

    def _carries(self, payload: dict[str, Any], hotline: Hotline) -> bool:
        if any(line.get("id") == hotline.pk for line in payload.get("hotlines", []) if isinstance(line, dict)):
            return True
        return self._is_wrong_when_typed(hotline) and _holds_number(payload, hotline.number)

    def _is_wrong_when_typed(self, hotline: Hotline) -> bool:
        """False when a line in force has the same number again: somebody who typed it told the truth."""
        if self._typed_is_wrong is None:
            same = _digits(hotline.number)
            others = Hotline.objects.exclude(pk=hotline.pk).filter(replaced_by__isnull=True)
            self._typed_is_wrong = not any(_digits(row.number) == same for row in others if row.is_current)
        return self._typed_is_wrong


def places(scope: Scope) -> list[Place]:
    """Every post that shows wrong words at this moment, oldest first; four queries whatever their number."""
    wrong = {variant.pk for variant in scope.variants().select_related(*_of_variant()) if scope.holds(variant)}
    if not wrong:
        return []
    carriers = Delivery.objects.filter(
        _may_stand(), variant__in=wrong, action__in=[Action.SEND, Action.CORRECT]
    ).values_list("pk", "original_id")
    roots = {original or pk for pk, original in carriers}
    rows = Delivery.objects.filter(pk__in=roots).select_related(*_READ).prefetch_related("compensations__variant")
    found = []
    for root in rows.order_by("planned_at", "pk"):
        shown = _shown(root)
        if shown is not None and shown.pk in wrong:
            found.append(Place(root, shown))
    return _not_replaced(found)


def _may_stand(prefix: str = "") -> Q:
    """Deliveries that are out, may be out, or ended half way and left something; with `prefix`, rows that have one."""
    return Q(**{f"{prefix}state__in": OUT_STATES}) | Q(**{f"{prefix}pk__in": perhaps_left().values("pk")})


def _of_variant() -> tuple[str, ...]:
    return ("approval__item", "approval__source_approval")


def _shown(root: Delivery) -> Variant | None:
    """The words that stand there now; None when it was taken down, or never stood."""
    shown = root.variant if stands(root) else None
    done = [row for row in root.compensations.all() if row.state == S.SENT and row.finished_at is not None]
    for row in sorted(done, key=lambda each: (each.finished_at, each.pk)):
        shown = None if row.action == Action.TAKE_DOWN else row.variant
    return shown


def _not_replaced(found: list[Place]) -> list[Place]:
    """Without the posts whose place a later send of the same item and language has taken."""
    kept = []
    for place in found:
        channel = channel_for(place.root.endpoint.kind)
        if not (channel.replaces or channel.spans) or not _was_replaced(place):
            kept.append(place)
    return kept


def _was_replaced(place: Place) -> bool:
    variant = place.shown
    later = Delivery.objects.filter(
        endpoint=place.root.endpoint_id, action=Action.SEND, state=S.SENT, variant__approval__item=variant.approval.item_id,
        variant__orthography=variant.orthography, finished_at__gt=place.root.finished_at or place.root.planned_at,
    )  # fmt: skip
    return later.exclude(pk=place.root.pk).exists()


def corrected_approval(scope: Scope, item_id: int, orthography: str) -> Approval | None:
    """The approval that may take the place of wrong words: in force, right, and allowed to leave (pauses aside)."""
    approval = (
        Approval.objects.filter(item=item_id, orthography=orthography, status=ApprovalStatus.APPROVED)
        .select_related("item__campaign", "source_approval")
        .first()
    )
    if approval is None or scope.is_wrong(approval) or why_not_airable(approval) not in (None, "paused"):
        return None
    return approval


def changed_words(before: str, after: str) -> list[tuple[str, str]]:
    """What differs, as (old, new) lines side by side, the first few."""
    old, new = _lines(before), _lines(after)
    gone = [line for line in old if line not in new]
    come = [line for line in new if line not in old]
    count = min(max(len(gone), len(come)), 4)
    return [(gone[n] if n < len(gone) else "", come[n] if n < len(come) else "") for n in range(count)]


def changed_facts(before: str, after: str) -> list[str]:
    """Telephone numbers, dates and hours of the old words that the new ones no longer tell, as they stood there."""
    kinds = {"phone", "date", "time"}
    kept = {(fact.kind, fact.value) for fact in facts_of(after)}
    return [fact.text for fact in facts_of(before) if fact.kind in kinds and (fact.kind, fact.value) not in kept]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit())


def _holds_number(payload: Any, number: str) -> bool:
    """True when the number stands somewhere in the words, however it is grouped."""
    wanted = _digits(number)
    for text in _texts(payload):
        if wanted in _digits(text) and any(_digits(fact.text) == wanted for fact in facts_of(text)):
            return True
    return False


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
