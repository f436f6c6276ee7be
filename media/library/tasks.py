"""Which job calls which verb."""

from typing import Any

from cms.core.jobs import Progress, handler
from cms.core.models import Job
from media.library.services.processing import process_recording
from media.library.services.recordings import DRAFT_JOB, PROCESS_JOB


@handler(PROCESS_JOB)
def process(job: Job, progress: Progress) -> dict[str, Any]:
    """Check a recording that was sent, and make its renditions."""
    return process_recording(recording_id=job.payload["recording"], progress=progress)


@handler(DRAFT_JOB)
def draft(job: Job, progress: Progress) -> dict[str, Any]:
    """Speak a draft voice, then treat it as any recording."""
    return process_recording(recording_id=job.payload["recording"], progress=progress)
