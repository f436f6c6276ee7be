"""Taking a recording in, taking it back, checking it again."""

import logging
import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.models import Approval, ContentItem
from cms.core import audit, clock, jobs
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.files import AUDIO, HEAD, safe_name, sniff
from cms.core.languages import ORTHOGRAPHIES, language_of
from cms.core.text import nfc
from media.library.audio.files import CHUNK, store_pieces
from media.library.audio.profiles import LIMITS
from media.library.audio.refusals import RecordingRefused, Refusal
from media.library.enums import TRANSITIONS, RecordingKind, RecordingState
from media.library.models import Recording
from media.library.permissions import may_record, may_withdraw
from media.library.selectors import text_to_record
from media.library.signals import sound_changed

logger = logging.getLogger(__name__)

PROCESS_JOB = "library.process_recording"
DRAFT_JOB = "library.draft_voice"
# What these bytes are is known and it is not sound; everything that is not known goes to ffmpeg to decide.
UNKNOWN_KINDS = AUDIO | {"unknown"}


def receive_recording(
    *,
    item: ContentItem,
    orthography: str,
    file: Any,
    user: Any,
    speaker: str = "",
    consent: bool = False,
    approval: Approval | None = None,
) -> Recording:
    """The recording that was sent, on its way to be checked (a job does that); the same file twice is one recording.

    `file` is an upload (chunks(), name) or an open binary file. `approval` is the text the speaker had before them
    (else the newest): when it changed meanwhile the recording is kept, bound to what it speaks, and not aired. Raises
    NotAllowed, NotReady (there is no text to read), RecordingRefused (empty, too big, certainly not sound).
    """
    if orthography not in ORTHOGRAPHIES:
        raise BadInput(_("This written language is not set up here."))
    if not may_record(user, orthography):
        raise NotAllowed(_("You may not send recordings in this language."))
    text = approval or text_to_record(item, orthography)
    if text is not None and (text.item_id, text.orthography) != (item.pk, orthography):
        raise BadInput(_("This text belongs to another script. Open the page again."))
    if text is None:
        raise NotReady(_("There is no text in this language yet. It is recorded once it was handed in for approval."))
    recording = Recording(
        item=item,
        approval=text,
        orthography=orthography,
        language=language_of(orthography).code,
        text_sha256=text.text_sha256,
        kind=RecordingKind.UPLOAD,
        speaker=nfc(speaker).strip()[:150],
        consent=consent,
        uploaded_by=user,
        received_at=clock.now(),
        original_name=safe_name(getattr(file, "name", "") or "")[:200],
    )
    keep_original(recording, file)
    try:
        return store_row(recording, text, user)
    except IntegrityError:
        # Somebody's second tap arrived between our look and our write.
        again = same_recording(recording)
        if again is None:
            raise
        return again


def keep_original(recording: Recording, file: Any) -> None:
    """Write what was sent to disk in pieces; sets path, hash and size. Raises RecordingRefused and keeps nothing."""
    suffix = PurePosixPath(recording.original_name).suffix.lower()[:8]
    clean = suffix if suffix[1:].isalnum() else ""
    recording.path = f"{recording.received_at:%Y/%m}/{uuid.uuid4().hex}{clean}"
    try:
        stored = store_pieces(pieces_of(file), recording.file, limit=LIMITS.bytes)
    except OSError as error:
        logger.exception("recording not stored", extra={"event": "recording_not_stored", "item_id": recording.item_id})
        raise NotReady(
            _("This machine could not store the file. Tell the operator, and send it again later.")
        ) from error
    if stored is None:
        raise RecordingRefused(Refusal.TOO_BIG)
    recording.sha256, recording.bytes = stored
    if recording.bytes == 0 or not may_be_sound(recording.file):
        recording.file.unlink()
        raise RecordingRefused(Refusal.NOT_AUDIO if recording.bytes else Refusal.EMPTY)


def pieces_of(file: Any) -> Any:
    """The bytes of an upload or of an open file, in pieces."""
    if hasattr(file, "chunks"):
        return file.chunks()
    return iter(lambda: file.read(CHUNK), b"")


def may_be_sound(path: Path) -> bool:
    """False when the first bytes are those of a picture, a document, a page, an archive or plain text."""
    with path.open("rb") as stream:
        return sniff(stream.read(HEAD)) in UNKNOWN_KINDS


def same_recording(recording: Recording) -> Recording | None:
    """The recording that already holds this file for this text; the newly written copy is then removed."""
    again = (
        Recording.objects.filter(
            item=recording.item,
            orthography=recording.orthography,
            text_sha256=recording.text_sha256,
            sha256=recording.sha256,
            kind=RecordingKind.UPLOAD,
        )
        .exclude(state=RecordingState.WITHDRAWN)
        .first()
    )
    if again is not None:
        recording.file.unlink(missing_ok=True)
    return again


def store_row(recording: Recording, text: Approval, user: Any) -> Recording:
    """Write the row, the wish to have it checked and the audit entry together."""
    again = same_recording(recording)
    if again is not None:
        return again
    with transaction.atomic():
        recording.save()
        jobs.enqueue(PROCESS_JOB, key=f"{PROCESS_JOB}:{recording.pk}", payload={"recording": recording.pk}, user=user)
        audit.record(
            recording,
            "library.recording.receive",
            user=user,
            data={"item": recording.item_id, "orthography": recording.orthography, "sha256": recording.sha256},
        )
    logger.info("recording received", extra={"event": "recording_received", "recording_id": recording.pk})
    return recording


def move(recording: Recording, state: str, **values: Any) -> None:
    """Change the state by the table, in the caller's transaction; raises Conflict when somebody was faster."""
    before = [old for old, allowed in TRANSITIONS.items() if state in allowed]
    changed = Recording.objects.filter(pk=recording.pk, state__in=before).update(state=state, **values)
    if changed != 1:
        raise Conflict(_("The recording is no longer in a state in which this can be done."), recording_id=recording.pk)
    recording.state = state
    for name, value in values.items():
        setattr(recording, name, value)


def announce(recording: Recording) -> None:
    """Tell the rooms above, once the change is certain."""
    item_id, language = recording.item_id, recording.language
    transaction.on_commit(lambda: sound_changed.send(sender=Recording, item_id=item_id, language=language))


@transaction.atomic
def withdraw_recording(*, recording: Recording, user: Any) -> None:
    """Take a recording back: it is not aired any more; its files are kept. Raises NotAllowed, Conflict."""
    if not may_withdraw(user, recording):
        raise NotAllowed(_("You may not withdraw this recording."))
    move(recording, RecordingState.WITHDRAWN)
    audit.record(recording, "library.recording.withdraw", user=user, data={"item": recording.item_id})
    announce(recording)


@transaction.atomic
def process_again(*, recording: Recording, user: Any) -> None:
    """Have a refused recording, or one whose job failed, checked again. Raises NotAllowed, Conflict."""
    if not may_withdraw(user, recording):
        raise NotAllowed(_("You may not have this recording checked again."))
    if recording.state in (RecordingState.READY, RecordingState.WITHDRAWN):
        raise Conflict(_("The recording is no longer in a state in which this can be done."))
    kind = DRAFT_JOB if recording.is_draft else PROCESS_JOB
    stamp = int(clock.now().timestamp())
    jobs.enqueue(kind, key=f"{kind}:{recording.pk}:{stamp}", payload={"recording": recording.pk}, user=user)
    audit.record(recording, "library.recording.again", user=user, data={"item": recording.item_id})
