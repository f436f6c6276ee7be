"""Destinations and their keys, for administrators. A key is typed once and never shown again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.models import Organisation
from channels.delivery import services
from channels.delivery.contract import Channel, channel_for, channels
from channels.delivery.errors import SendError
from channels.delivery.models import Endpoint
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

_ADMINISTRATORS = (Role.ADMINISTRATOR,)


class DestinationForm(forms.Form):
    """What every destination has; the channel's own settings come after it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    organisation = forms.ModelChoiceField(label=gettext_lazy("Owned by"), queryset=Organisation.objects.all())
    secret = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Leave empty to keep the present one. It is never shown again."),
    )


@role_required(*_ADMINISTRATORS)
def destination_list(request: HttpRequest) -> HttpResponse:
    """All destinations with the health of their keys."""
    rows = Endpoint.objects.select_related("organisation", "credential")
    labels = {channel.kind: channel.label for channel in channels()}
    context = {
        "page_title": _("Destinations"), "header_icon": "site",
        "rows": [(row, labels.get(row.kind, row.kind)) for row in rows], "kinds": labels.items(),
    }  # fmt: skip
    return render(request, "delivery/destinations.html", context)


@role_required(*_ADMINISTRATORS)
def destination_new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new destination of a kind."""
    channel = _channel(kind)
    form = DestinationForm(request.POST or None)
    config = _config_form(channel, request)
    if request.method == "POST" and form.is_valid() and (config is None or config.is_valid()):
        data = form.cleaned_data
        try:
            with transaction.atomic():
                credential = None
                if data["secret"]:
                    credential = services.save_credential(
                        kind=kind, name=data["name"], secret=data["secret"], user=request.user
                    )
                services.create_endpoint(
                    kind=kind,
                    name=data["name"],
                    organisation=data["organisation"],
                    credential=credential,
                    config=config.cleaned_data if config else {},
                    user=request.user,
                )
        except CongError as error:
            form.add_error(None, error.message)
        except IntegrityError:
            form.add_error("name", _("Another destination has this name already."))
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": data["name"]})
            return redirect("delivery_destinations")
    return _page(request, channel, form, config, title=_("New destination"))


@role_required(*_ADMINISTRATORS)
def destination_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, owner, setting or key."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    channel = _channel(endpoint.kind)
    initial = {"name": endpoint.name, "organisation": endpoint.organisation_id}
    form = DestinationForm(request.POST or None, initial=initial)
    config = _config_form(channel, request, endpoint.config)
    if request.method == "POST" and form.is_valid() and (config is None or config.is_valid()):
        data = form.cleaned_data
        try:
            services.change_endpoint(
                endpoint,
                name=data["name"],
                organisation=data["organisation"],
                secret=data["secret"],
                config=config.cleaned_data if config else {},
                user=request.user,
            )
        except CongError as error:
            form.add_error(None, error.message)
        except IntegrityError:
            form.add_error("name", _("Another destination has this name already."))
        else:
            messages.success(request, _("“%(name)s” was changed.") % {"name": data["name"]})
            return redirect("delivery_destinations")
    return _page(request, channel, form, config, title=_("Change the destination"))


@role_required(*_ADMINISTRATORS)
@require_POST
def destination_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the other side who is there; nothing is sent."""
    endpoint = get_object_or_404(Endpoint.objects.select_related("credential"), pk=pk)
    try:
        secret = endpoint.credential.secret if endpoint.credential else ""
        messages.success(request, _channel(endpoint.kind).test_connection(endpoint, secret))
    except SendError as error:
        facts = {"name": endpoint.name, "reason": error.reason}
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
    try:
        return channel_for(kind)
    except KeyError:
        raise Http404 from None


def _config_form(channel: Channel, request: HttpRequest, initial: dict[str, Any] | None = None) -> forms.Form | None:
    if channel.config_form is None:
        return None
    return channel.config_form(request.POST or None, initial=initial, prefix="config")


def _page(
    request: HttpRequest, channel: Channel, form: DestinationForm, config: forms.Form | None, *, title: str
) -> HttpResponse:
    if not channel.needs_credential:
        del form.fields["secret"]
    context = {
        "page_title": title, "page_subtitle": str(channel.label), "header_icon": "site", "form": form, "config": config,
    }  # fmt: skip
    return render(request, "delivery/destination_form.html", context)
