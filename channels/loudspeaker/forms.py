"""Forms of editors, administrators and station operators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from campaigns.enums import SPOKEN_KINDS, AreaKind, CampaignState
from campaigns.models import Area, Campaign, ContentItem, Organisation
from cms.core.languages import language_choices

from .enums import SCHEDULABLE_CLASSES, BulletinClass, OfferState
from .fields import ALL_WEEK, WallTimeFormField, WeekdaysFormField
from .models import Bulletin, Station

LANGUAGE_ROWS = 4


class BulletinForm(forms.ModelForm):
    """A bulletin of one campaign: its scripts with a place number each, its days, its stations."""

    weekdays = WeekdaysFormField(label=_("On"), initial=ALL_WEEK)
    hours_from = WallTimeFormField(
        label=_("Not before"), required=False, help_text=_("For example 05:30. Empty: any time.")
    )
    hours_until = WallTimeFormField(label=_("Not after"), required=False)
    areas = forms.ModelMultipleChoiceField(
        label=_("For all stations in"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    stations = forms.ModelMultipleChoiceField(
        label=_("For single stations"),
        queryset=Station.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Bulletin
        fields = [
            "title", "cls", "starts_on", "ends_on", "weekdays", "hours_from", "hours_until", "overnight",
            "planned_minutes", "repeat_minutes", "max_plays_day",
        ]  # fmt: skip
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        choices = [(value, label) for value, label in BulletinClass.choices if value in SCHEDULABLE_CLASSES]
        self.fields["cls"] = forms.ChoiceField(label=_("Class"), choices=choices, initial=BulletinClass.NORMAL)
        stations = Station.objects.filter(active=True)
        above = Q(children__stations__in=stations) | Q(children__children__stations__in=stations)
        areas = Area.objects.filter(above, kind__in=[AreaKind.PROVINCE, AreaKind.DISTRICT]).distinct()
        self.fields["areas"].queryset = areas  # type: ignore[attr-defined]
        self.fields["stations"].queryset = stations.order_by("name")  # type: ignore[attr-defined]
        self.scripts = list(ContentItem.objects.filter(campaign=campaign, kind__in=SPOKEN_KINDS).order_by("pk"))
        places = {e.item_id: e.order for e in self.instance.entries.all()} if self.instance.pk else {}
        for item in self.scripts:
            self.fields[f"place_{item.pk}"] = forms.IntegerField(
                label=item.title,
                required=False,
                min_value=1,
                max_value=99,
                initial=places.get(item.pk),
                widget=forms.NumberInput(attrs={"style": "width:5rem"}),
            )
        if self.instance.pk:
            self.initial["areas"] = [t.area_id for t in self.instance.targets.all() if t.area_id]
            self.initial["stations"] = [t.station_id for t in self.instance.targets.all() if t.station_id]
        else:
            self.initial.setdefault("starts_on", campaign.starts_on)
            self.initial.setdefault("ends_on", campaign.ends_on)

    @property
    def place_fields(self) -> list[Any]:
        """The script rows as bound fields."""
        return [self[f"place_{item.pk}"] for item in self.scripts]

    def clean(self) -> dict[str, Any]:
        """At least one script, each place once, at least one station or area."""
        data = super().clean() or {}
        chosen = [(data.get(f"place_{item.pk}"), item) for item in self.scripts if data.get(f"place_{item.pk}")]
        places = [place for place, _item in chosen]
        if not chosen:
            self.add_error(None, _("Choose at least one script: write 1 beside the one that is heard first."))
        elif len(set(places)) != len(places):
            self.add_error(None, _("Two scripts have the same place number."))
        if not data.get("areas") and not data.get("stations"):
            self.add_error("stations", _("Choose at least one station or area."))
        self.items = [item for _place, item in sorted(chosen, key=lambda pair: (pair[0], pair[1].pk))]
        return data

    def values(self) -> dict[str, Any]:
        """What the verbs take besides items and targets."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class StationForm(forms.ModelForm):
    """A station; its languages are chosen one below the other, the best first."""

    quiet_starts = WallTimeFormField(label=_("Quiet from"), required=False)
    quiet_ends = WallTimeFormField(label=_("Quiet until"), required=False)

    class Meta:
        model = Station
        fields = [
            "name", "area", "organisation", "standing_answer", "quiet_starts", "quiet_ends", "max_minutes_day",
            "freeze_minutes", "active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.filter(  # type: ignore[attr-defined]
            kind__in=[AreaKind.COMMUNE, AreaKind.VILLAGE], valid_to__isnull=True
        )
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            valid_to__isnull=True
        )
        known = list(self.instance.languages)
        for row in range(LANGUAGE_ROWS):
            self.fields[f"language_{row}"] = forms.ChoiceField(
                label=_("Language, in order of choice"),
                required=row == 0,
                choices=[("", "—"), *language_choices()],
                initial=known[row] if row < len(known) else "",
            )

    def clean(self) -> dict[str, Any]:
        """Languages in the order of their rows."""
        data = super().clean() or {}
        chosen = [data.get(f"language_{row}") for row in range(LANGUAGE_ROWS)]
        data["languages"] = [code for code in chosen if code]
        if len(set(data["languages"])) != len(data["languages"]):
            self.add_error("language_0", _("A language stands in the list twice."))
        self.instance.languages = data["languages"] or self.instance.languages
        return data

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: self.cleaned_data[name] for name in [*self.Meta.fields, "languages"]}


class WindowForm(forms.Form):
    """One broadcast window; an empty row is no window."""

    starts = WallTimeFormField(label=_("From"), required=False)
    ends = WallTimeFormField(label=_("Until"), required=False)
    weekdays = WeekdaysFormField(label=_("On"), required=False, initial=ALL_WEEK)
    overnight = forms.BooleanField(label=_("until the next morning"), required=False)
    max_minutes = forms.IntegerField(label=_("At most, minutes"), required=False, min_value=1, max_value=1440)

    def clean(self) -> dict[str, Any]:
        """The times make sense together."""
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts is None and ends is None:
            return data
        if starts is None or ends is None:
            raise ValidationError(_("A window needs both a beginning and an end."))
        if not data.get("weekdays"):
            raise ValidationError(_("Choose at least one day of the week."))
        if starts == ends:
            raise ValidationError(_("The window ends when it begins; nothing could be heard."))
        if ends < starts and not data.get("overnight"):
            raise ValidationError(_("The end is before the beginning. Tick “until the next morning” if that is meant."))
        if ends > starts and data.get("overnight"):
            raise ValidationError(_("This window ends on the same day; do not tick this."))
        return data


class BaseWindows(BaseFormSet):
    """The windows of a station."""

    def clean(self) -> None:
        """At least one window."""
        if not any(self.errors) and not self.windows():
            raise ValidationError(_("A station needs at least one window in which it may speak."))

    def windows(self) -> list[dict[str, Any]]:
        """The rows that are filled in, as the verb takes them."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("starts") is not None]


WindowFormSet = formset_factory(WindowForm, formset=BaseWindows, extra=2, max_num=12)


class DeviceForm(forms.Form):
    """A new device."""

    name = forms.CharField(label=_("Name of the device"), max_length=120, help_text=_("For example where it hangs."))


class AnswerForm(forms.Form):
    """The commune's answer to one bulletin."""

    state = forms.ChoiceField(choices=[(s, s) for s in (OfferState.ACCEPTED, OfferState.DECLINED)])
    reason = forms.CharField(label=_("Why not"), max_length=300, required=False)


def campaigns_to_choose() -> Any:
    """Campaigns for which bulletins can be made."""
    return Campaign.objects.filter(state__in=[CampaignState.ACTIVE, CampaignState.DRAFT]).order_by("-starts_on")
