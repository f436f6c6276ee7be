"""Destinations and their keys, for administrators. A key is typed once and never shown again."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels.delivery import credential_selectors as keys
from channels.delivery import services
from channels.delivery.contract import Channel, channel_for, channels
from channels.delivery.destination_forms import DestinationForm, KeyForm
from channels.delivery.errors import SendError
from channels.delivery.models import Credential, Endpoint
from channels.delivery.reasons import reason_label
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

_ADMINISTRATORS = (Role.ADMINISTRATOR,)


@dataclass
class Forms:
    """The parts of the page for one destination; `key` and `key_config` are None where there is nothing to type."""

    channel: Channel
    main: DestinationForm
    config: forms.Form | None
    key: KeyForm | None
    key_config: forms.Form | None

    def valid(self) -> bool:
        """True when all of them are; each is asked, so that every mistake is named at once."""
        answers = [form.is_valid() for form in (self.main, self.config, self.key) if form is not None]
        if self.key is not None and self.key.is_valid() and self.key.cleaned_data.get("stored"):
            self.key_config = None  # it belongs to the stored key, which brings its own
        elif self.key_config is not None:
            answers.append(self.key_config.is_valid())
        return all(answers)

    def settings(self) -> dict[str, Any]:
        """The channel's own settings."""
        return self.config.cleaned_data if self.config else {}

    def key_parts(self) -> dict[str, Any]:
        """What was given of the key."""
        found = self.key.parts() if self.key else {}
        known = self.key.known if self.key else None
        if self.key_config is not None and (known is None or known.config != self.key_config.cleaned_data):
            found["config"] = self.key_config.cleaned_data
        return found


@role_required(*_ADMINISTRATORS)
def destination_list(request: HttpRequest) -> HttpResponse:
    """All destinations with the health of their keys and what each key will miss."""
    rows = list(Endpoint.objects.select_related("organisation", "credential"))
    context = {
        "page_title": _("Destinations"), "header_icon": "site", "rows": [_shown(row) for row in rows],
        "troubles": [keys.sentence(trouble) for trouble in keys.key_troubles()],
        "kinds": [(channel.kind, channel.label, channel.connect_url(None)) for channel in channels()],
        "count": len(rows), "off": sum(not row.active for row in rows),
    }  # fmt: skip
    return render(request, "delivery/destinations.html", context)


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    channel = _known(endpoint.kind)
    credential = endpoint.credential
    return {
        "endpoint": endpoint, "label": channel.label if channel else endpoint.kind,
        "key": keys.key_view(credential) if credential else None,
        "connect": channel.connect_url(endpoint) if channel else "",
        "reauth": credential is not None and credential.state == "reauth_needed",
    }  # fmt: skip


def _known(kind: str) -> Channel | None:
    try:
        return channel_for(kind)
    except KeyError:
        return None


@role_required(*_ADMINISTRATORS)
def destination_new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new destination of a kind."""
    channel = _channel(kind)
    page = _forms(channel, request, DestinationForm(request.POST or None))
    if request.method == "POST" and page.valid():
        data = page.main.cleaned_data
        try:
            with transaction.atomic():
                credential = _key_of(page, name=data["name"], user=request.user)
                services.create_endpoint(
                    kind=kind,
                    name=data["name"],
                    organisation=data["organisation"],
                    credential=credential,
                    config=page.settings(),
                    user=request.user,
                )
        except CongError as error:
            page.main.add_error(None, error.message)
        except IntegrityError:
            page.main.add_error("name", _("Another destination has this name already."))
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": data["name"]})
            return redirect("delivery_destinations")
    return _page(request, page, title=_("New destination"))


def _key_of(page: Forms, *, name: str, user: Any) -> Credential | None:
    if page.key is None:
        return None
    stored = page.key.cleaned_data.get("stored")
    if isinstance(stored, Credential):
        return stored
    parts = page.key_parts()
    if not parts.get("secret"):
        return None
    return services.save_credential(kind=page.channel.kind, name=name, user=user, **parts)


@role_required(*_ADMINISTRATORS)
def destination_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, owner, setting or key."""
    endpoint = get_object_or_404(Endpoint.objects.select_related("credential"), pk=pk)
    channel = _channel(endpoint.kind)
    initial = {"name": endpoint.name, "organisation": endpoint.organisation_id}
    page = _forms(channel, request, DestinationForm(request.POST or None, initial=initial), endpoint)
    if request.method == "POST" and page.valid():
        data, key = page.main.cleaned_data, page.key_parts()
        secret = key.pop("secret", "")
        try:
            services.change_endpoint(
                endpoint,
                name=data["name"],
                organisation=data["organisation"],
                secret=secret,
                key=key,
                config=page.settings(),
                user=request.user,
            )
        except CongError as error:
            page.main.add_error(None, error.message)
        except IntegrityError:
            page.main.add_error("name", _("Another destination has this name already."))
        else:
            messages.success(request, _("“%(name)s” was changed.") % {"name": data["name"]})
            return redirect("delivery_destinations")
    return _page(request, page, title=_("Change the destination"), endpoint=endpoint)


@role_required(*_ADMINISTRATORS)
@require_POST
def destination_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the other side who is there; nothing is sent. The answer is written on the key."""
    endpoint = get_object_or_404(Endpoint.objects.select_related("credential"), pk=pk)
    _channel(endpoint.kind)
    try:
        messages.success(request, services.check_connection(endpoint, user=request.user))
    except SendError as error:
        facts = {"name": endpoint.name, "reason": reason_label(error.reason)}
        messages.error(request, _("“%(name)s” could not be reached: %(reason)s") % facts)
    except CongError as error:
        messages.error(request, error.message)
    return redirect("delivery_destinations")


@role_required(*_ADMINISTRATORS)
@require_POST
def destination_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a destination into use or out of it."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    services.switch_endpoint(endpoint, active=not endpoint.active, user=request.user)
    return redirect("delivery_destinations")


def _channel(kind: str) -> Channel:
    channel = _known(kind)
    if channel is None:
        raise Http404
    return channel


def _forms(channel: Channel, request: HttpRequest, main: DestinationForm, endpoint: Endpoint | None = None) -> Forms:
    data, known = request.POST or None, endpoint.credential if endpoint else None
    config = key_config = key = None
    if channel.config_form is not None:
        config = channel.config_form(data, initial=endpoint.config if endpoint else None, prefix="config")
    # Where somebody signs in at the other side, nothing of the key is typed here.
    if channel.needs_credential and not channel.connect_url(endpoint):
        key = KeyForm(data, channel=channel, known=known)
        if channel.credential_form is not None:
            key_config = channel.credential_form(data, initial=known.config if known else None, prefix="key")
    return Forms(channel, main, config, key, key_config)


def _page(request: HttpRequest, page: Forms, *, title: str, endpoint: Endpoint | None = None) -> HttpResponse:
    credential = endpoint.credential if endpoint else None
    context = {
        "page_title": title, "page_subtitle": str(page.channel.label), "header_icon": "site", "form": page.main,
        "config": page.config, "key": page.key, "key_config": page.key_config, "endpoint": endpoint,
        "view": keys.key_view(credential) if credential else None, "connect": page.channel.connect_url(endpoint),
        "media": page.key.media if page.key else forms.Media(),
    }  # fmt: skip
    return render(request, "delivery/destination_form.html", context)
