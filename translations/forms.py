"""Forms of the translation desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import ApprovalStatus, CampaignState
from campaigns.models import ContentItem
from cms.core import clock, languages
from cms.core.models import Role, User
from translations.models import TranslationJob

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OpenJobsForm(forms.Form):
    """One item into one or more written languages."""

    item = forms.ModelChoiceField(
        ContentItem.objects.none(), label=_("What is translated"), empty_label=None,
        help_text=_("Only texts whose Vietnamese is approved are listed."),
    )  # fmt: skip
    orthographies = forms.MultipleChoiceField(
        label=_("Into these written languages"), widget=forms.CheckboxSelectMultiple
    )
    due = forms.DateField(label=_("Wanted by"), required=False, widget=_DATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, name) for code, name in languages.orthography_choices() if code != "vi"]
        self.fields["orthographies"].choices = choices  # type: ignore[attr-defined]
        self.fields["item"].queryset = (  # type: ignore[attr-defined]
            ContentItem.objects.filter(
                approvals__status=ApprovalStatus.APPROVED, approvals__orthography="vi",
                campaign__state__in=(CampaignState.ACTIVE, CampaignState.DRAFT),
            ).distinct().order_by("-id")
        )  # fmt: skip


class AssignForm(forms.Form):
    """Who translates, who reviews, and by when."""

    translator = forms.ModelChoiceField(User.objects.none(), label=_("Translator"), required=False)
    reviewer = forms.ModelChoiceField(User.objects.none(), label=_("Reviewer"), required=False)
    due = forms.DateField(label=_("Wanted by"), required=False, widget=_DATE)

    def __init__(self, *args: Any, job: TranslationJob, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"translator": job.translator, "reviewer": job.reviewer, "due": job.due})
        super().__init__(*args, **kwargs)
        self.fields["translator"].queryset = _people(Role.TRANSLATOR, job)  # type: ignore[attr-defined]
        self.fields["reviewer"].queryset = _people(Role.REVIEWER, job)  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """What the reviewer says."""

    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you send it back: the translator has only this."),
    )  # fmt: skip


def _people(role: str, job: TranslationJob) -> Any:
    today = clock.today()
    held = Q(memberships__role=role, memberships__orthography__in=("", job.orthography))
    held &= Q(memberships__valid_from__lte=today)
    held &= Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today)
    return User.objects.filter(held, is_active=True).distinct().order_by("full_name", "pk")
