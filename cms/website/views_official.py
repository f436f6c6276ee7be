"""The accounts through which the bodies of this province speak, for residents who ask which ones they may trust."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from channels.delivery.account_selectors import public_accounts
from cms.website.page_cache import whole_page_cache


@whole_page_cache
@require_safe
def official(request: HttpRequest) -> HttpResponse:
    """Every verified account in use, by the body that owns it; nothing about persons."""
    accounts = public_accounts()
    owners = [(owner, list(rows)) for owner, rows in groupby(accounts, key=lambda account: account.owner)]
    with translation.override("vi"):
        return render(request, "site/official.html", {"owners": owners, "total": len(accounts)})
