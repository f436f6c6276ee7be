"""A correction as a table: one line for each place, with what was done there, by which receipts, in which words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from campaigns.selectors import current_approvals
from channels.delivery import standing
from channels.delivery.contract import channel_for
from channels.delivery.enums import Action, DeliveryState
from channels.delivery.models import Correction, Delivery, Receipt
from channels.delivery.worklists import address_of, item_of, language_of

S = DeliveryState


@dataclass
class PlaceLine:
    """One place: the delivery that put the wrong words there (`root`), and what was done about them, oldest first."""

    root: Delivery
    rows: list[Delivery]
    receipts: list[Receipt] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    can_resend: bool = False

    @property
    def last(self) -> Delivery:
        """The row that counts: what is under way, or what came last."""
        under_way = [row for row in self.rows if row.state not in standing.SETTLED_STATES]
        return (under_way or self.rows)[-1]

    @property
    def is_settled(self) -> bool:
        """True when nothing is left to do here."""
        return all(row.state in standing.SETTLED_STATES for row in self.rows)

    @property
    def needs_person(self) -> bool:
        """True when only a person can go on: everything that could be tried was refused."""
        return self.last.state == S.FAILED

    @property
    def by_hand(self) -> bool:
        """True when somebody put it right at the destination."""
        return any(receipt.evidence.get("by_hand") for receipt in self.receipts)

    @property
    def outcome(self) -> str:
        """What became of it, in words."""
        if self.by_hand:
            return _("put right by hand")
        if self.last.state == S.SENT and channel_for(self.root.endpoint.kind).hands_over:
            return (
                _("people there were told to take it back")
                if self.last.action == Action.TAKE_DOWN
                else _("people there were told the right words")
            )
        if self.last.state == S.SENT:
            return _("taken down") if self.last.action == Action.TAKE_DOWN else _("corrected")
        action, state = self.last.get_action_display(), self.last.get_state_display()  # type: ignore[attr-defined]
        return f"{action}: {state}"

    @property
    def mark(self) -> str:
        """The shape that goes with the state."""
        return "■" if self.needs_person else "●" if self.is_settled else "○"

    @property
    def channel(self) -> Any:
        """The kind of channel, in words."""
        return channel_for(self.root.endpoint.kind).label

    @property
    def language(self) -> str:
        """The written language."""
        return language_of(self.root)

    @property
    def item(self) -> Any:
        """The content."""
        return item_of(self.root)

    @property
    def address(self) -> str:
        """Where to look: the post itself where its address is known, else the destination."""
        return next((each.remote_url for each in self.receipts if each.remote_url), "") or address_of(
            self.root.endpoint
        )


def places_of(correction: Correction) -> list[PlaceLine]:
    """The correction's places, those that need a person first; three queries whatever their number."""
    rows = correction.deliveries.select_related(
        "endpoint__official_account", "variant__approval__item__campaign", "occurrence__rule__item__campaign",
        "original__endpoint__official_account", "original__variant__approval__item__campaign",
        "original__occurrence__rule__item__campaign",
    ).order_by("pk")  # fmt: skip
    found: dict[int, PlaceLine] = {}
    for row in rows:
        if row.original is not None:
            found.setdefault(row.original.pk, PlaceLine(row.original, [])).rows.append(row)
    refs = {row.pk: place for place in found.values() for row in [place.root, *place.rows]}
    for receipt in Receipt.objects.filter(delivery_ref__in=refs).order_by("at", "id"):
        refs[receipt.delivery_ref].receipts.append(receipt)
    scope = standing.Scope(correction)
    items = [place.item for place in found.values() if place.item is not None]
    right = (
        {key for key, approval in current_approvals(items).items() if not scope.is_wrong(approval)} if items else set()
    )
    for place in found.values():
        variant = place.root.variant
        gone = place.last.action == Action.TAKE_DOWN and place.last.state == S.SENT
        place.can_resend = gone and variant is not None and (variant.approval.item_id, variant.orthography) in right
    return sorted(found.values(), key=lambda place: (not place.needs_person, place.is_settled, place.root.pk))


def with_words(lines: Iterable[PlaceLine]) -> list[PlaceLine]:
    """The same lines with old and new words side by side, where new ones were sent."""
    lines = list(lines)
    for place in lines:
        channel = channel_for(place.root.endpoint.kind)
        new = next((row.variant for row in reversed(place.rows) if row.action == Action.CORRECT and row.variant), None)
        old = place.root.variant
        if old is not None and new is not None:
            place.words = standing.changed_words(channel.plain_text(old.payload), channel.plain_text(new.payload))
    return lines
