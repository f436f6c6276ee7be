"""What somebody types when sending a recording."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RecordingForm(forms.Form):
    """A file, who speaks in it, and that they agree. The file itself is judged by the service."""

    file = forms.FileField(
        label=_("Recording"),
        help_text=_("MP3, M4A, WAV, OGG or FLAC, up to 300 MB. A recording made with a telephone is good enough."),
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*,video/mp4"}),
        allow_empty_file=True,  # the service says it in words that help
    )
    # The text that stood on the page while it was read aloud.
    text = forms.IntegerField(widget=forms.HiddenInput, required=False)
    speaker = forms.CharField(
        label=_("Who reads"), max_length=150, help_text=_("Name and village or unit, for the list of credits.")
    )
    consent = forms.BooleanField(
        label=_("The reader agrees that this recording is aired and published."),
        error_messages={"required": _("Ask the reader first; without their agreement it cannot be used.")},
    )
