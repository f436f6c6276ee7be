"""Residents write; editors read and tick off."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.errors import CongError
from cms.core.permissions import has_role, role_required
from cms.website import feedback
from cms.website.forms import MessageForm
from cms.website.models import ResidentMessage

PER_PAGE = 30


# A message carries nobody's authority, so there is nothing to forge; without the token the page sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form, and thanks; what was typed stays when something is wrong."""
    form = MessageForm(request.POST or None, initial={"page": request.GET.get("tu", "")[:300]})
    status = 200
    if request.method == "POST":
        if form.is_program:
            return render(request, "site/feedback_thanks.html")
        if form.is_valid():
            data = form.cleaned_data
            try:
                feedback.take_message(
                    kind=data["kind"],
                    text=data["text"],
                    place=data["place"],
                    page=data["page"],
                    address=request.META.get("REMOTE_ADDR", ""),
                )
            except CongError as error:
                form.add_error(None, error.message)
                status = error.status_code
            else:
                return render(request, "site/feedback_thanks.html")
        else:
            status = 400
    return render(request, "site/feedback.html", {"form": form}, status=status)


@require_safe
@role_required(*feedback.READERS)
def read(request: HttpRequest) -> HttpResponse:
    """What residents wrote: what nobody has handled first, then newest."""
    everything = request.GET.get("tat-ca") == "1"
    rows = ResidentMessage.objects.select_related("handled_by")
    page = Paginator(rows if everything else rows.filter(handled_at__isnull=True), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    return render(
        request,
        "site/messages.html",
        {
            "page": page,
            "everything": everything,
            "may_handle": has_role(request.user, *feedback.READERS[:2]),
            "waiting": ResidentMessage.objects.filter(handled_at__isnull=True).count(),
        },
    )


@require_POST
@role_required(*feedback.READERS[:2])
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticks one message off."""
    try:
        feedback.mark_handled(message=get_object_or_404(ResidentMessage, pk=pk), user=request.user)
    except CongError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Marked as handled."))
    return redirect("site:messages")
