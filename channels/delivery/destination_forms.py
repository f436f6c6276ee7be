"""The forms of a destination: what every one has, and its key in parts that are typed once and never shown again."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from campaigns.models import Organisation
from channels.delivery.contract import Channel
from channels.delivery.models import Credential
from cms.core import clock

_DAY = "%d/%m/%Y"
_LABELS = {
    "secret": gettext_lazy("Key"),
    "refresh_secret": gettext_lazy("Key for renewing"),
    "app_secret": gettext_lazy("Secret of the application"),
}
# A page access token has some 200 characters, a signed one some thousand.
_LONGEST = 4000


class DestinationForm(forms.Form):
    """What every destination has; the channel's own settings come after it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    organisation = forms.ModelChoiceField(label=gettext_lazy("Owned by"), queryset=Organisation.objects.all())


class KeyForm(forms.Form):
    """The parts of a key. What was typed is never sent back to the browser, also when something else was wrong."""

    def __init__(self, *args: Any, channel: Channel, known: Credential | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel, self.known = channel, known
        if known is None:
            self._add_choice(channel)
        for part in channel.key_parts:
            self.fields[part] = self._part(part)
        if channel.renew_before is None:
            self._add_end(known)

    def _add_choice(self, channel: Channel) -> None:
        """One bot or application may serve several destinations: its limits count for all of them together."""
        stored = Credential.objects.filter(kind=channel.kind)
        if stored.exists():
            self.fields["stored"] = forms.ModelChoiceField(
                label=gettext_lazy("A key that is stored already"),
                queryset=stored,
                required=False,
                empty_label=gettext_lazy("a new one, typed below"),
            )

    def _part(self, part: str) -> forms.CharField:
        known = self.known is not None and bool(self.known.__dict__.get(part))
        return forms.CharField(
            label=self.channel.key_labels.get(part, _LABELS[part]),
            required=False,
            max_length=_LONGEST,
            strip=True,
            widget=forms.PasswordInput(
                attrs={"autocomplete": "new-password", "spellcheck": "false"}, render_value=False
            ),
            help_text=(
                gettext_lazy("Leave empty to keep the present one. It is never shown again.")
                if known
                else gettext_lazy("It is stored encrypted and never shown again.")
            ),
        )

    def _add_end(self, known: Credential | None) -> None:
        initial = known.expires_at.astimezone(clock.local_zone()).date() if known and known.expires_at else None
        self.fields["last_day"] = forms.DateField(
            label=gettext_lazy("Last day of the key"),
            required=False,
            initial=initial,
            widget=AdminDateInput(format=_DAY),
            input_formats=[_DAY, "%Y-%m-%d"],
            help_text=gettext_lazy("If the other side named one: you will be told in time. Empty: it has no end."),
        )

    def clean_last_day(self) -> Any:
        """A day to come."""
        day = self.cleaned_data.get("last_day")
        if day is not None and self.cleaned_data.get("secret") and day < clock.today():
            raise forms.ValidationError(_("This day has passed already."))
        return day

    def parts(self) -> dict[str, Any]:
        """What `save_credential` takes beside the name: only what was given."""
        data = self.cleaned_data
        found: dict[str, Any] = {part: data[part] for part in self.channel.key_parts if data.get(part)}
        day = data.get("last_day")
        if day is not None and (found.get("secret") or "last_day" in self.changed_data):
            found["expires_at"] = datetime.combine(day, time(23, 59), tzinfo=clock.local_zone())
        return found
