"""Counting what people confirmed: for targets and for the report by the eight forms of the law.

Events, copies and the people reached (as stated by those who were there) are different numbers and are never added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.targets import register_counter
from channels.manual.enums import WAITING, LegalForm, Means, TaskKind, TaskState
from channels.manual.means import way_of
from channels.manual.models import Confirmation, ManualTask
from channels.manual.selectors import count_confirmed
from cms.core import clock

# Measure, way, words. A way whose confirmations say a number is counted by it, all others by their events.
_MEASURES: tuple[tuple[str, str, Any], ...] = (
    ("manual_meetings", Means.MEETING, _("meetings held")),
    ("manual_vans", Means.VAN, _("runs of mobile loudspeaker vans")),
    ("manual_notices", Means.BOARD, _("notices put up")),
    ("manual_bulletins", Means.BULLETIN, _("bulletins printed")),
    ("manual_leaflets", Means.LEAFLET, _("leaflets handed out")),
    ("manual_houses", Means.HOUSE, _("houses visited")),
    ("manual_relays", Means.RELAY, _("relays by radio and television")),
    ("manual_groups", Means.MESSENGER, _("messenger groups reached by hand")),
    ("manual_messages", Means.SMS, _("text messages sent")),
)


def register_counters() -> None:
    """Make everything that people confirm a measure of targets."""
    register_counter("confirmations", count_confirmed, label=_("broadcasts confirmed by people"))
    for code, means, label in _MEASURES:
        register_counter(code, _counter(means), label=label)
    register_counter("manual_people", count_people, label=_("people reached, as stated"))


def _counter(means: str) -> Callable[[Campaign], int]:
    def count(campaign: Campaign) -> int:
        return count_by_means(campaign, means)

    return count


def count_by_means(campaign: Campaign, means: str) -> int:
    """How much of one way a campaign's confirmations say: their numbers where the way has one, else the events."""
    rows = Confirmation.objects.heard().filter(item__campaign=campaign, means=means)
    if not way_of(means).count:
        return rows.count()
    # A confirmation without a number is one.
    totals = rows.aggregate(said=Sum("count"), unsaid=Count("pk", filter=Q(count__isnull=True)))
    return int(totals["said"] or 0) + int(totals["unsaid"])


def count_people(campaign: Campaign) -> int:
    """People who heard it, as those who were there stated: never to be added to plays or posts."""
    return int(Confirmation.objects.heard().filter(item__campaign=campaign).aggregate(n=Sum("people"))["n"] or 0)


@dataclass(frozen=True)
class FormRow:
    """One of the eight forms in a campaign: tasks by state, what was confirmed, people as stated."""

    form: str
    label: Any
    planned: int
    waiting: int
    late: int
    done: int
    not_done: int
    called_off: int
    events: int
    people: int


def rows_by_form(campaign: Campaign) -> list[FormRow]:
    """The eight forms of Decree 49/2024 in its order, each with what people were asked to do and did. Two queries.

    `events` counts confirmations, whole or in part, those without a task too; plays of devices and posts of channels are
    not among them.
    """
    tasks = ManualTask.objects.filter(item__campaign=campaign).exclude(kind=TaskKind.TAKE_BACK).order_by()
    late = Q(state__in=WAITING, due_at__lt=clock.now())
    found: dict[str, Any] = {
        str(row["form"]): row
        for row in tasks.values("form").annotate(
            planned=Count("pk"), waiting=Count("pk", filter=Q(state__in=WAITING)), late=Count("pk", filter=late),
            done=Count("pk", filter=Q(state=TaskState.DONE)),
            not_done=Count("pk", filter=Q(state=TaskState.NOT_DONE)),
            called_off=Count("pk", filter=Q(state=TaskState.CANCELLED)),
        )
    }  # fmt: skip
    heard = Confirmation.objects.heard().filter(item__campaign=campaign).order_by()
    confirmed: dict[str, Any] = {
        row["name"]: row for row in heard.values(name=F("form")).annotate(events=Count("pk"), reached=Sum("people"))
    }
    # What centres confirm of a script without a task was read or played: the form of the commune station.
    plain = confirmed.pop("", None)
    rows = []
    for form in LegalForm:
        counts: dict[str, int] = {name: value for name, value in found.get(form, {}).items() if name != "form"}
        said = [each for each in (confirmed.get(form), plain if form == LegalForm.STATION else None) if each]
        zero: dict[str, int] = dict.fromkeys(("planned", "waiting", "late", "done", "not_done", "called_off"), 0)
        rows.append(
            FormRow(
                form, form.label, **{**zero, **counts}, events=sum(each["events"] for each in said),
                people=sum(each["reached"] or 0 for each in said),
            )
        )  # fmt: skip
    return rows
