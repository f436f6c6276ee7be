"""The forms of the register of official accounts. Checks of sense are the service's; here only shapes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organisation
from channels.delivery import account_selectors
from channels.delivery.account_selectors import AccountFilter
from channels.delivery.enums import Platform
from channels.delivery.models import Endpoint, OfficialAccount
from channels.delivery.services.accounts import PLATFORMS_OF_KIND, AccountInput
from cms.core.models import User


class AccountForm(forms.Form):
    """One account."""

    platform = forms.ChoiceField(label=_("Kind"), choices=Platform.choices)
    name = forms.CharField(label=_("Name as people see it there"), max_length=200)
    address = forms.CharField(
        label=_("Address"),
        max_length=1000,
        help_text=_("Copied from the browser, for example: https://facebook.com/congantinh or t.me/kenhtinh"),
    )
    organisation = forms.ModelChoiceField(label=_("Owned by"), queryset=Organisation.objects.none())
    person_in_charge = forms.ModelChoiceField(
        label=_("Person in charge"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody with a log-in here"),
    )
    contact = forms.CharField(
        label=_("How to reach the person in charge"),
        max_length=200,
        required=False,
        help_text=_("For somebody without a log-in here. It is never shown to the public."),
    )
    endpoint = forms.ModelChoiceField(
        label=_("Destination of posts"),
        queryset=Endpoint.objects.none(),
        required=False,
        empty_label=_("no posts go there from here"),
        help_text=_("The health of the account's key is that of its destination."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, account: OfficialAccount | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].queryset = Organisation.objects.all()
        fields["person_in_charge"].queryset = User.objects.filter(is_active=True).order_by("full_name", "username")
        fields["person_in_charge"].label_from_instance = lambda user: user.get_full_name() or user.username
        free = Endpoint.objects.filter(kind__in=PLATFORMS_OF_KIND)
        taken = OfficialAccount.objects.filter(endpoint__isnull=False)
        if account is not None:
            taken = taken.exclude(pk=account.pk)
        for name in ("organisation", "person_in_charge", "endpoint"):
            fields[name].widget.attrs["style"] = "max-width:100%"
        fields["endpoint"].queryset = free.exclude(pk__in=taken.values("endpoint"))

    def values(self) -> AccountInput:
        """What was typed, as the service takes it; call it after `is_valid`."""
        data = self.cleaned_data
        return AccountInput(
            platform=data["platform"], name=data["name"], address=data["address"], organisation=data["organisation"],
            person_in_charge=data["person_in_charge"], contact=data["contact"], endpoint=data["endpoint"],
            note=data["note"],
        )  # fmt: skip


def initial_of(account: OfficialAccount) -> dict[str, Any]:
    """The form's first values for an account."""
    return {
        "platform": account.platform, "name": account.name, "address": account.address,
        "organisation": account.organisation_id, "person_in_charge": account.person_in_charge_id,
        "contact": account.contact, "endpoint": account.endpoint_id, "note": account.note,
    }  # fmt: skip


class FilterForm(forms.Form):
    """What the list is narrowed to; a value that makes no sense narrows nothing."""

    tim = forms.CharField(label=_("Search"), required=False, max_length=100)
    loai = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("every kind")), *Platform.choices])
    don_vi = forms.ModelChoiceField(
        label=_("Owned by"), required=False, queryset=Organisation.objects.none(), empty_label=_("every organisation")
    )
    khoa = forms.ChoiceField(label=_("Key"), required=False)
    can = forms.ChoiceField(
        label=_("Needs"),
        required=False,
        choices=[("", _("everything")), ("verify", _("to be verified")), ("person", _("a person in charge"))],
    )
    cu = forms.BooleanField(label=_("out of use"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["don_vi"].queryset = account_selectors.owners()
        fields["khoa"].choices = [("", _("every state")), *account_selectors.healths()]

    def wanted(self) -> AccountFilter:
        """The filter."""
        self.is_valid()
        data = self.cleaned_data
        owner = data.get("don_vi")
        return AccountFilter(
            text=data.get("tim") or "", platform=data.get("loai") or "", organisation=owner.pk if owner else None,
            health=data.get("khoa") or "", attention=data.get("can") or "", retired=bool(data.get("cu")),
        )  # fmt: skip

    def in_words(self) -> list[str]:
        """The filter in words, for the line above the list."""
        data = self.cleaned_data
        words = [f"“{data['tim']}”"] if data.get("tim") else []
        for name in ("loai", "khoa", "can"):
            if data.get(name):
                field: Any = self.fields[name]
                words.append(str(dict(field.choices)[data[name]]))
        if data.get("don_vi"):
            words.append(data["don_vi"].name)
        if data.get("cu"):
            words.append(str(_("out of use")))
        return words
