"""What a culture centre needs today, in few queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns import payloads
from campaigns.models import Approval, Campaign, ContentItem, Hotline, Organisation
from campaigns.selectors import current_approvals, is_outdated, is_paused, running_campaigns, stale_hotlines
from channels.manual.models import Confirmation
from cms.core import clock
from cms.core.languages import LANGUAGES, ORTHOGRAPHIES
from cms.core.spoken import reading_seconds
from cms.portal.permissions import Scope
from cms.portal.sounds import PortalSound, sounds_of


@dataclass(frozen=True)
class Reading:
    """One script in one written language, ready or held."""

    approval: Approval
    orthography: str
    language: str
    language_name: str
    title: str
    seconds: float
    sound: PortalSound | None
    held: str = ""

    @property
    def is_estimate(self) -> bool:
        """True when nobody has recorded it: the length is what an announcer would need."""
        return self.sound is None


@dataclass
class Script:
    """One script with every language it is ready in, the centre's own first."""

    item: ContentItem
    readings: list[Reading] = field(default_factory=list)
    confirmed_today: int = 0

    @property
    def ready(self) -> list[Reading]:
        """Those that may be broadcast now."""
        return [reading for reading in self.readings if not reading.held]


def campaigns_of(scope: Scope) -> "QuerySet[Campaign]":
    """Running campaigns within a scope."""
    return running_campaigns().filter(scope.campaigns()).distinct()


def script_in_scope(scope: Scope, item_id: int) -> ContentItem | None:
    """The script, when it belongs to a campaign of this scope that runs or has run; else None."""
    campaigns = Campaign.objects.filter(scope.campaigns(), state__in=["active", "closed"])
    return (
        ContentItem.objects.filter(pk=item_id, kind="script", campaign__in=campaigns)
        .select_related("campaign__issuer")
        .first()
    )


def scripts_today(
    scope: Scope, organisations: Iterable[Organisation], *, language: str = "", item: ContentItem | None = None
) -> list[Script]:
    """Every script of the running campaigns of a scope that has an approved text, in one spoken language or in all."""
    items = ContentItem.objects.filter(kind="script", campaign__in=campaigns_of(scope)).select_related(
        "campaign__issuer"
    )
    if item is not None:
        items = items.filter(pk=item.pk)
    rows = list(items.order_by("-campaign__starts_on", "-pk"))
    approvals = current_approvals(rows)
    readings = _readings(rows, approvals)
    confirmed = _confirmed_today(organisations)
    scripts = []
    for row in rows:
        own = [reading for reading in readings.get(row.pk, []) if not language or reading.language == language]
        own.sort(key=lambda reading: _order(reading, scope))
        if own:
            scripts.append(Script(row, own, confirmed.get(row.pk, 0)))
    return scripts


def _order(reading: Reading, scope: Scope) -> tuple[bool, bool, int]:
    position = list(ORTHOGRAPHIES).index(reading.orthography)
    return (bool(scope.languages) and reading.language not in scope.languages, bool(reading.held), position)


def _readings(rows: list[ContentItem], approvals: dict[tuple[int, str], Approval]) -> dict[int, list[Reading]]:
    items = {row.pk: row for row in rows}
    wanted = {line["id"] for approval in approvals.values() for line in approval.payload.get("hotlines", [])}
    hotlines = Hotline.objects.in_bulk(wanted) if wanted else {}
    paused = {row.campaign_id: is_paused(campaign=row.campaign) for row in {r.campaign_id: r for r in rows}.values()}
    now = clock.now()
    sounds = sounds_of(rows)
    found: dict[int, list[Reading]] = {}
    for (item_id, code), approval in approvals.items():
        row = ORTHOGRAPHIES.get(code)
        if row is None:
            continue
        held = _held(items[item_id], approval, hotlines, paused[items[item_id].campaign_id], now)
        sound = None if held else sounds.get((item_id, row.language))
        payload = approval.payload
        seconds = (
            sound.seconds
            if sound
            else (reading_seconds(payloads.spoken_text(payload), row.language) + payloads.sounds_seconds(payload))
        )
        found.setdefault(item_id, []).append(
            Reading(approval, code, row.language, row.name_vi, str(payload["title"]), seconds, sound, held)
        )
    return found


def _held(item: ContentItem, approval: Approval, hotlines: dict[int, Hotline], paused: bool, now: datetime) -> str:
    """The reason why a text may not be broadcast now, as campaigns.selectors.why_not_airable names it; empty when it may."""
    if is_outdated(approval):
        return "outdated"
    if item.expires_at is not None and item.expires_at <= now:
        return "expired"
    if stale_hotlines(approval, hotlines):
        return "hotline_changed"
    return "paused" if paused else ""


def _confirmed_today(organisations: Iterable[Organisation]) -> Counter[int]:
    start = clock.local_now().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Confirmation.objects.standing()
        .filter(organisation__in=list(organisations))
        .between(start, start + timedelta(days=1))
        .values_list("item_id", flat=True)
    )
    return Counter(rows)


def languages_in(scripts: list[Script]) -> list[tuple[str, str]]:
    """(code, Vietnamese name) of the spoken languages that occur, in the order of the language table."""
    present = {reading.language for script in scripts for reading in script.readings}
    return [(code, row.name_vi) for code, row in LANGUAGES.items() if code in present]
