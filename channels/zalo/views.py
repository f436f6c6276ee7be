"""Connecting official accounts, for administrators: our form, the way to Zalo, the way back.

The way to Zalo is a link on a page of ours and not the answer to the form: our pages forbid forms to lead elsewhere.
"""

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from channels.delivery.errors import SendError
from channels.delivery.models import Endpoint
from channels.delivery.reasons import reason_label
from channels.zalo import connecting, oauth, services
from channels.zalo.api import Account
from channels.zalo.client import Zalo
from channels.zalo.forms import ConnectForm, ZaloConfigForm
from cms.core.errors import BadInput, CongError
from cms.core.models import Role
from cms.core.permissions import role_required

logger = logging.getLogger(__name__)


@role_required(Role.ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What must be known before Zalo is asked: application, and for a new destination its name, owner and settings."""
    endpoint = get_object_or_404(Endpoint.objects.select_related("credential"), pk=pk, kind="zalo") if pk else None
    secret_known = bool(_known_secret(request, endpoint))
    kept = connecting.typed(request.session, user=request.user, endpoint=endpoint)
    initial = kept or {"app_id": _app_id(endpoint)}
    form = ConnectForm(request.POST or None, initial=initial, secret_known=secret_known, existing=endpoint is not None)
    config = None
    if endpoint is None:
        config = ZaloConfigForm(request.POST or None, initial=kept.get("config"), prefix="config")
    if request.method == "POST" and form.is_valid() and (config is None or config.is_valid()):
        data = form.cleaned_data
        fields: dict[str, Any] = {"app_id": data["app_id"]}
        try:
            if config is not None:
                services.check_name_is_free(data["name"])
                fields |= {"name": data["name"], "organisation": data["organisation"].pk, "config": config.cleaned_data}
            connecting.begin(
                request.session, user=request.user, endpoint=endpoint, fields=fields, app_secret=data["app_secret"]
            )
        except CongError as error:
            form.add_error(None, error.message)
        else:
            return redirect("zalo_ask")
    context = {
        "page_title": _("Connect a Zalo account"), "page_subtitle": str(endpoint or ""), "header_icon": "site",
        "form": form, "config": config, "return_address": connecting.return_address(), "endpoint": endpoint,
    }  # fmt: skip
    return render(request, "ch_zalo/connect.html", context)


@role_required(Role.ADMINISTRATOR)
@never_cache
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """The page with the way to Zalo."""
    try:
        address = connecting.permission_address(request.session, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
        return redirect("delivery_destinations")
    context = {"page_title": _("Give the permission at Zalo"), "header_icon": "site", "address": address}
    return render(request, "ch_zalo/ask.html", context)


@role_required(Role.ADMINISTRATOR)
@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Where Zalo sends the browser: exchange the code, store the tokens, say what is connected now."""
    try:
        begun = connecting.finish(request.session, user=request.user, state=request.GET.get("state", ""))
    except CongError as error:
        messages.error(request, error.message)
        return redirect("delivery_destinations")
    form_address = reverse("zalo_reconnect", args=[begun.endpoint_id]) if begun.endpoint_id else reverse("zalo_connect")
    try:
        endpoint, account = _connect(request, begun)
    except SendError as error:
        logger.warning("zalo account not connected", extra={"event": "zalo_not_connected", "class": error.outcome})
        _say_no(request, reason_label(error.reason))
        return redirect(form_address)
    except CongError as error:
        _say_no(request, error.message)
        return redirect(form_address)
    connecting.forget(request.session)
    facts = {"name": endpoint.name, "account": account.name or account.id}
    messages.success(request, _("“%(name)s” now speaks for the Zalo account “%(account)s”.") % facts)
    return redirect("delivery_destinations")


def _connect(request: HttpRequest, begun: connecting.Begun) -> tuple[Endpoint, Account]:
    code = request.GET.get("code", "")
    if not code:
        raise BadInput(_("The permission was not given at Zalo."))
    tokens = oauth.exchange(
        app_id=begun.fields["app_id"], app_secret=begun.app_secret, code=code[:1000], verifier=begun.verifier
    )
    account = _account(tokens.access, told=request.GET.get("oa_id", ""))
    endpoint = services.connect_account(begun=begun, tokens=tokens, account=account, user=request.user)
    return endpoint, account


def _account(token: str, *, told: str) -> Account:
    """Who the token speaks for, by its own word; what the browser carried only when Zalo cannot be asked now."""
    try:
        account = Zalo(token).account()
    except SendError as error:
        logger.info("zalo account not named", extra={"event": "zalo_account_not_named", "class": error.outcome})
        account = Account("", "")
    if account.id:
        return account
    if not told.isdigit() or len(told) > 25:
        raise BadInput(_("Zalo did not say which account it is."))
    return Account(told, account.name)


def _say_no(request: HttpRequest, reason: str) -> None:
    words = _("The account was not connected: %(reason)s. What you typed is kept; please try again.")
    messages.error(request, words % {"reason": reason.rstrip(".")})


def _known_secret(request: HttpRequest, endpoint: Endpoint | None) -> str:
    try:
        return connecting.known_secret(request.session, user=request.user, endpoint=endpoint)
    except CongError:  # the key of our own encryption is another one now: the secret is simply asked for again
        return ""


def _app_id(endpoint: Endpoint | None) -> str:
    return str((endpoint.credential.config if endpoint and endpoint.credential else {}).get("app_id") or "")
