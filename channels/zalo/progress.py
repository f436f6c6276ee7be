"""How far a send has come: noted with its attempt at every step, read again by the next one.

Sending an article is several calls. What is known so far stands in the attempt's evidence under "zalo":

began       when the hidden article was asked for
token       what to ask `verify` with
article     the article's number
shown       the hash of the payload that is visible
broadcast_began, broadcast   when the broadcast was asked for, and its number
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from channels.delivery.contract import Outgoing
from channels.delivery.enums import DeliveryState, Outcome
from channels.delivery.models import Attempt, Delivery

KEY = "zalo"


@dataclass(frozen=True)
class Steps:
    """What is known about one article on its way."""

    began: str = ""
    token: str = ""
    article: str = ""
    shown: str = ""
    broadcast_began: str = ""
    broadcast: str = ""

    def as_json(self) -> dict[str, str]:
        """The steps that were taken."""
        return {name: value for name, value in vars(self).items() if value}


def steps_in(evidence: dict[str, Any]) -> Steps:
    """The steps that an attempt's evidence tells of."""
    kept = evidence.get(KEY)
    known = Steps.__dataclass_fields__
    values = kept.items() if isinstance(kept, dict) else ()
    return Steps(**{name: str(value) for name, value in values if name in known})


def steps_before(outgoing: Outgoing) -> Steps:
    """What earlier attempts of this delivery came to. A broadcast is not carried over.

    The engine takes a delivery up again only when nothing of its broadcast was applied, or when a person saw that it
    is not there; so an earlier broadcast is never the present one's.
    """
    found = Steps()
    earlier = Attempt.objects.filter(delivery=outgoing.delivery_id).order_by("n")
    if outgoing.version:
        earlier = earlier.exclude(pk=outgoing.version)
    for evidence in earlier.values_list("evidence", flat=True):
        step = steps_in(evidence)
        found = Steps(
            began=step.began or found.began,
            token=step.token or found.token,
            article=step.article or found.article,
            shown=step.shown or found.shown,
        )
    return found


def article_taken_back(outgoing: Outgoing) -> str:
    """The number of the article that a compensation is about, also when its send never came to an end; "" if unknown."""
    if outgoing.remote_id:
        return outgoing.remote_id
    original = Delivery.objects.filter(pk=outgoing.delivery_id).values_list("original", flat=True).first()
    rows = Attempt.objects.filter(delivery=original).order_by("-n").values_list("evidence", flat=True)
    return next((steps.article for row in rows if (steps := steps_in(row)).article), "")


def belongs_to_another(number: str, outgoing: Outgoing, *, since: datetime) -> bool:
    """True when another delivery to the same destination made this article (the same text planned twice)."""
    others = Attempt.objects.filter(delivery__endpoint=outgoing.endpoint.pk, intent_at__gte=since)
    others = others.exclude(delivery=outgoing.delivery_id)
    return any(steps_in(evidence).article == number for evidence in others.values_list("evidence", flat=True))


def is_still_ours(outgoing: Outgoing) -> bool:
    """False when somebody else has taken the delivery over: a machine that stood still must not broadcast late."""
    if not outgoing.version:
        return True
    ours = Attempt.objects.filter(pk=outgoing.version, outcome=Outcome.OPEN)
    return ours.filter(delivery__state=DeliveryState.SENDING, delivery__attempt=F("n")).exists()


def is_useful_at(outgoing: Outgoing, at: datetime) -> bool:
    """Whether the delivery is still of use at that moment; True when nobody knows."""
    until = Delivery.objects.filter(pk=outgoing.delivery_id).values_list("useful_until", flat=True).first()
    return until is None or at < until


@dataclass
class Journal:
    """The steps of the present attempt; every `add` is written down before it returns."""

    outgoing: Outgoing
    steps: Steps = field(default_factory=Steps)

    def add(self, **values: str) -> None:
        """Take these steps down."""
        self.steps = replace(self.steps, **values)
        self.outgoing.note({KEY: self.steps.as_json()})

    def forget(self) -> None:
        """The article is gone: begin anew."""
        self.steps = Steps()
        self.outgoing.note({KEY: {}})
