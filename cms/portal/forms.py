"""What a centre writes: one broadcast that happened."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organisation
from channels.manual.enums import BroadcastOutcome
from cms.core import clock


class ConfirmationForm(forms.Form):
    """When, where and how one script was broadcast in one language."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    language = forms.ChoiceField(label=_("Language it was heard in"))
    place = forms.CharField(
        label=_("Where"),
        max_length=200,
        help_text=_("Village, loudspeaker, mobile team, meeting… one place for each confirmation."),
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    hour = forms.TimeField(label=_("Time it began"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    outcome = forms.ChoiceField(label=_("How it went"), choices=BroadcastOutcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: power cut after five minutes. No names of residents."),
    )

    def __init__(
        self, *args: Any, organisations: list[Organisation], languages: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        now = clock.local_now()
        initial = {
            "day": now.date(),
            "hour": now.time().replace(second=0, microsecond=0),
            "outcome": BroadcastOutcome.PLAYED,
            "organisation": organisations[0] if organisations else None,
            **(kwargs.pop("initial", None) or {}),
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        organisation = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(pk__in=[each.pk for each in organisations])  # type: ignore[attr-defined]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def aired_at(self) -> datetime:
        """Day and time together, in the province's zone; only after is_valid()."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], tzinfo=clock.local_zone())
