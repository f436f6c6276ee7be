"""Screens of approval in the admin: the queue, one request beside the last approved words, standing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.widgets import AdminDateInput

from campaigns import permissions
from campaigns.comparison import changed_count, compare
from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ApprovalDelegation, Hotline
from campaigns.payloads import build_payload, payload_sha256
from campaigns.selectors import current_approval
from campaigns.services import approvals, delegations
from campaigns.services.items import page_of
from campaigns.warnings import known_documents_of, warnings_for
from cms.core import clock, languages
from cms.core.errors import BadInput, CongError
from cms.core.models import Role, User
from cms.core.models.people import ADMIN_ROLES
from cms.core.permissions import has_role, role_required

PER_PAGE = 30
staff_only = role_required(*ADMIN_ROLES)


class DelegationForm(forms.Form):
    """Who stands in, and from which day to which."""

    to = forms.ModelChoiceField(label=gettext_lazy("Who stands in"), queryset=User.objects.none())
    valid_from = forms.DateField(label=gettext_lazy("First day"), widget=AdminDateInput)
    valid_to = forms.DateField(label=gettext_lazy("Last day"), widget=AdminDateInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        day = clock.today()
        field.queryset = (
            User.objects.filter(is_active=True, memberships__role__in=ADMIN_ROLES, memberships__valid_from__lte=day)
            .exclude(pk=user.pk)
            .exclude(memberships__valid_to__lt=day)
            .distinct()
            .order_by("full_name", "pk")
        )


@staff_only
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for approval, oldest first, and what was decided lately."""
    waiting = Approval.objects.filter(status=ApprovalStatus.PENDING).order_by("submitted_at", "pk")
    decided = Approval.objects.exclude(status=ApprovalStatus.PENDING).order_by("-decided_at", "-pk")
    page = Paginator(_with_people(waiting), PER_PAGE).get_page(request.GET.get("p"))
    known: dict[int, set[str]] = {}  # the documents on record, asked once for each campaign
    for approval in page.object_list:
        if approval.item.campaign_id not in known:
            known[approval.item.campaign_id] = known_documents_of(approval.payload)
    rows = [_queue_row(approval, request.user, known[approval.item.campaign_id]) for approval in page.object_list]
    context = {
        "rows": rows,
        "page": page,
        "mine": sum(row["open"] for row in rows),
        "decided": _with_people(decided)[:10],
        "may_decide": permissions.may_open_queue(request.user),
        "page_title": _("Approvals"),
        "header_icon": "clipboard-list",
    }
    return render(request, "campaigns/approvals/queue.html", context)


@staff_only
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: warnings, hotlines, the words against the last approved ones, and what this person may do."""
    return _detail_page(request, get_object_or_404(_with_people(Approval.objects.all()), pk=pk))


@require_POST
@staff_only
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, send back, take back or revoke; what was typed is kept when it is refused."""
    approval = get_object_or_404(_with_people(Approval.objects.all()), pk=pk)
    comment = request.POST.get("comment", "")
    verb = request.POST.get("verb", "")
    try:
        if verb == "approve":
            message = _approve(request, approval, comment)
        elif verb == "send_back":
            approvals.send_back(approval, request.user, comment=comment)
            message = _("Sent back to %(person)s with your comment.") % {"person": approval.submitted_by}
        elif verb == "withdraw":
            approvals.withdraw(approval, request.user)
            message = _("The request was taken back. The draft is kept.")
        elif verb == "revoke":
            approvals.revoke(approval, request.user, comment=comment)
            message = _("The approval is revoked. The text is off the web and will not be aired.")
        else:
            return redirect("campaigns_approval", pk=pk)
    except CongError as error:
        messages.error(request, error.message)
        return _detail_page(request, approval, comment=comment, status=error.status_code)
    messages.success(request, message)
    if verb in ("approve", "send_back"):
        return redirect("campaigns_approvals")
    return redirect("campaigns_approval", pk=pk)


@staff_only
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom; approvers give their right away for some days."""
    may_give = has_role(request.user, Role.APPROVER)
    form = DelegationForm(request.POST or None, user=request.user)
    if request.method == "POST" and may_give and form.is_valid():
        try:
            delegations.delegate(approver=request.user, user=request.user, **form.cleaned_data)
        except CongError as error:
            form.add_error(None, error.message)
        else:
            person = form.cleaned_data["to"]
            messages.success(request, _("%(person)s stands in for you on these days.") % {"person": person})
            return redirect("campaigns_delegations")
    rows = ApprovalDelegation.objects.filter(valid_to__gte=clock.today()).order_by("valid_from", "pk")
    rows = rows.select_related("approver", "delegate")
    both = [{"row": row, "may_end": request.user.pk in (row.approver_id, row.delegate_id)} for row in rows]
    context = {
        "form": form,
        "may_give": may_give,
        "rows": both,
        "page_title": _("Standing in for approvers"),
        "header_icon": "group",
    }
    return render(request, "campaigns/approvals/delegations.html", context)


@require_POST
@staff_only
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation."""
    try:
        delegations.end_delegation(get_object_or_404(ApprovalDelegation, pk=pk), user=request.user)
    except CongError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The delegation has ended."))
    return redirect("campaigns_delegations")


def waiting_for(user: Any) -> list[Approval]:
    """The requests that this person could approve now, oldest first; for the admin's first page."""
    if not permissions.may_open_queue(user):
        return []
    waiting = _with_people(Approval.objects.filter(status=ApprovalStatus.PENDING)).order_by("submitted_at")[:PER_PAGE]
    return [approval for approval in waiting if permissions.why_not_approve(user, approval) is None]


def hand_in_after_save(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Hand in a page whose draft was just saved with the “hand in” button; leads to the request, or back."""
    if "action-hand-in" not in request.POST:
        return None
    try:
        approval = approvals.submit(page, request.user)
    except CongError as error:
        messages.error(request, _("The draft is saved, but not handed in: %(reason)s") % {"reason": error.message})
        return redirect("wagtailadmin_pages:edit", page.pk)
    messages.success(request, _("Handed in for approval. You can go on writing; only these words will be judged."))
    return redirect("campaigns_approval", pk=approval.pk)


def say_where_it_stands(request: HttpRequest, page: Any) -> None:
    """In the page editor: say that the words wait for approval, or why they came back."""
    if request.method != "GET":
        return
    last = (
        Approval.objects.filter(item=page.item_id, orthography=page.locale.language_code)
        .select_related("decided_by")
        .order_by("-submitted_at", "-pk")
        .first()
    )
    if last is None:
        return
    if last.status == ApprovalStatus.RETURNED:
        text = _("%(person)s sent this back: %(comment)s")
        messages.warning(request, text % {"person": last.decided_by, "comment": last.comment})
    elif last.status == ApprovalStatus.PENDING:
        messages.info(request, _("These words wait for approval. What you change now is not part of that request."))


def _approve(request: HttpRequest, approval: Approval, comment: str) -> str:
    found = warnings_for(approval.payload)
    if any(warning.grave for warning in found) and request.POST.get("warnings_read") != "yes":
        raise BadInput(_("Read the warnings first and confirm that you have looked at each of them."))
    approvals.approve(approval, request.user, comment=comment, warnings_seen=[warning.code for warning in found])
    return _("Approved: %(title)s. It goes out by its schedule.") % {"title": approval.payload["title"]}


def _with_people(found: Any) -> Any:
    return found.select_related("item__campaign__issuer", "submitted_by", "decided_by", "source_approval")


def _language(code: str) -> str:
    orthography = languages.ORTHOGRAPHIES.get(code)
    return orthography.name_vi if orthography else code


def _queue_row(approval: Approval, user: Any, known: set[str]) -> dict[str, Any]:
    found = warnings_for(approval.payload, known_documents=known)
    reason = permissions.why_not_approve(user, approval)
    return {
        "approval": approval,
        "language": _language(approval.orthography),
        "grave": sum(warning.grave for warning in found),
        "open": reason is None,
        "reason": _reason_text(reason),
    }


def _reason_text(reason: str | None) -> str:
    return {
        None: "",
        "not_approver": _("only an approver decides about this"),
        "submitter": _("you handed it in"),
        "edited": _("you changed the words"),
        "stead_edited": _("the approver you stand in for changed the words"),
    }[reason]


def _detail_page(request: HttpRequest, approval: Approval, *, comment: str = "", status: int = 200) -> HttpResponse:
    user, item = request.user, approval.item
    before = _before(approval)
    rows = compare(before.payload if before else None, approval.payload)
    found = warnings_for(approval.payload)
    pending = approval.status == ApprovalStatus.PENDING
    reason = permissions.why_not_approve(user, approval) if pending else None
    page = page_of(item, orthography=approval.orthography)
    context = {
        "approval": approval,
        "language": _language(approval.orthography),
        "page": page,
        "newer_draft": pending and _has_newer_words(page, approval),
        "before": before,
        "rows": rows,
        "changed": changed_count(rows),
        "warnings": found,
        "grave": sum(warning.grave for warning in found),
        "hotlines": _hotline_rows(approval),
        "pending": pending,
        "may_approve": pending and reason is None,
        "why_not": _reason_text(reason),
        "others": permissions.possible_approvers(approval) if pending and reason else [],
        "may_send_back": pending and permissions.may_decide(user, item, approval.orthography),
        "may_withdraw": pending and user.pk == approval.submitted_by_id,
        "may_revoke": approval.status == ApprovalStatus.APPROVED and permissions.may_revoke(user, approval),
        "comment": comment,
        "page_title": approval.payload.get("title") or item.title,
        "page_subtitle": approval.get_status_display(),
        "header_icon": "clipboard-list",
    }
    return render(request, "campaigns/approvals/detail.html", context, status=status)


def _has_newer_words(page: Any, approval: Approval) -> bool:
    """True when the draft says something else by now than what was handed in."""
    latest = page.get_latest_revision() if page and page.latest_revision_id != approval.revision_id else None
    return latest is not None and payload_sha256(build_payload(latest.as_object())) != approval.payload_sha256


def _before(approval: Approval) -> Approval | None:
    """What these words are compared with: the approval in force, or for a decided one the approval before it."""
    if approval.status == ApprovalStatus.PENDING:
        return current_approval(approval.item, approval.orthography)
    return (
        Approval.objects.filter(item=approval.item, orthography=approval.orthography, decided_at__isnull=False)
        .filter(status__in=(ApprovalStatus.APPROVED, ApprovalStatus.SUPERSEDED, ApprovalStatus.REVOKED))
        .filter(submitted_at__lt=approval.submitted_at)
        .order_by("-submitted_at")
        .first()
    )


def _hotline_rows(approval: Approval) -> list[dict[str, Any]]:
    """The numbers as they would be told to people, each with its row as it is now."""
    lines = approval.payload.get("hotlines", [])
    rows = Hotline.objects.select_related("verified_by").in_bulk([line["id"] for line in lines])
    found = []
    for line in lines:
        row = rows.get(line["id"])
        good = row is not None and row.is_current and row.number == line["number"]
        found.append({"line": line, "row": row, "good": good})
    return found
