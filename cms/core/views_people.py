"""The administrators' screen of people: who has a log-in, a new one, a new password, switched off."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cms.core.errors import CongError
from cms.core.models.people import Role, User
from cms.core.permissions import role_required
from cms.core.services import people

PER_PAGE = 50


class PersonForm(forms.Form):
    """A new person."""

    username = forms.CharField(label=gettext_lazy("Log-in name"), max_length=150)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)


@never_cache
@role_required(Role.ADMINISTRATOR)
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody with a log-in, and the form for a new one. A first password is shown in the answer and nowhere else."""
    form = PersonForm(request.POST or None)
    shown: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            user, password = people.add_person(by=request.user, **form.cleaned_data)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            shown = {"person": str(user), "username": user.username, "password": password}
            form = PersonForm()
    return _page(request, form, shown)


@never_cache
@require_POST
@role_required(Role.ADMINISTRATOR)
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fresh password once."""
    user = get_object_or_404(User, pk=pk)
    try:
        shown = {"person": str(user), "username": user.username, "password": people.new_password(user, by=request.user)}
    except CongError as error:
        messages.error(request, error.message)
        return redirect("core_people")
    return _page(request, PersonForm(), shown)


@require_POST
@role_required(Role.ADMINISTRATOR)
def person_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a log-in off or on."""
    user = get_object_or_404(User, pk=pk)
    try:
        people.switch_person(user, active=not user.is_active, by=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        text = _("%(person)s may log in again.") if user.is_active else _("%(person)s can no longer log in.")
        messages.success(request, text % {"person": user})
    return redirect("core_people")


def _page(request: HttpRequest, form: PersonForm, shown: dict[str, str]) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    found = User.objects.prefetch_related("memberships").order_by("full_name", "username")
    if words:
        found = found.filter(Q(full_name__icontains=words) | Q(username__icontains=words))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "form": form, "shown": shown, "page": page, "words": words, "page_title": _("People"), "header_icon": "user",
    }  # fmt: skip
    return render(request, "core/people/list.html", context)
