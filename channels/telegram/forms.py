"""The settings of a Telegram destination."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

AUDIO_NEVER, AUDIO_IF_READY, AUDIO_REQUIRED = "never", "if_ready", "required"
PICTURES_NEVER, PICTURES_FIRST, PICTURES_ALL = "never", "first", "all"


class TelegramConfigForm(forms.Form):
    """Which chat, and in which form things go there: scripts as sound, articles with their pictures or as a document.

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

    pictures = forms.ChoiceField(
        label=gettext_lazy("Pictures of articles"),
        required=False,
        initial=PICTURES_ALL,
        choices=[
            (PICTURES_ALL, gettext_lazy("all: one as a picture, two to ten as an album")),
            (PICTURES_FIRST, gettext_lazy("the first one only")),
            (PICTURES_NEVER, gettext_lazy("none: text only")),
        ],
    )
    document = forms.ChoiceField(
        label=gettext_lazy("As a document"),
        required=False,
        choices=[
            ("", gettext_lazy("no")),
            ("pdf", gettext_lazy("PDF, with the beginning of the text beneath")),
            ("docx", gettext_lazy("Word, with the beginning of the text beneath")),
        ],
        help_text=gettext_lazy("For groups of officers who print or keep the text. It takes the place of pictures."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("audio", "pictures", "document"):
            self.fields[name].widget.attrs["style"] = "max-width:100%"  # long choices stay on a phone's screen

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
        for name in ("pictures", "document"):
            if not cleaned.get(name):
                cleaned.pop(name, None)
        return cleaned
