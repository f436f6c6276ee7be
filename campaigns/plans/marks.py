"""The source text of a plan cut into stretches, each with the field that claims it: what the import screen draws."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.plans.parser.coverage import leaves_of

# Field → word in the margin. The first field that claims a stretch with the shortest span names it.
FIELD_LABELS: dict[str, Any] = {
    "number": _("Number"),
    "kind": _("Kind of document"),
    "issuer": _("Issuing body"),
    "place": _("Place of issue"),
    "signed_on": _("Signed on"),
    "basis": _("Basis document"),
    "purposes": _("Purpose"),
    "contents": _("Content"),
    "forms": _("Form"),
    "tasks": _("Task"),
    "recipients": _("Recipient"),
    "observances": _("Observance"),
    "topics": _("Topic"),
    "audiences": _("Audience"),
    "targets": _("Target"),
    "signatory": _("Signatory"),
}
LIST_LABELS: dict[str, Any] = {
    "purposes": _("Purposes"),
    "contents": _("Contents"),
    "forms": _("Forms"),
    "observances": _("Observances"),
    "topics": _("Topics"),
    "audiences": _("Audiences"),
    "recipients": _("Recipients"),
}
REST_LABELS: dict[str, Any] = {
    "heading": _("Heading"),
    "title": _("Title"),
    "repeated": _("Repeated page"),
    "formula": _("Letterhead or formula"),
    "cited": _("Title of a cited document"),
    "situation": _("Description of the situation"),
    "rest": _("Not understood"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the source: its text, where it begins, the field (or "not-…") and the word for it."""

    text: str
    start: int
    field: str
    label: Any


def stretches(source: str, understood: dict[str, Any]) -> list[Stretch]:
    """The whole source in order; joined together the texts are the source again."""
    claims: list[tuple[int, int, str]] = []
    for name in FIELD_LABELS:
        for leaf in leaves_of(understood.get(name)):
            start, end = leaf["span"]
            claims.append((start, end, name))
    for part in understood.get("remainder", []):
        start, end = part["span"]
        claims.append((start, end, f"not-{part['why']}"))
    return _cut(source, claims)


def _cut(source: str, claims: list[tuple[int, int, str]]) -> list[Stretch]:
    edges = sorted({0, len(source), *(edge for start, end, _name in claims for edge in (start, end))})
    opening: dict[int, list[tuple[int, int, str]]] = {}
    for claim in claims:
        opening.setdefault(claim[0], []).append(claim)
    current: list[tuple[int, int, str]] = []
    found: list[Stretch] = []
    for at, stop in zip(edges, edges[1:], strict=False):
        current = [claim for claim in current if claim[1] > at] + opening.get(at, [])
        name = min(current, key=lambda claim: claim[1] - claim[0])[2] if current else ""
        label = FIELD_LABELS.get(name) or REST_LABELS.get(name.removeprefix("not-"), "")
        found.append(Stretch(source[at:stop], at, name, label))
    return found
