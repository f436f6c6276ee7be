"""Questions about keys: which one dies before which planned slot, and how each looks in a list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from channels.delivery.contract import Channel, channel_for
from channels.delivery.credential_states import can_renew, tries_of
from channels.delivery.enums import UNSENT_STATES, CredentialState, DeliveryState, Hold, RuleState
from channels.delivery.models import Credential, Delivery, Endpoint, Rule
from channels.delivery.reasons import reason_label
from channels.delivery.services.materialise import slots_of
from cms.core import clock

C = CredentialState
# How far ahead the calendar is compared with the keys: time enough to find the person who can sign in.
AHEAD = timedelta(days=14)
# A renewal that has not come by so long after the end of the key is trouble, not a matter of seconds.
OVERDUE = timedelta(minutes=10)
# No more plans than this are unfolded for one key; beyond it the number of slots is "at least".
_RULES = 500
# State is a word and a shape (LOOK.md).
_SHAPES = {C.HEALTHY: "done", C.EXPIRING: "waiting", C.REFRESHING: "unsure", C.REAUTH_NEEDED: "failed"}
_SIGNS = {"done": "●", "waiting": "▲", "unsure": "◐", "failed": "■"}


@dataclass(frozen=True)
class KeyTrouble:
    """A key that is refused now (`dies_at` None) or dies before something is to be sent with it.

    `first` is the first planned slot that it will miss, `count` how many it misses in the next fortnight, `held` how many
    deliveries wait for it already.
    """

    credential: Credential
    dies_at: datetime | None
    first: datetime | None
    count: int
    held: int


def key_troubles(*, at: datetime | None = None) -> list[KeyTrouble]:
    """The keys that stand between a plan and its slot, the nearest slot first; refused ones always."""
    at = at or clock.now()
    found = []
    for credential in Credential.objects.filter(endpoints__active=True).distinct():
        dies_at = dies(credential, at=at)
        if dies_at is None or dies_at >= at + AHEAD:
            continue
        refused = credential.state == C.REAUTH_NEEDED
        first, count = _slots(credential, after=max(at, dies_at), before=at + AHEAD)
        held = Delivery.objects.filter(
            endpoint__credential=credential, state=DeliveryState.HELD, hold=Hold.CREDENTIAL
        ).count()  # fmt: skip
        if refused or count or held:
            found.append(KeyTrouble(credential, None if refused else dies_at, first, count, held))
    return sorted(found, key=lambda each: (each.dies_at is not None, each.first or at + AHEAD, each.credential.pk))


def dies(credential: Credential, *, at: datetime) -> datetime | None:
    """When nothing can be sent with this key any more, as far as is known now; `at` when that is so already."""
    if credential.state == C.REAUTH_NEEDED:
        return at
    if not can_renew(credential):
        return credential.expires_at
    stuck = credential.expires_at is not None and credential.expires_at + OVERDUE <= at
    if stuck or (credential.state == C.REFRESHING and credential.changed_at + OVERDUE <= at):
        return at
    return credential.refresh_expires_at


def _slots(credential: Credential, *, after: datetime, before: datetime) -> tuple[datetime | None, int]:
    """The first moment in the period at which this key is needed, and how many there are."""
    made = Delivery.objects.filter(
        endpoint__credential=credential, endpoint__active=True, state__in=UNSENT_STATES, planned_at__gte=after,
        planned_at__lt=before,
    ).aggregate(first=Min("planned_at"), n=Count("pk"))  # fmt: skip
    moments = [made["first"]] if made["first"] else []
    count = made["n"]
    rules = Rule.objects.filter(
        endpoint__credential=credential, endpoint__active=True, state=RuleState.ACTIVE,
        date_to__gte=after.astimezone(clock.local_zone()).date(),
    ).select_related("endpoint")  # fmt: skip
    for rule in rules[:_RULES]:
        # What is nearer than the rule's horizon stands among the deliveries already.
        slots = slots_of(rule, after=max(after, rule.materialised_until), before=before)
        count += len(slots)
        moments += [slot.starts_at for slot in slots[:1]]
    return min(moments, default=None), count


@dataclass(frozen=True)
class KeyView:
    """A key as the list of destinations shows it: never the key itself."""

    shape: str
    sign: str
    word: str
    lines: list[str]


def key_view(credential: Credential) -> KeyView:
    """State as a word and a shape, what was said, when it ends, when it last answered."""
    shape = _SHAPES[CredentialState(credential.state)]
    lines = []
    if credential.state_note and credential.state != C.HEALTHY:
        lines.append(reason_label(credential.state_note))
    if credential.state == C.EXPIRING and tries_of(credential):
        lines.append(_("the answer to its renewal was lost; it will be tried once more"))
    lines += _dates(credential)
    return KeyView(shape, _SIGNS[shape], credential.get_state_display(), lines)


def _dates(credential: Credential) -> list[str]:
    lines = []
    if credential.expires_at is not None:
        what = _("valid until %(at)s, renewed by itself") if can_renew(credential) else _("valid until %(at)s")
        lines.append(what % {"at": moment(credential.expires_at)})
    if can_renew(credential) and credential.refresh_expires_at is not None:
        lines.append(_("can be renewed until %(at)s") % {"at": moment(credential.refresh_expires_at)})
    if credential.checked_at is not None:
        lines.append(_("answered at %(at)s") % {"at": moment(credential.checked_at)})
    return lines


def sentence(trouble: KeyTrouble) -> str:
    """What this key keeps from being sent, in one sentence."""
    facts: dict[str, Any] = {"name": trouble.credential.name, "n": trouble.count, "held": trouble.held}
    facts["first"] = moment(trouble.first) if trouble.first else ""
    if trouble.dies_at is not None:
        facts["at"] = moment(trouble.dies_at)
        if trouble.first is None:
            return _("Key “%(name)s” was not renewed at %(at)s: %(held)s deliveries wait") % facts
        return _("Key “%(name)s” ends at %(at)s, before the sending at %(first)s (%(n)s slots)") % facts
    if trouble.first is None:
        return _("Key “%(name)s” is refused: %(held)s deliveries wait") % facts
    return _("Key “%(name)s” is refused: %(held)s deliveries wait, the next is due at %(first)s (%(n)s slots)") % facts


def moment(at: datetime) -> str:
    """A moment as "07:05 22/11/2026" in the province's zone."""
    return at.astimezone(clock.local_zone()).strftime("%H:%M %d/%m/%Y")


def due_for_check(*, at: datetime, ahead: timedelta, every: timedelta, limit: int = 10) -> list[Endpoint]:
    """One destination for each key that will be needed soon and has not answered lately, the longest silent first."""
    soon = Q(endpoints__deliveries__state__in=UNSENT_STATES, endpoints__deliveries__planned_at__lte=at + ahead)
    silent = Q(checked_at__isnull=True) | Q(checked_at__lte=at - every)
    keys = Credential.objects.filter(silent, soon, endpoints__active=True, state__in=[C.HEALTHY, C.EXPIRING])
    found = []
    for credential in keys.distinct().order_by("checked_at", "pk")[:limit]:
        endpoint = credential.endpoints.filter(active=True).select_related("credential").order_by("pk").first()
        if endpoint is not None and _can_be_asked(endpoint):
            found.append(endpoint)
    return found


def _can_be_asked(endpoint: Endpoint) -> bool:
    try:
        channel = channel_for(endpoint.kind)
    except KeyError:
        return False
    return type(channel).test_connection is not Channel.test_connection
