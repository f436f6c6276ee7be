"""The address of somebody else's site, as an administrator types it."""

from ipaddress import ip_address
from typing import Any

import httpx
from django import forms
from django.utils.translation import gettext as _

from cms.core.http import HttpError, check_url, is_public_address
from cms.core.http.urls import is_listed, port_of


class SiteAddressField(forms.CharField):
    """An https address that we may call; plain http only where a development setting lists the host and port.

    `folder` True keeps it as a folder: no query, no slash at the end.
    """

    def __init__(self, *, folder: bool = False, **kwargs: Any) -> None:
        self.folder = folder
        super().__init__(max_length=300, widget=forms.URLInput, **kwargs)

    def clean(self, value: Any) -> str:
        """The address as it will be called. Raises ValidationError in words a person understands."""
        text = super().clean(value)
        if not text:
            return ""
        if "://" not in text:
            text = f"https://{text}"
        try:
            url = check_url(text)
        except HttpError as error:
            raise forms.ValidationError(error.message) from error
        if url.scheme != "https" and not is_listed(url.host, port_of(url)):
            raise forms.ValidationError(
                _("The address must begin with https://: over http anybody on the way could read the key.")
            )
        if _is_number(url.host) and not is_public_address(url.host) and not is_listed(url.host, port_of(url)):
            raise forms.ValidationError(_("This address leads to an internal or reserved network and was refused."))
        if self.folder:
            url = httpx.URL(str(url.copy_with(query=None, fragment=None)).rstrip("/"))
        return str(url.copy_with(fragment=None))


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
