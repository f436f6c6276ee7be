"""Named points at which a test may let this process die, as `kill -9` would.

Without settings.CONG_CRASH_POINTS (tests only; refused by `check --deploy`) a point does nothing at all.
"""

import os
import signal

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

POINTS = frozenset(
    {
        "before_claim_commit",
        "after_claim",
        "before_intent_commit",
        "after_intent",
        "after_reply_before_receipt",
        "before_receipt_commit",
        "after_receipt",
    }
)


def point(name: str) -> None:
    """Die here when a test asked for it by CONG_CRASH_AT=`name`."""
    if settings.CONG_CRASH_POINTS and os.environ.get("CONG_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)


@register(Tags.security, deploy=True)
def no_crash_points_in_production(**kwargs: object) -> list[CheckMessage]:
    """Crash points belong to tests."""
    if settings.CONG_CRASH_POINTS:
        return [Error("CONG_CRASH_POINTS must be off outside tests.", id="delivery.E001")]
    return []
