"""Forms of the import screens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organisation, PlanDocument
from campaigns.plans.extract import MAX_BYTES


class PlanUploadForm(forms.Form):
    """A file, or pasted text."""

    file = forms.FileField(label=_("Plan file (DOCX, PDF, TXT)"), required=False, help_text=_("Up to 20 MB."))
    text = forms.CharField(
        label=_("or the text of the plan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4_000_000,
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if not upload and not (cleaned.get("text") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste the text of the plan."))
        if upload and upload.size > MAX_BYTES:
            self.add_error("file", _("The file is larger than 20 MB. Send the plan without its pictures, or as text."))
        return cleaned


class PlanFactsForm(forms.ModelForm):
    """What was read about the document itself, to be put right."""

    class Meta:
        model = PlanDocument
        fields = ["title", "number", "kind", "issuer_text", "place", "signed_on", "signatory"]
        widgets = {
            "signed_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "title": forms.Textarea(attrs={"rows": 2}),
        }


class DraftCampaignForm(forms.Form):
    """What a draft campaign needs beyond the plan."""

    campaign_title = forms.CharField(label=_("Title of the campaign"), max_length=300)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    issuer = forms.ModelChoiceField(
        label=_("Issuing body in the register"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Add the body as printed in the plan"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["issuer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(valid_to__isnull=True)
