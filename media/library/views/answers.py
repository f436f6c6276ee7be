"""What a person sees when something cannot be done."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from cms.core.errors import CongError


def refused(request: HttpRequest, error: CongError) -> HttpResponse:
    """A page with the reason and the way back."""
    context = {"message": error.message, "back": request.headers.get("Referer", "")}
    return render(request, "library/refused.html", context, status=error.status_code)


def sign_in_first(request: HttpRequest) -> HttpResponseBase | None:
    """The way to the log-in page for who is not signed in, else None."""
    return None if request.user.is_authenticated else redirect_to_login(request.get_full_path())
