"""Signing in, and where a person is led afterwards."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cms.core.navigation import first_page_of


class SignInView(LoginView):
    """The log-in page; afterwards the page that was asked for, or the person's first page."""

    template_name = "core/login.html"

    def get_default_redirect_url(self) -> str:
        """Where to go when no page was asked for."""
        return reverse("start")


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Leads to the first page this person may open, or says that nothing was assigned yet."""
    first = first_page_of(request.user)
    return redirect(first) if first else render(request, "core/start.html")
