"""One item at a glance: every destination by every written language, what happened there and what is to be done next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem
from channels.delivery import four_eyes
from channels.delivery.contract import channel_for
from channels.delivery.enums import Action, RuleState
from channels.delivery.enums import DeliveryState as S
from channels.delivery.handed import HANDED_OVER_LABEL
from channels.delivery.models import Delivery, Endpoint, Rule, Variant
from channels.delivery.variant_selectors import AGREED, DERIVED, STANDINGS, standing_of
from cms.core import languages

# What somebody has to look at first, then what is on its way, then what is done. Mark, word, state of deliveries.
_GROUPS: tuple[tuple[str, str, Any, frozenset[str]], ...] = (
    ("unconfirmed", "◐", gettext_lazy("unconfirmed"), frozenset({S.UNCONFIRMED})),
    ("failed", "■", gettext_lazy("failed"), frozenset({S.FAILED})),
    ("held", "▲", gettext_lazy("held"), frozenset({S.HELD})),
    ("missed", "■", gettext_lazy("missed"), frozenset({S.EXPIRED})),
    ("planned", "○", gettext_lazy("planned"), frozenset({S.SCHEDULED, S.RETRY_WAIT, S.LEASED, S.SENDING})),
    ("sent", "●", gettext_lazy("sent"), frozenset({S.SENT})),
)
NOTHING, TAKEN_DOWN = "nothing", "taken_down"


@dataclass(frozen=True)
class Part:
    """One line of a cell: how many deliveries are in this state, and the moment that matters."""

    name: str
    mark: str
    label: str
    number: int
    at: datetime | None
    delivery: int


@dataclass
class Cell:
    """One destination in one written language. `parts` begins with what somebody has to look at."""

    orthography: str
    approved: bool
    parts: list[Part] = field(default_factory=list)
    rules: int = 0
    variant: Variant | None = None
    standing: str = DERIVED
    act_label: str = ""
    act_url: str = ""
    # The act is planning, which only editors and administrators may.
    for_planners: bool = False
    text_url: str = ""

    @property
    def language(self) -> str:
        """The written language's name."""
        return _name(self.orthography)

    @property
    def state(self) -> str:
        """The most pressing state; "nothing" when nothing was planned or sent."""
        return self.parts[0].name if self.parts else ("planned" if self.rules else NOTHING)

    @property
    def edited(self) -> bool:
        """True when the words are an editor's."""
        return self.standing != DERIVED

    @property
    def standing_mark(self) -> str:
        """The shape of the text's standing."""
        return STANDINGS[self.standing][0]

    @property
    def standing_label(self) -> str:
        """The text's standing in words."""
        return str(STANDINGS[self.standing][1])


@dataclass(frozen=True)
class Row:
    """One destination with its cells, in the order of the matrix's languages."""

    endpoint: Endpoint
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """The whole table: languages as (code, name), and a row per destination."""

    languages: list[tuple[str, str]]
    rows: list[Row]


def languages_of(item: ContentItem) -> list[str]:
    """The written languages this item is approved, planned or was sent in, the source first, then by the house's order."""
    approved = Approval.objects.filter(item=item, status=ApprovalStatus.APPROVED).values_list("orthography", flat=True)
    planned = Rule.objects.filter(item=item).values_list("orthography", flat=True)
    found = set(approved) | set(planned)
    order = {code: number for number, code in enumerate(languages.ORTHOGRAPHIES)}
    return sorted(found, key=lambda code: (code != item.source_orthography, order.get(code, len(order)), code))


def matrix_of(item: ContentItem, endpoints: Sequence[Endpoint]) -> Matrix:
    """The status of an item at these destinations. A fixed number of queries, however many there are."""
    codes = languages_of(item)
    approved = set(
        Approval.objects.filter(item=item, status=ApprovalStatus.APPROVED).values_list("orthography", flat=True)
    )
    parts, rules = _deliveries(item, endpoints), _rules(item, endpoints)
    texts = _variants(item, endpoints)
    rows = []
    for endpoint in endpoints:
        cells = []
        for code in codes:
            place = (endpoint.pk, code)
            variant, standing = texts.get(place, (None, DERIVED))
            cell = Cell(code, code in approved, parts.get(place, []), rules.get(place, 0), variant, standing)
            _next_act(cell, item, endpoint)
            cells.append(cell)
        rows.append(Row(endpoint, str(channel_for(endpoint.kind).label), cells))
    return Matrix([(code, _name(code)) for code in codes], rows)


def _name(code: str) -> str:
    row = languages.ORTHOGRAPHIES.get(code)
    return row.name_vi if row else code


def _deliveries(item: ContentItem, endpoints: Sequence[Endpoint]) -> dict[tuple[int, str], list[Part]]:
    """Counted by the database: an item that goes out daily for a year has hundreds."""
    mine = Q(occurrence__rule__item=item) | Q(occurrence__isnull=True, variant__approval__item=item)
    rows = (
        Delivery.objects.filter(mine, endpoint__in=endpoints)
        .exclude(state__in=[S.SUPERSEDED, S.CANCELLED])
        .order_by()
        .annotate(code=Coalesce("occurrence__rule__orthography", "variant__orthography"))
        .values_list("endpoint_id", "code", "action", "state")
        .annotate(n=Count("pk"), first=Min("planned_at"), last=Max("planned_at"), low=Min("pk"), high=Max("pk"))
    )
    found: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
    for endpoint, code, *rest in rows:
        found[endpoint, code].append(tuple(rest))
    handing = {endpoint.pk for endpoint in endpoints if channel_for(endpoint.kind).hands_over}
    return {place: _parts(each, handed=place[0] in handing) for place, each in found.items()}


def _parts(rows: list[tuple[Any, ...]], *, handed: bool) -> list[Part]:
    sent_at = max(
        (last for action, state, _n, _f, last, *_ in rows if action == Action.SEND and state == S.SENT), default=None
    )
    down = [row for row in rows if row[0] == Action.TAKE_DOWN and row[1] == S.SENT]
    gone = bool(down) and (sent_at is None or down[0][4] >= sent_at)
    parts = []
    for name, mark, label, states in _GROUPS:
        mine = [
            row for row in rows if row[1] in states and not (row[0] == Action.TAKE_DOWN and name in {"sent", "planned"})
        ]
        if not mine:
            continue
        ahead = name in {"planned", "held"}
        at = min(row[3] for row in mine) if ahead else max(row[4] for row in mine)
        delivery = min(row[5] for row in mine) if name != "sent" else max(row[6] for row in mine)
        label = HANDED_OVER_LABEL if handed and name == "sent" else label
        parts.append(Part(name, mark, str(label), sum(row[2] for row in mine), at, delivery))
    if gone:
        parts.append(Part(TAKEN_DOWN, "○", _("taken down"), down[0][2], down[0][4], down[0][6]))
    return parts


def _rules(item: ContentItem, endpoints: Iterable[Endpoint]) -> dict[tuple[int, str], int]:
    rows = Rule.objects.filter(item=item, endpoint__in=endpoints, state=RuleState.ACTIVE).order_by()
    return {(e, code): n for e, code, n in rows.values_list("endpoint_id", "orthography").annotate(n=Count("pk"))}


def _variants(item: ContentItem, endpoints: Iterable[Endpoint]) -> dict[tuple[int, str], tuple[Variant, str]]:
    rows = Variant.objects.filter(
        approval__item=item, approval__status=ApprovalStatus.APPROVED, endpoint__in=endpoints
    ).defer("payload")
    found = list(rows)
    log = four_eyes.log_of([row for row in found if row.edited_by_id and not row.edit_approved_by_id])
    return {(row.endpoint_id, row.orthography): (row, standing_of(row, log)) for row in found}


def _next_act(cell: Cell, item: ContentItem, endpoint: Endpoint) -> None:
    """The one button of a cell: what somebody should do there now."""
    cell.text_url = text = reverse("delivery_variant", args=[item.pk, cell.orthography, endpoint.pk])
    pressing = cell.parts[0] if cell.parts else None
    if pressing is not None and pressing.name in {"unconfirmed", "failed"}:
        words = {"unconfirmed": _("Look whether it is there"), "failed": _("See why it failed")}
        cell.act_label, cell.act_url = words[pressing.name], reverse("delivery_detail", args=[pressing.delivery])
    elif cell.standing not in {DERIVED, AGREED}:
        cell.act_label, cell.act_url = _("Read the edited text"), text
    elif pressing is not None and pressing.name == "held":
        cell.act_label, cell.act_url = _("See why it is held"), reverse("delivery_detail", args=[pressing.delivery])
    elif cell.state in {NOTHING, "missed", TAKEN_DOWN} and cell.approved and endpoint.active:
        query = f"?item={item.pk}&orthography={cell.orthography}&endpoints={endpoint.pk}"
        cell.act_label, cell.act_url, cell.for_planners = _("Plan sending"), reverse("delivery_plan_new") + query, True
    elif pressing is not None:
        words = {"planned": _("Look at what is planned"), "sent": _("Look at what was sent")}
        cell.act_label = words.get(pressing.name, _("Look at it"))
        cell.act_url = reverse("delivery_detail", args=[pressing.delivery])
