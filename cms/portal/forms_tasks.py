"""What a person says of a task: that it happened, or why it did not."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels.manual.enums import NotDoneReason
from channels.manual.models import Confirmation, ManualTask
from channels.manual.models.confirmations import outcome_words
from channels.manual.services.confirming import MOST, TASK_OUTCOMES, Said
from cms.core import clock


class SeveralFiles(forms.ClearableFileInput):
    """A field into which a telephone puts several pictures at once."""

    allow_multiple_selected = True


class TaskConfirmationForm(forms.Form):
    """When, where, how many. Pictures are kept by the view before this form is judged, so none is uploaded twice."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    hour = forms.TimeField(label=_("Time it began"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    place = forms.CharField(label=_("Where it is carried out"), max_length=200)
    outcome = forms.ChoiceField(label=_("How it went"), widget=forms.RadioSelect)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST)
    people = forms.IntegerField(
        label=_("People reached"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("As counted or estimated on the spot. It stands for itself and is not added to anything."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: rain, half the village was in the fields. No names of residents."),
    )
    photos = forms.FileField(
        label=_("Pictures"),
        required=False,
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
        help_text=_("Camera data and the place are removed. No faces from close by."),
    )

    def __init__(self, *args: Any, task: ManualTask, earlier: Confirmation | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(task, earlier)
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["outcome"].choices = [(code, outcome_words(code, True)) for code in TASK_OUTCOMES]
        way = task.way
        if way.count:
            fields["count"].label = way.count
        else:
            del fields["count"]
        if not way.people:
            del fields["people"]

    def said(self) -> Said:
        """What was said, for the service; only after is_valid()."""
        data = self.cleaned_data
        at = datetime.combine(data["day"], data["hour"], tzinfo=clock.local_zone())
        return Said(at, data["place"], data["outcome"], data.get("count"), data.get("people"), data["note"])


def _initial(task: ManualTask, earlier: Confirmation | None) -> dict[str, Any]:
    at = (earlier.aired_at if earlier else clock.now()).astimezone(clock.local_zone())
    initial: dict[str, Any] = {
        "day": at.date(), "hour": at.time().replace(second=0, microsecond=0), "place": task.place,
        "outcome": TASK_OUTCOMES[0],
    }  # fmt: skip
    if earlier is not None:
        initial |= {
            "place": earlier.place, "outcome": earlier.outcome, "count": earlier.count, "people": earlier.people,
            "note": earlier.note,
        }  # fmt: skip
    return initial


class NotDoneForm(forms.Form):
    """Why it was not done."""

    reason = forms.ChoiceField(label=_("Why it was not done"), choices=NotDoneReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In a few words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
