"""The settings of a place where people carry things out."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Area
from channels.manual.enums import LegalForm, Means, Paper
from channels.manual.means import forms_of
from channels.manual.rendering import DUE_HOURS, SEGMENTS, SOUND_IF_READY, SOUND_REQUIRED
from cms.core import clock
from cms.core.models import Role, User
from cms.core.text import clean_line

_MAX_PLACES, _MAX_PLACE = 40, 120
# A private number: nothing here stores or targets single persons.
_PERSONAL_NUMBER = re.compile(r"(?:\+?84|0)(?:[\s.-]?\d){9}(?!\d)")


def _without_numbers(lines: list[str]) -> list[str]:
    """The lines. Raises ValidationError when one of them holds somebody's number."""
    if any(_PERSONAL_NUMBER.search(line) for line in lines):
        raise forms.ValidationError(
            _("These look like telephone numbers of persons. Name areas and groups; numbers are not kept here.")
        )
    return lines


class LinesField(forms.CharField):
    """A list of short lines, typed one below the other."""

    def prepare_value(self, value: Any) -> Any:
        """The lines as they are typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The lines, clean and without empty ones."""
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line for each in lines if (line := clean_line(str(each)))]

    def validate(self, value: Any) -> None:
        """Not too many, not too long."""
        if len(value) > _MAX_PLACES or any(len(line) > _MAX_PLACE for line in value):
            raise forms.ValidationError(
                _("At most %(lines)s lines of %(letters)s letters.") % {"lines": _MAX_PLACES, "letters": _MAX_PLACE}
            )

    def run_validators(self, value: Any) -> None:
        """Validators of strings do not know lists."""


class ManualConfigForm(forms.Form):
    """How, under which form of the law, where, by whom, and by when."""

    means = forms.ChoiceField(label=gettext_lazy("How it is carried out"), choices=Means.choices)
    form = forms.ChoiceField(
        label=gettext_lazy("Form by Decree 49/2024"),
        required=False,
        choices=[("", gettext_lazy("the usual one for this way")), *LegalForm.choices],
    )
    area = forms.ModelChoiceField(
        label=gettext_lazy("Area"),
        queryset=Area.objects.none(),
        required=False,
        help_text=gettext_lazy("People of this organisation who are assigned to this area get the task."),
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person in charge"),
        queryset=User.objects.none(),
        required=False,
        help_text=gettext_lazy("Empty: whoever of the organisation takes it on."),
    )
    place = forms.CharField(label=gettext_lazy("Usual place"), max_length=_MAX_PLACE, required=False)
    places = LinesField(
        label=gettext_lazy("Route or list of places"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Villages of the route, boards, groups, one on each line. Never numbers of persons."),
    )
    due_hours = forms.IntegerField(
        label=gettext_lazy("To be done within (hours)"), min_value=1, max_value=24 * 31, initial=DUE_HOURS
    )
    audio = forms.ChoiceField(
        label=gettext_lazy("Sound"),
        required=False,
        choices=[
            (SOUND_IF_READY, gettext_lazy("goes along when a recording is ready")),
            (SOUND_REQUIRED, gettext_lazy("wait until there is a recording")),
        ],
    )
    paper = forms.ChoiceField(label=gettext_lazy("Sheet of a notice"), choices=Paper.choices, required=False)
    segments = forms.IntegerField(
        label=gettext_lazy("Text messages: at most so many parts"),
        min_value=1,
        max_value=10,
        initial=SEGMENTS,
        required=False,
        help_text=gettext_lazy("Vietnamese letters: 70 in a single message, 67 in each part of a longer one."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for those who carry it out"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("means", "form", "area", "person"):
            # The longest name would make the list wider than a telephone.
            fields[name].widget.attrs["style"] = "max-width:100%"
        fields["area"].queryset = Area.objects.on(clock.today()).order_by("kind", "name")
        today = clock.today()
        fields["person"].queryset = (
            User.objects.filter(
                is_active=True, memberships__role__in=[Role.CENTRE, Role.OPERATOR], memberships__valid_from__lte=today
            )
            .distinct()
            .order_by("full_name", "username")
        )

    def clean_area(self) -> int | None:
        """The area's number, as it is stored."""
        area = self.cleaned_data["area"]
        return area.pk if area else None

    def clean_person(self) -> int | None:
        """The person's number, as it is stored."""
        person = self.cleaned_data["person"]
        return person.pk if person else None

    def clean_place(self) -> str:
        """One line, as the places."""
        return _without_numbers([clean_line(self.cleaned_data["place"])])[0]

    def clean_places(self) -> list[str]:
        """Places and groups; a list of telephone numbers is refused."""
        return _without_numbers(self.cleaned_data["places"])

    def clean_note(self) -> str:
        """As the places."""
        return _without_numbers([str(self.cleaned_data["note"]).replace("\x00", "").strip()])[0]

    def clean(self) -> dict[str, Any]:
        """Ways and legal forms that belong together; empty choices mean the usual ones."""
        cleaned = super().clean() or {}
        means = cleaned.get("means")
        if means:
            allowed = forms_of(means)
            cleaned["form"] = cleaned.get("form") or allowed[0]
            if cleaned["form"] not in allowed:
                names = ", ".join(str(LegalForm(code).label) for code in allowed)
                self.add_error("form", _("This way belongs to: %(forms)s.") % {"forms": names})
        cleaned["audio"] = cleaned.get("audio") or SOUND_IF_READY
        cleaned["paper"] = cleaned.get("paper") or Paper.A4.value
        cleaned["segments"] = cleaned.get("segments") or SEGMENTS
        return cleaned
