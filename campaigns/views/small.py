"""Small screens of the admin: a new item, a hotline's number, a pause."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.forms import HotlineNumberForm, NewItemForm, PauseForm
from campaigns.models import Hotline, Pause
from campaigns.selectors import pauses_at
from campaigns.services import hotlines, items, pauses
from cms.core import clock
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def new_item(request: HttpRequest) -> HttpResponse:
    """Ask for campaign, kind and title; then lead to the page editor."""
    form = NewItemForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            item = items.create_item(user=request.user, **form.cleaned_data)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            page = items.page_of(item, orthography=item.source_orthography)
            assert page is not None
            return redirect("wagtailadmin_pages:edit", page.pk)
    return _form_page(request, form, title=_("New article or script"), button=_("Write the words"), icon="doc-full")


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def change_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace a hotline's number; says what follows from it."""
    hotline = get_object_or_404(Hotline, pk=pk)
    form = HotlineNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = hotlines.change_number(hotline, number=form.cleaned_data["number"], user=request.user)
        except CongError as error:
            form.add_error("number", error.message)
        else:
            messages.success(request, _("The number was replaced. Now somebody must verify %(line)s.") % {"line": new})
            return redirect(reverse("wagtailsnippets_campaigns_hotline:list"))
    return _form_page(
        request,
        form,
        title=_("Change the number of %(line)s") % {"line": hotline.label},
        button=_("Change the number"),
        icon="mobile-alt",
        note=_(
            "Every text with the old number stops being aired at once and hides it on the web, "
            "until it is approved again with the new one."
        ),
    )


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def verify_hotline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for, and record, that this person has called the number and it is right."""
    hotline = get_object_or_404(Hotline, pk=pk)
    if request.method != "POST":
        return _form_page(
            request,
            forms.Form(),
            title=_("Verify %(line)s") % {"line": hotline},
            button=_("I called this number and it is right"),
            icon="tick",
            note=_("Call the number now. Your name and the time are kept with it."),
        )
    hotlines.verify(hotline, user=request.user)
    messages.success(request, _("%(line)s is verified.") % {"line": hotline})
    return redirect(reverse("wagtailsnippets_campaigns_hotline:list"))


@role_required(Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
def pause_list(request: HttpRequest) -> HttpResponse:
    """What is paused now and later, and the form for a new pause."""
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pauses.pause(user=request.user, **form.cleaned_data)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The pause is ordered."))
            return redirect("campaigns_pauses")
    now = clock.now()
    return render(
        request,
        "campaigns/pauses.html",
        {
            "form": form,
            "current": pauses_at(now),
            "coming": Pause.objects.filter(starts_at__gt=now),
            "page_title": _("Pauses"),
            "header_icon": "cross",
        },
    )


@require_POST
@role_required(Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
def end_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pause now."""
    pauses.end_now(get_object_or_404(Pause, pk=pk), user=request.user)
    messages.success(request, _("The pause has ended."))
    return redirect("campaigns_pauses")


def _form_page(
    request: HttpRequest, form: forms.Form, *, title: str, button: str, icon: str, note: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "page_title": title, "header_icon": icon, "button": button, "note": note}
    return render(request, "campaigns/small_form.html", context)
