"""The forms of the scheduling screens."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from campaigns.enums import CampaignState
from campaigns.models import ContentItem
from channels.delivery.enums import Misfire
from channels.delivery.models import Endpoint
from channels.delivery.services import RuleInput
from channels.delivery.services.rules import DEFAULT_USEFUL_MINUTES
from cms.core import clock, languages

WEEKDAYS = [
    ("0", gettext_lazy("Monday")), ("1", gettext_lazy("Tuesday")), ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")), ("4", gettext_lazy("Friday")), ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
]  # fmt: skip
_MAX_TYPED = 200
# One way to write a day, in whichever language somebody has set the admin to.
_DAY, _MOMENT = "%d/%m/%Y", "%d/%m/%Y %H:%M"
_DAYS = [_DAY, "%Y-%m-%d"]
_MOMENTS = [_MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


class RuleForm(forms.Form):
    """What, in which language, to whom, when. Checks of sense are the service's; here only shapes."""

    item = forms.ModelChoiceField(
        label=gettext_lazy("Content"),
        queryset=ContentItem.objects.none(),
        widget=forms.Select(attrs={"style": "max-width:100%"}),
    )
    orthography = forms.MultipleChoiceField(
        label=gettext_lazy("Written languages"),
        initial=["vi"],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each chosen language goes to each chosen destination, as a plan of its own."),
        error_messages={"required": gettext_lazy("Choose at least one written language.")},
    )
    endpoints = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Destinations"),
        queryset=Endpoint.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one destination.")},
    )
    times = forms.CharField(
        label=gettext_lazy("Times of day"),
        max_length=_MAX_TYPED,
        help_text=gettext_lazy("For example: 06:00, 17:30. Websites show it from the first time on."),
    )
    date_from = forms.DateField(
        label=gettext_lazy("First day"), widget=AdminDateInput(format=_DAY), input_formats=_DAYS
    )
    date_to = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=AdminDateInput(format=_DAY),
        input_formats=_DAYS,
        required=False,
        help_text=gettext_lazy("Empty: the first day only."),
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On these days of the week"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=[value for value, _name in WEEKDAYS],
        error_messages={"required": gettext_lazy("Choose at least one day of the week.")},
    )
    exceptions = forms.CharField(
        label=gettext_lazy("Except on"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Days to leave out, for example: 02/09/2026, 01/01/2027"),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Shown on the website until"),
        widget=AdminDateTimeInput(format=_MOMENT),
        input_formats=_MOMENTS,
        required=False,
        help_text=gettext_lazy("Empty: until somebody takes it down."),
    )
    misfire = forms.ChoiceField(
        label=gettext_lazy("If it could not go in time"),
        choices=Misfire.choices,
        initial=Misfire.SEND_LATE,
        help_text=gettext_lazy(
            "When the line, the power or a pause held it up for more than five minutes. “Leave it out”: this time is "
            "missed and recorded so. “Send it late”: it goes as soon as it can, at the latest when it is no longer "
            "useful; of several times that were missed only the last one goes. “Wait for the next slot”: the next time "
            "of the plan goes as usual."
        ),
    )
    useful_hours = forms.FloatField(
        label=gettext_lazy("Still useful for (hours)"),
        min_value=0.1,
        max_value=24 * 366,
        initial=DEFAULT_USEFUL_MINUTES / 60,
        help_text=gettext_lazy("Later than this after its time nothing is sent, whatever was chosen above."),
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Goes before everything else"),
        required=False,
        help_text=gettext_lazy(
            "When much is due in the same minute, this goes first. It does not make anything go earlier than planned, nor "
            "through a pause or a closed hour."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        items = ContentItem.objects.exclude(campaign__state__in=[CampaignState.CLOSED, CampaignState.CANCELLED])
        fields["item"].queryset = items.select_related("campaign").order_by("-id")
        fields["item"].label_from_instance = lambda item: f"{item.title} · {item.get_kind_display()} · {item.campaign}"
        fields["endpoints"].queryset = Endpoint.objects.filter(active=True)
        fields["orthography"].choices = languages.orthography_choices()
        fields["date_from"].initial = clock.today()

    def clean_times(self) -> tuple[str, ...]:
        """The typed times, one by one; whether each is a time of day is the service's question."""
        return tuple(part for part in re.split(r"[,;\s]+", self.cleaned_data["times"]) if part)

    def clean_exceptions(self) -> tuple[Any, ...]:
        """The days to leave out."""
        parts = [part for part in re.split(r"[,;\s]+", self.cleaned_data.get("exceptions") or "") if part]
        field = forms.DateField(input_formats=_DAYS)
        found = []
        for part in parts:
            try:
                found.append(field.clean(part))
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("“%(text)s” is not a day. Write it as 02/09/2026.") % {"text": part[:20]}
                ) from None
        return tuple(found)

    def when(self) -> RuleInput:
        """The plan as the service takes it; call it after `is_valid`."""
        data = self.cleaned_data
        return RuleInput(
            times=data["times"],
            date_from=data["date_from"],
            date_to=data["date_to"] or data["date_from"],
            weekdays=tuple(int(day) for day in data["weekdays"]),
            exceptions=data["exceptions"],
            until=data["until"],
            misfire=data["misfire"],
            useful_minutes=max(1, round(data["useful_hours"] * 60)),
            priority=5 if data["urgent"] else 0,
        )


class ChangeForm(RuleForm):
    """Another time for a plan that exists: what and where to stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("item", "orthography", "endpoints"):
            del self.fields[name]


class MoveForm(forms.Form):
    """Another time of day, and for a plan of a single day another day."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=AdminDateInput(format=_DAY), input_formats=_DAYS, required=False
    )
    time = forms.CharField(
        label=gettext_lazy("Time of day"), max_length=5, help_text=gettext_lazy("For example: 06:00.")
    )

    def __init__(self, *args: Any, single_day: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not single_day:
            del self.fields["day"]
