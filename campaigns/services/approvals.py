"""Verbs of approval. Every change of an approval's status goes through ``_move`` and the one transition table."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from campaigns import permissions
from campaigns.enums import APPROVAL_TRANSITIONS, ApprovalStatus
from campaigns.models import Approval, ContentItem
from campaigns.models.pages import ContentPage
from campaigns.payloads import build_payload, payload_sha256, text_sha256
from campaigns.selectors import current_approval, stale_hotlines
from campaigns.signals import approval_ended, approval_granted
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady

logger = logging.getLogger(__name__)

SubmissionCheck = Callable[[ContentPage, dict[str, Any]], None]
_submission_checks: dict[str, SubmissionCheck] = {}


def register_submission_check(name: str, check: SubmissionCheck) -> None:
    """Let a room above refuse words when they are handed in: ``check(page, payload)`` raises a CongError to refuse."""
    _submission_checks[name] = check


@transaction.atomic
def submit(page: ContentPage, user: Any, *, source_approval: Approval | None = None, comment: str = "") -> Approval:
    """The request for approval of the page's newest draft, as a row that holds its whole payload and hash.

    Handing in the same words twice gives the same request; other words withdraw the request that waits. A translation
    names the approval of the source it was made from. Raises NotAllowed, BadInput (empty or incomplete words), NotReady
    (the source is not approved) and Conflict (exactly these words are approved already).
    """
    item = ContentItem.objects.select_for_update().get(pk=page.item_id)
    orthography = page.locale.language_code
    if not permissions.may_submit(user, item, orthography):
        raise NotAllowed(_("You may not hand in words for approval in this language."))
    revision = page.get_latest_revision() or page.save_revision(user=user, clean=False)
    draft = revision.as_object()
    _check_complete(draft)
    payload = build_payload(draft)
    for check in _submission_checks.values():
        check(draft, payload)
    source_approval = _source_of(item, orthography, source_approval)
    digest = payload_sha256(payload)
    in_force = current_approval(item, orthography)
    if in_force is not None and in_force.payload_sha256 == digest and in_force.source_approval == source_approval:
        raise Conflict(_("Exactly these words are approved already. Change something first."))
    waiting = Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.PENDING).first()
    if waiting is not None:
        if waiting.payload_sha256 == digest and waiting.source_approval == source_approval:
            return waiting
        _move(waiting, ApprovalStatus.WITHDRAWN, user=user, comment=_("Replaced by a newer request."))
    approval = Approval.objects.create(
        item=item,
        orthography=orthography,
        revision_id=revision.pk,
        payload=payload,
        payload_sha256=digest,
        text_sha256=text_sha256(payload),
        source_approval=source_approval,
        submitted_by=user,
        submitted_at=clock.now(),
        comment=comment.strip(),
    )
    audit.record(approval, "campaigns.approval.submit", user=user, data=_facts(approval))
    return approval


@transaction.atomic
def approve(approval: Approval, user: Any, *, comment: str = "", warnings_seen: Iterable[str] = ()) -> Approval:
    """The request, approved by this person; the approval that was in force before is superseded.

    Four eyes: NotAllowed for whoever handed it in or changed the words since the last approval, superusers included.
    Conflict when it is no longer waiting, NotReady when a hotline in it is not current or its source is not approved
    any more. ``warnings_seen`` are the codes of the editorial warnings that were shown; they go into the audit.
    """
    fresh = _locked(approval)
    _refuse_without_four_eyes(user, fresh)
    if payload_sha256(fresh.payload) != fresh.payload_sha256:
        raise Conflict(
            _("What is stored for this request does not match its own fingerprint. Please hand it in again.")
        )
    _refuse_what_changed_meanwhile(fresh)
    before = current_approval(fresh.item, fresh.orthography)
    if before is not None:
        _move(before, ApprovalStatus.SUPERSEDED, user=user)
    stead = _acting_for(user, fresh)
    _move(fresh, ApprovalStatus.APPROVED, user=user, comment=comment, warnings=list(warnings_seen), in_stead_of=stead)
    _tell(approval_granted, fresh)
    return _same(approval, fresh)


@transaction.atomic
def send_back(approval: Approval, user: Any, *, comment: str) -> Approval:
    """The request, returned with what is to be done. Raises BadInput without a comment, NotAllowed, Conflict."""
    fresh = _locked(approval)
    if not permissions.may_decide(user, fresh.item, fresh.orthography):
        raise NotAllowed(_("You may not decide about this request."))
    if not comment.strip():
        raise BadInput(_("Say what is to be changed: whoever wrote it has only your comment."))
    _move(fresh, ApprovalStatus.RETURNED, user=user, comment=comment)
    return _same(approval, fresh)


@transaction.atomic
def withdraw(approval: Approval, user: Any) -> Approval:
    """The request, taken back by whoever handed it in (or another who may hand in). Raises NotAllowed, Conflict."""
    fresh = _locked(approval)
    if user.pk != fresh.submitted_by_id and not permissions.may_submit(user, fresh.item, fresh.orthography):
        raise NotAllowed(_("You may not take back this request."))
    _move(fresh, ApprovalStatus.WITHDRAWN, user=user)
    return _same(approval, fresh)


@transaction.atomic
def revoke(approval: Approval, user: Any, *, comment: str) -> Approval:
    """The approval, no longer in force: its page comes off the web in the same commit, and nothing of it is aired.

    When it is the source's, the pages translated from it come off too: what was wrong there is wrong in every language.
    Who approved it and when stays on the row; who revoked it and why is in the audit. Raises NotAllowed, BadInput
    without a reason, Conflict when it is not in force.
    """
    from campaigns.services import publishing

    fresh = _locked(approval)
    if not permissions.may_revoke(user, fresh):
        raise NotAllowed(_("You may not revoke this approval."))
    if not comment.strip():
        raise BadInput(_("Say why the approval is revoked."))
    _move(fresh, ApprovalStatus.REVOKED, user=user, comment=comment)
    for orthography in _written_from(fresh):
        publishing.unpublish(fresh.item, orthography, user=user, reason=comment)
    return _same(approval, fresh)


def _written_from(approval: Approval) -> list[str]:
    """The written languages of this approval's words: its own, and for the source those translated from the item."""
    item = approval.item
    if approval.orthography != item.source_orthography:
        return [approval.orthography]
    others = Approval.objects.filter(item=item, status=ApprovalStatus.APPROVED).exclude(pk=approval.pk)
    return [approval.orthography, *others.values_list("orthography", flat=True)]


def _locked(approval: Approval) -> Approval:
    return Approval.objects.select_for_update(of=("self",)).select_related("item__campaign").get(pk=approval.pk)


def _same(given: Approval, fresh: Approval) -> Approval:
    """Carry the new state to the object the caller holds, and return it."""
    for name in ("status", "decided_by", "decided_at", "comment", "ended_at"):
        setattr(given, name, getattr(fresh, name))
    return given


def _move(
    approval: Approval,
    to: str,
    *,
    user: Any,
    comment: str = "",
    warnings: list[str] | None = None,
    in_stead_of: Any = None,
) -> None:
    """Change the status by the transition table, as one conditional UPDATE, and write the audit."""
    before = approval.status
    if to not in APPROVAL_TRANSITIONS[before]:
        raise Conflict(
            _("This request is “%(before)s” and cannot become “%(after)s”.")
            % {"before": approval.get_status_display(), "after": ApprovalStatus(to).label}
        )
    changes: dict[str, Any] = {"status": to}
    if before == ApprovalStatus.PENDING:
        changes |= {"decided_by": user, "decided_at": clock.now()}
        if comment.strip():
            changes["comment"] = comment.strip()
    else:
        changes["ended_at"] = clock.now()
    if Approval.objects.filter(pk=approval.pk, status=before).update(**changes) != 1:
        raise Conflict(_("Somebody else decided about this request just now."))
    for name, value in changes.items():
        setattr(approval, name, value)
    data = _facts(approval) | {"before": before, "comment": comment.strip()}
    if warnings:
        data["warnings"] = warnings
    if in_stead_of is not None:
        data["in_stead_of"] = in_stead_of.pk
    audit.record(approval, f"campaigns.approval.{to}", user=user, data=data)
    if before == ApprovalStatus.APPROVED:
        _tell(approval_ended, approval)


def _facts(approval: Approval) -> dict[str, Any]:
    return {
        "item_id": approval.item_id,
        "orthography": approval.orthography,
        "revision_id": approval.revision_id,
        "payload_sha256": approval.payload_sha256,
    }


def _tell(signal: Any, approval: Approval) -> None:
    """Tell the rooms above after the commit; a listener that fails is logged and stops nobody."""

    def send() -> None:
        for receiver, answer in signal.send_robust(sender=Approval, approval=approval):
            if isinstance(answer, Exception):
                logger.error(
                    "listener failed",
                    exc_info=answer,
                    extra={"event": "listener_failed", "approval_id": approval.pk, "listener": repr(receiver)},
                )

    transaction.on_commit(send)


def _check_complete(draft: ContentPage) -> None:
    """Refuse words that the editor's form would not let go live: a required part empty, a turn without words."""
    if not len(draft.body) and not getattr(draft, "summary", "").strip():
        raise BadInput(_("There are no words yet. Write them first."))
    try:
        draft.full_clean(exclude=["item"])
        draft.body.stream_block.clean(draft.body)
    except ValidationError as error:
        # Wagtail's own words for a part of the body are neither translated nor of help.
        said = (str(message) for message in getattr(error, "messages", []))
        reasons = "; ".join(dict.fromkeys(each for each in said if each and not each.startswith("Validation error in")))
        raise BadInput(
            _("Some part is not filled in yet. Open the draft and complete it: %(reasons)s")
            % {"reasons": reasons or draft.title}
        ) from error


def _source_of(item: ContentItem, orthography: str, given: Approval | None) -> Approval | None:
    if orthography == item.source_orthography:
        return None
    source = given or current_approval(item, item.source_orthography)
    if source is None or source.status != ApprovalStatus.APPROVED:
        raise NotReady(_("The text it was translated from is not approved (any more)."))
    if source.item_id != item.pk or source.orthography != item.source_orthography:
        raise BadInput(_("This translation was made from another text."))
    return source


def _refuse_without_four_eyes(user: Any, approval: Approval) -> None:
    reason = permissions.why_not_approve(user, approval)
    if reason is None:
        return
    sentences = {
        "not_approver": _("You may not approve this."),
        "submitter": _("You handed this in yourself. Somebody else must approve it."),
        "edited": _("You have changed these words since the last approval. Somebody else must approve them."),
        "stead_edited": _("The approver you stand in for has changed these words. Somebody else must approve them."),
    }
    raise NotAllowed(sentences[reason], reason=reason)


def _refuse_what_changed_meanwhile(approval: Approval) -> None:
    stale = stale_hotlines(approval)
    if stale:
        raise NotReady(
            _("This hotline is not verified or not in use (any more): %(lines)s. Please send the text back.")
            % {"lines": ", ".join(f"{line['label']} {line['number']}" for line in stale)}
        )
    source = approval.source_approval
    if source is not None and source.status != ApprovalStatus.APPROVED:
        raise NotReady(_("The text it was translated from is not approved (any more)."))
    if approval.revision_id and not Revision.objects.filter(pk=approval.revision_id).exists():
        raise NotReady(_("The draft of this request is no longer there. Please hand it in again."))


def _acting_for(user: Any, approval: Approval) -> Any:
    """The approver in whose stead this person decides, or None when they decide in their own right."""
    if permissions.approves_in_own_right(user, approval.item, approval.orthography):
        return None
    hands = permissions.editors_since_last_approval(approval.item, approval.orthography) | {approval.submitted_by_id}
    return next((row.approver for row in permissions.delegations_held(user) if row.approver_id not in hands), None)
