"""The settings of a webhook."""

from django import forms
from django.utils.translation import gettext_lazy

from channels.website.fields import SiteAddressField


class WebhookConfigForm(forms.Form):
    """Where the requests go."""

    url = SiteAddressField(
        label=gettext_lazy("Address that receives the requests"),
        help_text=gettext_lazy(
            "The key signs every request: at least 32 characters, the same at both ends. While the key is changed, "
            "give the new one, a space, and the old one. The protocol and ready receivers: docs/webhook.md."
        ),
    )
