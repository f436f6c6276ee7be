"""Forms of the small screens around campaigns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from campaigns.enums import ContentKind
from campaigns.models import Area, Campaign, Hotline
from cms.core import clock


class NewItemForm(forms.Form):
    """A new article or script: where it belongs and what it is called; the words come next, in the page editor."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(ContentKind.ARTICLE, ContentKind.ARTICLE.label), (ContentKind.SCRIPT, ContentKind.SCRIPT.label)],
    )
    title = forms.CharField(label=_("Title"), max_length=255)
    purpose = forms.CharField(label=_("Purpose"), max_length=300, required=False)
    about_safety = forms.BooleanField(label=_("About people's safety"), required=False)
    expires_at = forms.DateTimeField(label=_("Not after"), required=False, widget=AdminDateTimeInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["campaign"]
        field.queryset = Campaign.objects.exclude(state__in=["closed", "cancelled"])


class HotlineNumberForm(forms.Form):
    """The number that replaces the old one."""

    number = forms.CharField(
        label=_("New number"), max_length=24, validators=Hotline._meta.get_field("number").validators
    )


class PauseForm(forms.Form):
    """A pause with its end. Without a campaign and an area it holds for the whole province."""

    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.filter(state="active"),
        required=False,
        empty_label=_("Every campaign"),
    )
    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Area.objects.none(), required=False, empty_label=_("The whole province")
    )
    starts_at = forms.DateTimeField(label=_("From"), widget=AdminDateTimeInput)
    ends_at = forms.DateTimeField(label=_("Until"), widget=AdminDateTimeInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = Area.objects.on(clock.today()).exclude(kind="village")

    def clean(self) -> dict[str, Any]:
        """One scope at a time."""
        data = super().clean() or {}
        if data.get("campaign") and data.get("area"):
            raise forms.ValidationError(_("Choose a campaign or an area, not both."))
        return data
