"""What residents fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.website.feedback import MAX_TEXT
from cms.website.models import MessageKind


class MessageForm(forms.Form):
    """What it is about, where, a few words. `website` is a trap: people do not see it, programs fill it in."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=MessageKind.choices, widget=forms.RadioSelect)
    place = forms.CharField(label=_("Which village or commune?"), max_length=120, required=False)
    text = forms.CharField(
        label=_("What would you like to tell us?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("No name and no telephone number needed."),
    )
    page = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].widget.attrs["id"] = "id_from_page"

    @property
    def is_program(self) -> bool:
        """True when the trap was filled in."""
        return bool(self.data.get("website"))
