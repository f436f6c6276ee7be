"""The settings of a Facebook page as a destination."""

import re
from typing import Any

import regex
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PICTURES_NONE, PICTURES_FIRST, PICTURES_ALL = "none", "first", "all"
MAX_TAGS = 10
_TAG = regex.compile(r"#?[\p{L}\p{N}][\p{L}\p{M}\p{N}_]{0,59}")


class FacebookConfigForm(forms.Form):
    """Which page, what goes along with the words."""

    page_id = forms.RegexField(
        r"^[0-9]{5,30}\Z",
        strip=True,
        label=gettext_lazy("Number of the page"),
        help_text=gettext_lazy("Digits only. Facebook shows it under “About”, “Page transparency”."),
        error_messages={"invalid": gettext_lazy("This is not the number of a page: it has digits only.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    pictures = forms.ChoiceField(
        label=gettext_lazy("Pictures of an article"),
        required=False,
        initial=PICTURES_FIRST,
        choices=[
            (PICTURES_NONE, gettext_lazy("none: words with a link and its preview")),
            (PICTURES_FIRST, gettext_lazy("the first picture")),
            (PICTURES_ALL, gettext_lazy("all pictures, as an album")),
        ],
    )
    hashtags = forms.CharField(
        label=gettext_lazy("Hashtags"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Stand at the end of every post, for example: #PhòngChốngTrộm #AnToàn"),
    )

    def clean_hashtags(self) -> str:
        """The hashtags with one # each, in one line."""
        words = re.split(r"[\s,;]+", self.cleaned_data.get("hashtags") or "")
        tags = [word for word in words if word]
        wrong = [word for word in tags if not _TAG.fullmatch(word)]
        if wrong:
            raise forms.ValidationError(
                _("“%(word)s” cannot be a hashtag: letters and digits only.") % {"word": wrong[0][:30]}
            )
        if len(tags) > MAX_TAGS:
            raise forms.ValidationError(_("At most %(n)s hashtags.") % {"n": MAX_TAGS})
        return " ".join(dict.fromkeys("#" + word.lstrip("#") for word in tags))

    def clean(self) -> dict[str, Any]:
        """An empty choice means the usual one."""
        cleaned = super().clean() or {}
        cleaned["pictures"] = cleaned.get("pictures") or PICTURES_FIRST
        return cleaned
