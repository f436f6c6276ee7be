"""Forms of the press desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from cms.core.errors import CongError
from media.press.enums import MentionState
from media.press.matching import Query
from media.press.models import Feed, Outlet
from media.press.services.feeds import check_address

# The parts of a query that the desk shows, in the order in which people think of them.
PARTS = ("any", "title", "none", "mask", "unaccented")


class FilterForm(forms.Form):
    """What of the mentions is shown. Anything unreadable counts as not given."""

    dot = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.none(), required=False, empty_label=_("all campaigns")
    )
    bao = forms.ModelChoiceField(
        label=_("Outlet"), queryset=Outlet.objects.none(), required=False, empty_label=_("all outlets")
    )
    tu = forms.CharField(label=_("Words to look for"), required=False, max_length=100)
    loai = forms.ChoiceField(choices=[("tat-ca", _("all")), *MentionState.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns: Any = self.fields["dot"]
        campaigns.queryset = Campaign.objects.filter(tracking_queries__isnull=False).distinct().order_by("-starts_on")
        outlets: Any = self.fields["bao"]
        outlets.queryset = Outlet.objects.order_by("name")


class FeedForm(forms.Form):
    """A newspaper's feed to be read from now on."""

    url = forms.CharField(
        label=_("Address of the feed"), max_length=2000,
        help_text=_("The RSS or Atom address of the newspaper, for example https://baogialai.com.vn/rss/home.rss"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    outlet = forms.CharField(label=_("Newspaper"), max_length=200)
    name = forms.CharField(
        label=_("Section of the paper"),
        max_length=200,
        required=False,
        help_text=_("For example “Law”, if the feed is of one section."),
    )
    anyway = forms.BooleanField(label=_("Add it although it could not be read just now"), required=False)

    def clean_url(self) -> str:
        """The address in its normal form, not yet read by us, and not leading inside."""
        try:
            address = check_address(self.cleaned_data["url"])
        except CongError as error:
            raise forms.ValidationError(error.message) from error
        if Feed.objects.filter(url=address).exists():
            raise forms.ValidationError(_("This feed is already being read."))
        return address


class QueryForm(forms.Form):
    """The words of a query, one phrase a line."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    name = forms.CharField(label=_("Name"), max_length=200)
    any = forms.CharField(
        label=_("Look for"), required=False, widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "One phrase a line. (a|b) is a choice; “lừa ~6 sang Campuchia” allows six syllables between. Spelling of "
            "tones (hoà, hòa) and i/y (lý, lí) does not matter."
        ),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Look for in the title only"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    none = forms.CharField(
        label=_("Leave the item out when it says"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    mask = forms.CharField(
        label=_("Do not look inside"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example the name of a unit: “Phòng Cảnh sát ~8 ma túy”."),
    )  # fmt: skip
    unaccented = forms.CharField(
        label=_("Look for in items written without accents"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, definition: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = {key: value for key, value in (definition or {}).items() if key not in PARTS}
        campaigns: Any = self.fields["campaign"]
        campaigns.queryset = Campaign.objects.exclude(state=CampaignState.CANCELLED).order_by("-starts_on")

    @property
    def definition(self) -> dict[str, Any]:
        """The query as JSON: the parts of the form, and the parts of the stored one that the form does not show."""
        parts = {part: self.cleaned_data.get(part, "").splitlines() for part in PARTS}
        lines = {part: [line.strip() for line in texts if line.strip()] for part, texts in parts.items()}
        return self._kept | {part: texts for part, texts in lines.items() if texts}

    def clean(self) -> dict[str, Any]:
        """Refuse words that cannot be searched for, with the reason."""
        cleaned = super().clean() or self.cleaned_data
        try:
            Query.from_json(self.definition)
        except CongError as error:
            raise forms.ValidationError(error.message) from error
        return cleaned
