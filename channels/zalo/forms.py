"""The settings of a Zalo destination, and the form that connects an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Organisation
from cms.core.errors import CongError
from cms.core.http import check_url

SHOW, HIDE = "show", "hide"
# A long option must not push the page wider than a telephone.
_NARROW = forms.Select(attrs={"style": "max-width:100%"})


class ZaloConfigForm(forms.Form):
    """How articles appear at the account."""

    status = forms.ChoiceField(
        label=gettext_lazy("Articles"),
        required=False,
        widget=_NARROW,
        choices=[
            (SHOW, gettext_lazy("are visible on the account's page at once")),
            (HIDE, gettext_lazy("stay hidden; somebody shows them in Zalo (for trying out)")),
        ],
    )
    broadcast = forms.BooleanField(
        label=gettext_lazy("Send each article to the followers as well"),
        required=False,
        help_text=gettext_lazy(
            "Zalo looks at it for about half an hour first, takes nothing between 22:00 and 06:00, and cannot take it back."
        ),
    )
    comment = forms.BooleanField(label=gettext_lazy("Readers may comment"), required=False)
    cover_url = forms.CharField(
        label=gettext_lazy("Address of a picture to fall back on"),
        required=False,
        max_length=400,
        help_text=gettext_lazy(
            "A public https address, for example of your emblem. It is used when Zalo does not take the article's own cover."
        ),
    )

    def clean_cover_url(self) -> str:
        """A public https address, or nothing."""
        address = str(self.cleaned_data.get("cover_url") or "").strip()
        if not address:
            return ""
        try:
            check_url(address)
        except CongError as error:
            raise forms.ValidationError(error.message) from error
        if not address.startswith("https://"):
            raise forms.ValidationError(_("The address must begin with https://."))
        return address

    def clean(self) -> dict[str, Any]:
        """An empty choice means the usual one; hidden articles cannot be sent to anybody."""
        cleaned = super().clean() or {}
        cleaned["status"] = cleaned.get("status") or SHOW
        if cleaned["status"] == HIDE and cleaned.get("broadcast"):
            self.add_error("broadcast", _("Hidden articles cannot be sent to the followers."))
        return cleaned


class ZaloCredentialForm(forms.Form):
    """What is not secret about the key."""

    app_id = forms.RegexField(
        label=gettext_lazy("Application's number (App ID)"),
        regex=r"^\d{6,25}$",
        max_length=25,
        help_text=gettext_lazy("In developers.zalo.me, under your application's settings."),
        error_messages={"invalid": gettext_lazy("The application's number has digits only.")},
    )


class ConnectForm(ZaloCredentialForm):
    """Connecting an account: the application, and for a new destination its name and owner."""

    app_secret = forms.CharField(
        label=gettext_lazy("Application's secret (Secret Key)"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    name = forms.CharField(label=gettext_lazy("Name of the destination"), max_length=110)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Owned by"), queryset=Organisation.objects.order_by("name"), widget=_NARROW
    )
    field_order = ("name", "organisation", "app_id", "app_secret")

    def __init__(self, *args: Any, secret_known: bool, existing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret_known = secret_known
        if existing:
            del self.fields["name"], self.fields["organisation"]
        if secret_known:
            self.fields["app_secret"].help_text = _("Leave empty to use the one given before. It is never shown again.")

    def clean_app_secret(self) -> str:
        """The secret, or nothing when there is one from before."""
        secret = str(self.cleaned_data.get("app_secret") or "")
        if not secret and not self.secret_known:
            raise forms.ValidationError(_("Give the application's secret."))
        if not secret.isascii() or not secret.isprintable():
            raise forms.ValidationError(_("The secret has letters and digits only. Copy it again from Zalo."))
        return secret
