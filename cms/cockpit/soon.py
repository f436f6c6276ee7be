"""What will fail soon, and why: before it is heard as silence."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import ApprovalStatus, CampaignState
from campaigns.models import Approval, Hotline
from campaigns.selectors import is_outdated, stale_hotlines
from channels.delivery import selectors as delivery
from channels.delivery.credential_selectors import key_troubles, sentence
from channels.loudspeaker import selectors as loudspeaker
from channels.loudspeaker.enums import BulletinState
from channels.loudspeaker.models import Bulletin, BulletinEntry, BulletinTarget, Station
from channels.loudspeaker.sounds import airable
from channels.manual import selectors as manual
from cms.core import clock
from cms.core.languages import LANGUAGES, ORTHOGRAPHIES

# Programmes of today and tomorrow: there is still time to record or to fetch a translation.
DAYS_AHEAD = 1
SHOWN = 6


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble: a sentence with its number, and the cases (cut)."""

    shape: str
    sentence: str
    cases: list[str] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many cases are not listed."""
        return max(0, self.total - len(self.cases))


def troubles() -> list[Trouble]:
    """Everything that will fail, or is failing, unless somebody acts; the most urgent first."""
    found = [
        *_late(),
        *_late_tasks(),
        *_keys(),
        *_silent_programmes(clock.today()),
        *_texts(),
        *_dark(),
    ]
    return [trouble for trouble in found if trouble.total]


def _trouble(shape: str, sentence: str, cases: list[str]) -> Trouble:
    return Trouble(shape, sentence, cases[:SHOWN], len(cases))


def _late() -> list[Trouble]:
    rows = list(delivery.late()[:200])
    cases = [f"{row.endpoint.name} · {clock_text(row.planned_at)}" for row in rows]
    sentence = ngettext("%(n)s delivery is late", "%(n)s deliveries are late", len(rows)) % {"n": len(rows)}
    return [_trouble("failed", sentence, cases)]


def _late_tasks() -> list[Trouble]:
    """What people should have done by now and have said nothing of."""
    rows = list(manual.late_tasks()[:200])
    cases = [f"{row.item.title} · {row.place or row.organisation} · {clock_text(row.due_at)}" for row in rows]
    sentence = ngettext(
        "%(n)s task for people is overdue and not confirmed", "%(n)s tasks for people are overdue and not confirmed",
        len(rows),
    ) % {"n": len(rows)}  # fmt: skip
    return [_trouble("failed", sentence, cases)]


def _keys() -> list[Trouble]:
    """Keys that are refused, and keys that die before something is to be sent with them."""
    found = key_troubles()
    refused = [sentence(each) for each in found if each.dies_at is None]
    dying = [sentence(each) for each in found if each.dies_at is not None]
    return [
        _trouble("failed", _("The other side refuses a key"), refused),
        _trouble("waiting", _("A key ends before a planned sending"), dying),
    ]


def _dark() -> list[Trouble]:
    rows = list(loudspeaker.dark_devices()[:200])
    cases = [
        f"{row.station.name} · " + (clock_text(row.last_seen) if row.last_seen else _("never heard from"))
        for row in rows
    ]
    sentence = ngettext(
        "%(n)s device has not been heard from for a day", "%(n)s devices have not been heard from for a day", len(rows)
    ) % {"n": len(rows)}
    return [_trouble("unsure", sentence, cases)]


def _texts() -> list[Trouble]:
    """Approved texts of running campaigns that may not be aired any more: a hotline changed, or the source did."""
    approvals = list(
        Approval.objects.filter(
            status=ApprovalStatus.APPROVED, item__campaign__state=CampaignState.ACTIVE
        ).select_related("item", "source_approval")
    )
    lines = {line["id"] for approval in approvals for line in approval.payload.get("hotlines", [])}
    current = Hotline.objects.in_bulk(lines) if lines else {}
    changed = [_named(row) for row in approvals if stale_hotlines(row, current)]
    outdated = [_named(row) for row in approvals if is_outdated(row)]
    return [
        _trouble(
            "stale",
            ngettext(
                "%(n)s text names a hotline that is no longer verified",
                "%(n)s texts name a hotline that is no longer verified",
                len(changed),
            )
            % {"n": len(changed)},
            changed,
        ),
        _trouble(
            "stale",
            ngettext(
                "%(n)s translation is older than its source",
                "%(n)s translations are older than their source",
                len(outdated),
            )
            % {"n": len(outdated)},
            outdated,
        ),
    ]


def _named(approval: Approval) -> str:
    row = ORTHOGRAPHIES.get(approval.orthography)
    return f"{approval.item.title} · {row.name_vi if row else approval.orthography}"


def _silent_programmes(day: date) -> list[Trouble]:
    """Programmes of today and tomorrow with a script that some station could not play in its first language.

    Six queries, however many stations there are.
    """
    bulletins = list(
        Bulletin.objects.filter(
            state=BulletinState.SCHEDULED,
            starts_on__lte=day + timedelta(days=DAYS_AHEAD),
            ends_on__gte=day,
            campaign__state=CampaignState.ACTIVE,
        ).prefetch_related(
            Prefetch("entries", BulletinEntry.objects.select_related("item")),
            Prefetch("targets", BulletinTarget.objects.all()),
        )
    )
    if not bulletins:
        return []
    stations = list(Station.objects.filter(active=True).select_related("area__parent__parent"))
    wanted: dict[int, set[str]] = {}
    for bulletin in bulletins:
        for station in stations:
            if station.languages and _reaches(bulletin, station):
                wanted.setdefault(bulletin.pk, set()).add(station.languages[0])
    items = {entry.item_id: entry.item for bulletin in bulletins for entry in bulletin.entries.all()}
    spoken = {language for languages in wanted.values() for language in languages}
    sounds = airable(list(items.values()), spoken) if items and spoken else {}
    cases = []
    for bulletin in bulletins:
        for entry in bulletin.entries.all():
            heard = (
                {rendition.language for rendition in sounds[entry.item_id].renditions}
                if entry.item_id in sounds
                else set()
            )
            silent = sorted(wanted.get(bulletin.pk, set()) - heard)
            if silent:
                names = ", ".join(str(LANGUAGES[code].name_vi) for code in silent if code in LANGUAGES)
                cases.append(f"{bulletin.title} · {entry.item.title} · {names}")
    sentence = ngettext(
        "%(n)s script of today’s and tomorrow’s programmes has no sound in a station’s first language",
        "%(n)s scripts of today’s and tomorrow’s programmes have no sound in a station’s first language",
        len(cases),
    ) % {"n": len(cases)}
    return [_trouble("failed", sentence, cases)]


def _reaches(bulletin: Bulletin, station: Station) -> bool:
    chain: set[int] = set()
    area: Any = station.area
    while area is not None and len(chain) < 6:
        chain.add(area.pk)
        area = area.parent if area.parent_id else None
    return any(
        target.station_id == station.pk or (target.area_id is not None and target.area_id in chain)
        for target in bulletin.targets.all()
    )


def clock_text(at: Any) -> str:
    """A moment as "17:05 22/11" in the province's zone."""
    return at.astimezone(clock.local_zone()).strftime("%H:%M %d/%m")
