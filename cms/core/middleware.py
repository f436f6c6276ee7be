"""What every request passes: an id for the log, and the gate of the admin."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from cms.core.logs import request_id
from cms.core.navigation import links_for
from cms.core.permissions import can_enter_admin

GetResponse = Callable[[HttpRequest], HttpResponse]

_GOOD_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")

# What must open before anybody is known: the log-in pages and the catalogue of their scripts.
OPEN_ADMIN_PATHS = ("login/", "logout/", "password_reset/", "jsi18n/", "sprite/")


class RequestIdMiddleware:
    """Gives every request an id that its log lines carry and its response shows (``X-Request-ID``)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identifier = given if _GOOD_ID.match(given) else uuid.uuid4().hex
        token = request_id.set(identifier)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = identifier
        return response


def admin_root() -> str:
    """The path under which the admin is mounted, with a slash at its end."""
    try:
        return reverse("wagtailadmin_home")
    except NoReverseMatch:
        return "/admin/"


class AdminGateMiddleware:
    """Lets editors, approvers and administrators into the admin; shows everybody else the way to their own pages.

    Wagtail's advisories are mostly leaks between users who may enter its admin, so nobody else gets a single admin
    view. Two of its views show titles to people without the right to the object, and are closed here as well: the
    choosers' listing API to people who may not choose, and the move confirmation of a page to people who may not
    move it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        root = admin_root()
        if not request.path.startswith(root):
            return self.get_response(request)
        rest = request.path[len(root) :]
        if rest.startswith(OPEN_ADMIN_PATHS):
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), str(getattr(settings, "WAGTAILADMIN_LOGIN_URL", "/")))
        if not can_enter_admin(user):
            return self._closed(request)
        if self._peeks(request, rest):
            return self._closed(request)
        return self.get_response(request)

    def _closed(self, request: HttpRequest) -> HttpResponse:
        """A plain page that says no and links to the pages this person may open."""
        return render(request, "core/admin_closed.html", {"own_pages": links_for(request.user)}, status=403)

    def _peeks(self, request: HttpRequest, rest: str) -> bool:
        """True for the two admin views that answer people without the right to the object they show."""
        user = request.user
        for kind, right in (("images", "core.choose_image"), ("documents", "core.choose_document")):
            if rest.startswith(f"api/main/{kind}/") and not user.has_perm(right):
                return True
        moved = re.match(r"pages/(\d+)/move/", rest)
        if moved:
            from wagtail.models import Page

            page = Page.objects.filter(pk=int(moved[1])).first()
            return page is None or not page.permissions_for_user(user).can_move()
        return False
