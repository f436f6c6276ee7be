"""What the job does with a recording: speak it (draft voice), measure, judge, bring to one loudness, write down.

Files are made outside any transaction and under the name of their hash, so doing it twice gives the same files; the
rows are written in one short transaction that first proves that this worker still holds the job.
"""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from cms.core import audit, clock
from cms.core.errors import NotReady
from cms.core.jobs import Progress
from media.library.audio.files import sha256_of, sync_folder
from media.library.audio.judge import accept
from media.library.audio.measure import Measured, measure
from media.library.audio.profiles import STANDARD
from media.library.audio.refusals import RecordingRefused, Refusal
from media.library.audio.render import Rendered, render
from media.library.enums import RecordingState
from media.library.models import Recording, Rendition
from media.library.models.recordings import rendition_path
from media.library.services.recordings import announce, move
from media.library.speech.draft import speak, turns_of

logger = logging.getLogger(__name__)

STEPS = 2 + len(STANDARD)


def process_recording(*, recording_id: int, progress: Progress) -> dict[str, Any]:
    """Bring one recording to ready or refused; gives {"state", "reason"?} for the job's row.

    Safe to run twice. A refusal is a result, not a failure; only faults of this machine raise.
    """
    recording = Recording.objects.select_related("approval").get(pk=recording_id)
    if recording.state in (RecordingState.READY, RecordingState.WITHDRAWN):
        return {"state": recording.state}
    with transaction.atomic():
        move(recording, RecordingState.PROCESSING)
    measured: Measured | None = None
    try:
        prepare_draft(recording)
        progress(1, STEPS)
        measured = measure(recording.file)
        accept(measured)
        progress(2, STEPS)
        rendered = make_renditions(recording.file, measured, recording.pk, progress)
    except RecordingRefused as refused:
        return refuse(recording, refused, measured, progress)
    except NotReady:
        refuse(recording, RecordingRefused(Refusal.VOICE_FAILED), measured, progress)
        raise
    with transaction.atomic():
        progress(STEPS, STEPS)
        store_renditions(recording, rendered)
        move(
            recording,
            RecordingState.READY,
            measured=measured.as_json(),
            refusal_reason="",
            finished_at=clock.now(),
            sha256=recording.sha256,
            bytes=recording.bytes,
        )
        audit.record(recording, "library.recording.ready", data={"duration": measured.duration})
        announce(recording)
    return {"state": recording.state, "duration": measured.duration}


def prepare_draft(recording: Recording) -> None:
    """Speak a draft voice's text into its file, unless that was done before."""
    if not recording.is_draft:
        return
    if not recording.file.exists():
        speak(turns_of(recording.approval.payload), recording.file)
    recording.sha256, recording.bytes = sha256_of(recording.file), recording.file.stat().st_size


def make_renditions(source: Path, measured: Measured, recording_id: int, progress: Progress) -> list[Rendered]:
    """The standard renditions, each under the name of its hash."""
    work = Path(settings.MEDIA_ROOT) / "audio" / "work"
    made = []
    for number, profile in enumerate(STANDARD, start=1):
        result = render(source, measured, profile, work / f"{recording_id}-{profile.name}{profile.suffix}")
        home = rendition_path(result.sha256)
        home.parent.mkdir(parents=True, exist_ok=True)
        result.path.replace(home)
        sync_folder(home.parent)
        made.append(result)
        progress(2 + number, STEPS)
    return made


def store_renditions(recording: Recording, rendered: list[Rendered]) -> None:
    """Write the rows of the files, over those of an earlier run."""
    for result in rendered:
        Rendition.objects.update_or_create(
            recording=recording,
            profile=result.profile,
            defaults={
                "sha256": result.sha256,
                "bytes": result.bytes,
                "duration_ms": result.duration_ms,
                "loudness": result.loudness,
                "true_peak": result.true_peak,
            },
        )


def refuse(
    recording: Recording, refused: RecordingRefused, measured: Measured | None, progress: Progress
) -> dict[str, Any]:
    """Write down why; the original stays where it is."""
    with transaction.atomic():
        progress(STEPS, STEPS)
        move(
            recording,
            RecordingState.REFUSED,
            refusal_reason=refused.reason.value,
            finished_at=clock.now(),
            measured=measured.as_json() if measured else None,
        )
        audit.record(recording, "library.recording.refuse", data={"reason": refused.reason.value})
        announce(recording)
    logger.info(
        "recording refused",
        extra={"event": "recording_refused", "recording_id": recording.pk, "reason": refused.reason.value},
    )
    return {"state": recording.state, "reason": refused.reason.value}
