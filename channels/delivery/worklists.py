"""The lists that people work through: which delivery waits in which, sifted by what somebody asked for, said in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Area, Campaign, Pause
from campaigns.selectors import area_and_above
from channels.delivery import selectors
from channels.delivery.contract import channel_for, channels
from channels.delivery.enums import Action, DeliveryState, Hold, ReadBack
from channels.delivery.models import Attempt, Delivery, Endpoint
from channels.delivery.services.readback import can_look
from cms.core import clock, languages

S = DeliveryState
LATE = "late"
# Address of a list → (what is in it, its name, what people do there, what an empty one means).
QUEUES: dict[str, tuple[str, Any, Any, Any]] = {
    "chua-ro": (
        S.UNCONFIRMED, gettext_lazy("Unconfirmed"),
        gettext_lazy(
            "The answer was lost: it may be there or not. Look at the destination, then say what you found. "
            "Sending again what is there would show it twice."
        ),
        gettext_lazy("Every delivery has its answer."),
    ),
    "hong": (
        S.FAILED, gettext_lazy("Failed"),
        gettext_lazy("These were refused or could not be put right. Mend the cause first, then try again."),
        gettext_lazy("Nothing has failed."),
    ),
    "giu-lai": (
        S.HELD, gettext_lazy("Held"),
        gettext_lazy("These leave by themselves when their cause is gone; only what a colleague held waits for a person."),
        gettext_lazy("Nothing is held back."),
    ),
    "muon": (
        LATE, gettext_lazy("Late"),
        gettext_lazy("These should have left more than five minutes ago and still wait: for a limit, a retry, or a worker."),
        gettext_lazy("Everything left in time."),
    ),
    "qua-han": (
        S.EXPIRED, gettext_lazy("Missed"),
        gettext_lazy("These were not sent and will not be: it became too late. Make a new plan where it still matters."),
        gettext_lazy("Nothing was missed."),
    ),
}  # fmt: skip


def rows_of(name: str, *, at: datetime | None = None) -> "QuerySet[Delivery]":
    """The deliveries of one list, oldest first, with all that a line shows; missed ones newest first."""
    what = QUEUES[name][0]
    rows = selectors.late(at=at) if what == LATE else selectors.queue(what)
    rows = rows.select_related(*selectors.SHOWN)
    return rows.order_by("-planned_at", "-id") if what == S.EXPIRED else rows.order_by("planned_at", "id")


class SieveForm(forms.Form):
    """What a list is narrowed to; everything may stay open. Works without JavaScript and lives in the address."""

    kenh = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    noi_nhan = forms.ModelChoiceField(
        label=gettext_lazy("Destination"),
        queryset=Endpoint.objects.all(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    dia_ban = forms.ModelChoiceField(
        label=gettext_lazy("Area"), queryset=Area.objects.none(), required=False, empty_label=gettext_lazy("all")
    )
    dot = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    tieng = forms.ChoiceField(label=gettext_lazy("Written language"), required=False)
    tu = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    den = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kenh"].choices = [("", _("all")), *((channel.kind, channel.label) for channel in channels())]
        fields["tieng"].choices = [("", _("all")), *languages.orthography_choices()]
        own = Area.objects.filter(organisations__endpoints__isnull=False)
        around = Q(pk__in=own) | Q(children__in=own) | Q(children__children__in=own)
        fields["dia_ban"].queryset = Area.objects.filter(around).distinct().order_by("kind", "name")
        fields["dot"].queryset = Campaign.objects.filter(items__rules__isnull=False).distinct().order_by("-starts_on")

    def sift(self, rows: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
        """The rows that match; call it after `is_valid`. A field that was mistyped narrows nothing."""
        given = self.cleaned_data
        if given.get("kenh"):
            rows = rows.filter(endpoint__kind=given["kenh"])
        if given.get("noi_nhan"):
            rows = rows.filter(endpoint=given["noi_nhan"])
        if given.get("dia_ban"):
            rows = rows.filter(endpoint__organisation__area__in=Area.objects.below(given["dia_ban"]))
        if given.get("dot"):
            rows = rows.filter(selectors.of_campaign(given["dot"]))
        if given.get("tieng"):
            rows = rows.filter(Q(occurrence__rule__orthography=given["tieng"]) | Q(variant__orthography=given["tieng"]))
        zone = clock.local_zone()
        if given.get("tu"):
            rows = rows.filter(planned_at__gte=datetime.combine(given["tu"], time.min, zone))
        if given.get("den"):
            rows = rows.filter(planned_at__lt=datetime.combine(given["den"] + timedelta(days=1), time.min, zone))
        return rows

    def words(self) -> list[str]:
        """What the list is narrowed to, said: ["Telegram", "Xã Ia Grai", …]; empty for everything."""
        given, said = self.cleaned_data, []
        if given.get("kenh"):
            said.append(str(channel_for(given["kenh"]).label))
        said += [str(given[name]) for name in ("noi_nhan", "dia_ban", "dot") if given.get(name)]
        if given.get("tieng"):
            said.append(languages.get_orthography(given["tieng"]).name_vi)
        if given.get("tu"):
            said.append(_("from %(day)s") % {"day": f"{given['tu']:%d/%m/%Y}"})
        if given.get("den"):
            said.append(_("to %(day)s") % {"day": f"{given['den']:%d/%m/%Y}"})
        return said


@dataclass
class Line:
    """One delivery as a list shows it."""

    delivery: Delivery
    attempt: Attempt | None = None
    paused_until: datetime | None = None
    deeds: list[Any] = field(default_factory=list)

    @property
    def item(self) -> Any:
        """The content, wherever it is known from."""
        return item_of(self.delivery)

    @property
    def language(self) -> str:
        """The written language in Vietnamese, or its code."""
        return language_of(self.delivery)

    @property
    def words(self) -> str:
        """What it carries, as readers will see it; empty when nothing was rendered yet."""
        return words_of(self.delivery)

    @property
    def channel(self) -> Any:
        """The kind of channel, in words."""
        return channel_for(self.delivery.endpoint.kind).label

    @property
    def address(self) -> str:
        """Where to look: the destination's registered address, or nothing."""
        return address_of(self.delivery.endpoint)

    @property
    def absent(self) -> bool:
        """True when a look at the other side did not find it: sending again is what to do first."""
        return self.attempt is not None and self.attempt.read_back == ReadBack.ABSENT

    @property
    def can_look(self) -> bool:
        """True when the other side can be asked."""
        return can_look(channel_for(self.delivery.endpoint.kind)) and self.delivery.action == Action.SEND

    @property
    def why_held(self) -> str:
        """Why it is held and what has to happen."""
        return why_held(self.delivery, self.paused_until)


def lines_of(rows: Iterable[Delivery]) -> list[Line]:
    """The rows with their last attempts and pauses; two queries whatever their number."""
    rows = list(rows)
    attempts = Attempt.objects.filter(delivery__in=[row.pk for row in rows], n=F("delivery__attempt"))
    last = {attempt.delivery_id: attempt for attempt in attempts}
    until = paused_until(rows)
    return [Line(row, last.get(row.pk), until.get(row.pk)) for row in rows]


def paused_until(rows: Iterable[Delivery]) -> dict[int, datetime]:
    """Delivery id → when the pause that keeps it back ends, overlapping and adjoining pauses taken together."""
    now = clock.now()
    pauses = list(Pause.objects.filter(ends_at__gt=now).order_by("starts_at"))
    found: dict[int, datetime] = {}
    for row in rows if pauses else []:
        item = item_of(row)
        area = row.endpoint.organisation.area
        areas = {each.pk for each in area_and_above(area)} if area is not None else set()
        end = now
        for pause in pauses:
            mine = (
                pause.scope == "province" or pause.area_id in areas or (item and pause.campaign_id == item.campaign_id)
            )
            if mine and pause.starts_at <= end:
                end = max(end, pause.ends_at)
        if end > now:
            found[row.pk] = end
    return found


def item_of(row: Delivery) -> Any:
    """The content item of a delivery, or None."""
    if row.occurrence is not None:
        return row.occurrence.rule.item
    variant = row.variant or (row.original.variant if row.original else None)
    return variant.approval.item if variant is not None else None


def language_of(row: Delivery) -> str:
    """The written language of a delivery, by its Vietnamese name."""
    variant = row.variant or (row.original.variant if row.original else None)
    code = row.occurrence.rule.orthography if row.occurrence else (variant.orthography if variant else "")
    return languages.get_orthography(code).name_vi if code in languages.ORTHOGRAPHIES else code


def words_of(row: Delivery) -> str:
    """The words that a delivery carries, or takes down, as readers see them."""
    variant = row.variant or (row.original.variant if row.original else None)
    return channel_for(row.endpoint.kind).plain_text(variant.payload) if variant is not None else ""


def address_of(endpoint: Endpoint) -> str:
    """The web address of a destination as the register of official accounts has it, or an empty string."""
    account = getattr(endpoint, "official_account", None)
    return account.address if account is not None else ""


_UNTIL: dict[str, Any] = {
    Hold.NOT_APPROVED: gettext_lazy("Have the text approved; it then leaves by itself."),
    Hold.NOT_AIRABLE: gettext_lazy("Bring the text up to date and have it approved; it then leaves by itself."),
    Hold.PAUSED: gettext_lazy("It leaves by itself when the pause is over."),
    Hold.CAMPAIGN: gettext_lazy("Start the campaign; it then leaves by itself."),
    Hold.CREDENTIAL: gettext_lazy("An administrator enters a new key; it then leaves by itself."),
    Hold.ENDPOINT: gettext_lazy("Switch the destination on; it then leaves by itself."),
    Hold.VARIANT: gettext_lazy("Write the text for this channel anew, and have a second person agree to it."),
    Hold.NOT_READY: gettext_lazy("It leaves by itself as soon as what is missing has come."),
    Hold.PERSON: gettext_lazy("Release it when it may go."),
}
# Held for a correction, not by a colleague: what happens next is the correction's business.
_BY_CORRECTION = frozenset({"masked_until_corrected", "original_unconfirmed", "text_wrong"})


def why_held(row: Delivery, until: datetime | None) -> str:
    """Why a delivery is held and what has to happen, in one or two sentences; empty when it is not held."""
    if row.state != S.HELD:
        return ""
    if row.last_error in _BY_CORRECTION:
        return row.reason[:1].upper() + row.reason[1:] + "."
    if row.hold == Hold.PAUSED and until is not None:
        local = until.astimezone(clock.local_zone())
        return _("Paused until %(moment)s.") % {"moment": f"{local:%H:%M %d/%m/%Y}"} + " " + str(_UNTIL[Hold.PAUSED])
    reason = row.reason if row.last_error else str(row.get_hold_display())  # type: ignore[attr-defined]
    return f"{reason[:1].upper()}{reason[1:]}. {_UNTIL.get(row.hold, '')}".strip()
