"""Everything that happened to one delivery, in one order: plan, attempts, looks, people's decisions, receipts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import registry

from channels.delivery.enums import Outcome, ReadBack
from channels.delivery.models import Delivery
from channels.delivery.reasons import reason_label
from channels.delivery.selectors import receipts_for
from cms.core.audit import registered_actions

# A mark for each outcome, beside the word (LOOK.md: state is never told by colour alone).
_MARKS: dict[str, str] = {
    Outcome.SENT: "●",
    Outcome.AMBIGUOUS: "◐",
    Outcome.LOST: "◐",
    Outcome.OPEN: "◐",
    Outcome.PERMANENT: "■",
}
_LOOK = "delivery.delivery.look"


@dataclass(frozen=True)
class Event:
    """One line: when, what in words, who, and the evidence as (name, value)."""

    at: datetime
    mark: str
    what: str
    who: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    link: str = ""


def events_of(delivery: Delivery) -> list[Event]:
    """The delivery's events, oldest first; four queries."""
    found = [Event(delivery.planned_at, "○", _("planned for this moment"))]
    for attempt in delivery.attempts.order_by("n"):
        found.append(Event(attempt.intent_at, "○", _("attempt %(n)s begun") % {"n": attempt.n}))
        if attempt.ended_at is not None:
            reason = reason_label(attempt.evidence.get("reason", ""))
            what = _("attempt %(n)s: %(outcome)s") % {"n": attempt.n, "outcome": attempt.get_outcome_display()}  # type: ignore[attr-defined]
            what += f" – {reason}" if reason else ""
            facts = {key: value for key, value in attempt.evidence.items() if key not in {"reason", "look"}}
            if attempt.remote_id:
                facts["remote_id"] = attempt.remote_id
            found.append(Event(attempt.ended_at, _MARKS.get(attempt.outcome, "▲"), what, evidence=_pairs(facts)))
    for receipt in receipts_for(delivery):
        said = _("receipt: %(kind)s") % {"kind": receipt.get_kind_display()}  # type: ignore[attr-defined]
        mark = "■" if receipt.kind in ("failed", "missed") else "●"
        found.append(Event(receipt.at, mark, said, receipt.recorded_by, _pairs(receipt.evidence), receipt.remote_url))
    found += _audit(delivery)
    return sorted(found, key=lambda event: event.at)


def _audit(delivery: Delivery) -> list[Event]:
    labels = registered_actions()
    found = []
    for entry in registry.get_logs_for_instance(delivery).select_related("user"):
        if entry.action not in labels:
            continue
        what = str(labels[entry.action])
        facts = dict(entry.data or {})
        if entry.action == _LOOK:
            verdict = facts.pop("verdict", "")
            reason = facts.pop("reason", "")
            what += f": {ReadBack(verdict).label}" if verdict else ""
            what += f" ({reason_label(reason)})" if reason else ""
            facts = facts.get("evidence") or {}
        who = str(entry.user) if entry.user is not None else _("the system")
        found.append(Event(entry.timestamp, "▲" if entry.action == _LOOK else "○", what, who, _pairs(facts)))
    return found


def _pairs(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)[:200]) for key, value in facts.items() if value not in ("", None, {}, []))
