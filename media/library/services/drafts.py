"""The draft voice: asked for by an editor, aired only by an approver's word."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval
from cms.core import audit, clock, jobs
from cms.core.errors import Conflict, NotAllowed, NotReady
from media.library.enums import RecordingKind, RecordingState
from media.library.models import Recording
from media.library.permissions import may_allow_on_air, may_make_draft
from media.library.selectors import is_stale
from media.library.services.recordings import DRAFT_JOB, announce
from media.library.speech.draft import turns_of


def make_draft_voice(*, approval: Approval, user: Any) -> Recording:
    """The draft voice of this text, on its way (a job speaks it); asking twice gives the same one.

    The text may still wait for approval: hearing it is what the draft is for. Raises NotAllowed, NotReady, BadInput
    (another language than Vietnamese, no words).
    """
    if not may_make_draft(user):
        raise NotAllowed(_("You may not use the draft voice."))
    if approval.status not in (ApprovalStatus.PENDING, ApprovalStatus.APPROVED):
        raise NotReady(_("This text is no longer in use; take the newest one."))
    turns_of(approval.payload)
    live = Recording.objects.filter(
        item=approval.item,
        orthography=approval.orthography,
        text_sha256=approval.text_sha256,
        kind=RecordingKind.DRAFT_VOICE,
    ).exclude(state__in=[RecordingState.WITHDRAWN, RecordingState.REFUSED])
    with transaction.atomic():
        again = live.first()
        if again is not None:
            return again
        at = clock.now()
        recording = Recording.objects.create(
            item=approval.item,
            approval=approval,
            orthography=approval.orthography,
            language="vi",
            text_sha256=approval.text_sha256,
            kind=RecordingKind.DRAFT_VOICE,
            uploaded_by=user,
            received_at=at,
            path=f"{at:%Y/%m}/{uuid.uuid4().hex}.wav",
            speaker="espeak-ng",
        )
        jobs.enqueue(DRAFT_JOB, key=f"{DRAFT_JOB}:{recording.pk}", payload={"recording": recording.pk}, user=user)
        audit.record(recording, "library.draft.make", user=user, data={"item": approval.item_id})
    return recording


@transaction.atomic
def allow_draft_on_air(*, recording: Recording, approver: Any) -> None:
    """Let this draft voice be aired. Raises NotAllowed, Conflict (not a draft, not ready, or of an older text)."""
    if not may_allow_on_air(approver):
        raise NotAllowed(_("Only an approver may allow a draft voice on air."))
    if not recording.is_draft or recording.state != RecordingState.READY:
        raise Conflict(_("Only a draft voice that is ready can be allowed on air."))
    if is_stale(recording):
        raise Conflict(_("The text changed since this draft voice was made. Make a new one first."))
    at = clock.now()
    changed = Recording.objects.filter(pk=recording.pk, state=RecordingState.READY, air_allowed_at__isnull=True).update(
        air_allowed_by=approver, air_allowed_at=at
    )
    if changed:
        recording.air_allowed_by, recording.air_allowed_at = approver, at
        audit.record(recording, "library.draft.allow", user=approver, data={"item": recording.item_id})
        announce(recording)


@transaction.atomic
def forbid_draft_on_air(*, recording: Recording, approver: Any) -> None:
    """Take back the word that let this draft voice be aired. Raises NotAllowed."""
    if not may_allow_on_air(approver):
        raise NotAllowed(_("Only an approver may allow a draft voice on air."))
    changed = Recording.objects.filter(pk=recording.pk, air_allowed_at__isnull=False).update(
        air_allowed_by=None, air_allowed_at=None
    )
    if changed:
        recording.air_allowed_by, recording.air_allowed_at = None, None
        audit.record(recording, "library.draft.forbid", user=approver, data={"item": recording.item_id})
        announce(recording)
