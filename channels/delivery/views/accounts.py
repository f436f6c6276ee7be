"""The register of official accounts: everybody in the admin reads it, administrators keep it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.delivery import account_export, account_selectors
from channels.delivery.account_forms import AccountForm, FilterForm, initial_of
from channels.delivery.models import Endpoint, OfficialAccount
from channels.delivery.services import accounts as services
from cms.core import clock
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

READERS = (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
KEEPERS = (Role.ADMINISTRATOR,)
PER_PAGE = 50


@require_safe
@role_required(*READERS)
def account_list(request: HttpRequest) -> HttpResponse:
    """The register: what, how many, the filter in words; what needs attention stands first."""
    form = FilterForm(request.GET)
    wanted = form.wanted()
    at = clock.now()
    rows = account_selectors.account_rows(wanted, at=at)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    query = request.GET.copy()
    query.pop("trang", None)
    context = {
        "page_title": _("Official accounts"), "header_icon": "globe", "form": form, "page": page, "count": len(rows),
        "words": form.in_words(), "narrow": wanted.is_narrow, "attention": account_selectors.attention_counts(at=at),
        "may_change": services.may_keep_accounts(request.user), "query": query.urlencode(),
        "unregistered": account_selectors.unregistered_endpoints(),
    }  # fmt: skip
    return render(request, "delivery/accounts.html", context)


@require_safe
@role_required(*READERS)
def account_export_file(request: HttpRequest, ending: str) -> HttpResponse:
    """The list with its filter as CSV or XLSX."""
    rows = account_selectors.account_rows(FilterForm(request.GET).wanted(), at=clock.now())
    makers: dict[str, tuple[Callable[..., bytes], str]] = {
        "csv": (account_export.as_csv, "text/csv; charset=utf-8"),
        "xlsx": (account_export.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
    if ending not in makers:
        raise Http404
    make, content_type = makers[ending]
    response = HttpResponse(make(rows), content_type=content_type)
    name = f"tai-khoan-chinh-thuc-{clock.today():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@role_required(*KEEPERS)
def account_new(request: HttpRequest) -> HttpResponse:
    """Another account; ?noi-nhan=<number> fills in what a destination tells."""
    number = request.GET.get("noi-nhan", "")
    endpoint = Endpoint.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
    initial = account_selectors.guess_from(endpoint) if endpoint else {}
    form = AccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            account = services.register_account(form.values(), user=request.user)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("“%(name)s” is in the register.") % {"name": account.name})
            return redirect("delivery_account", pk=account.pk)
    return _form_page(request, form, title=_("New official account"))


@role_required(*READERS)
def account_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: readers see it, administrators change it."""
    account = get_object_or_404(
        OfficialAccount.objects.select_related(
            "organisation", "person_in_charge", "verified_by", "endpoint__credential"
        ),
        pk=pk,
    )
    may_change = services.may_keep_accounts(request.user)
    form = AccountForm(
        request.POST if request.method == "POST" and may_change else None, initial=initial_of(account), account=account
    )
    if request.method == "POST" and may_change and form.is_valid():
        try:
            services.change_account(account, form.values(), user=request.user)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("“%(name)s” was changed.") % {"name": form.cleaned_data["name"]})
            return redirect("delivery_accounts")
    row = account_selectors.AccountRow(
        account, account_selectors.health_of(account), account_selectors.reminders_for(account, at=clock.now())
    )
    return _form_page(request, form, title=account.name, row=row, may_change=may_change)


@role_required(*KEEPERS)
@require_POST
def account_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Verify, take out of use, take into use again."""
    actions: dict[str, tuple[Callable[..., OfficialAccount], Any]] = {
        "xac-minh": (services.verify_account, _("“%(name)s” was verified.")),
        "ngung": (services.retire_account, _("“%(name)s” is out of use and shown to the public no more.")),
        "dung-lai": (services.restore_account, _("“%(name)s” is in use again. Please verify it.")),
    }
    if action not in actions:
        raise Http404
    account = get_object_or_404(OfficialAccount, pk=pk)
    act, sentence = actions[action]
    try:
        act(account, user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, sentence % {"name": account.name})
    return redirect("delivery_accounts")


def _form_page(
    request: HttpRequest,
    form: AccountForm,
    *,
    title: str,
    row: account_selectors.AccountRow | None = None,
    may_change: bool = True,
) -> HttpResponse:
    context = {
        "page_title": title, "page_subtitle": _("Official accounts") if row else "", "header_icon": "globe",
        "form": form, "row": row, "may_change": may_change,
    }  # fmt: skip
    return render(request, "delivery/account_form.html", context)
