"""The settings of a Telegram destination."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

AUDIO_NEVER, AUDIO_IF_READY, AUDIO_REQUIRED = "never", "if_ready", "required"


class TelegramConfigForm(forms.Form):
    """Which chat, and whether a script goes out as sound.

    The chat is its number, not @name: the number stays when the name changes, and budgets are kept by it.
    """

    chat_id = forms.IntegerField(
        label=gettext_lazy("Number of the channel or group"),
        help_text=gettext_lazy("Begins with -100 for channels. The bot must be an administrator there."),
    )
    audio = forms.ChoiceField(
        label=gettext_lazy("Radio scripts"),
        required=False,
        choices=[
            (AUDIO_IF_READY, gettext_lazy("as sound when a recording is ready, else as text")),
            (AUDIO_REQUIRED, gettext_lazy("as sound only")),
            (AUDIO_NEVER, gettext_lazy("as text")),
        ],
    )

    def clean_chat_id(self) -> int:
        """A channel or group: never a person."""
        number = int(self.cleaned_data["chat_id"])
        if number >= 0:
            raise forms.ValidationError(
                _("This is not the number of a channel or group: those begin with a minus sign.")
            )
        if number < -(2**63):
            raise forms.ValidationError(_("This number is too long."))
        return number

    def clean(self) -> dict[str, Any]:
        """An empty choice means the usual one."""
        cleaned = super().clean() or {}
        cleaned["audio"] = cleaned.get("audio") or AUDIO_IF_READY
        return cleaned
