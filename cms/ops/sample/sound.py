"""Draft voices for the sample's scripts, heard and allowed on air by the approver."""

import time

from campaigns.models import Approval
from cms.core import jobs
from cms.ops.sample.content import Cast
from media.library.models import Recording
from media.library.services.drafts import allow_draft_on_air, make_draft_voice


def load_voices(cast: Cast, *, limit: int | None = None, seconds: float = 120.0) -> list[Recording]:
    """A draft voice, allowed on air, for the scripts of running campaigns (at most `limit`); the jobs run here and now.

    What is not ready in time stays with the worker, and is aired once the approver allows it.
    """
    scripts = [each for each in cast.approvals if each.item.kind == "script" and _running(each)]
    recordings = [make_draft_voice(approval=each, user=cast.people["bientap"]) for each in scripts[:limit]]
    until = time.monotonic() + seconds
    while any(recording.state not in ("ready", "refused") for recording in recordings) and time.monotonic() < until:
        if not jobs.run_due(limit=1):
            time.sleep(0.2)
        for recording in recordings:
            recording.refresh_from_db()
    for recording in recordings:
        if recording.state == "ready" and recording.air_allowed_at is None:
            allow_draft_on_air(recording=recording, approver=cast.people["pheduyet"])
    return recordings


def _running(approval: Approval) -> bool:
    from cms.core import clock

    return approval.item.campaign.starts_on <= clock.today() <= approval.item.campaign.ends_on
