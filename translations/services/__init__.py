"""The verbs of translations: everything that changes a job goes through one of these."""

from translations.services.jobs import assign_job, cancel_job, make_pseudo, open_job, refresh_job
from translations.services.review import approve_job, return_job, submit_for_review
from translations.services.typing import save_segment

__all__ = [
    "approve_job", "assign_job", "cancel_job", "make_pseudo", "open_job", "refresh_job", "return_job", "save_segment",
    "submit_for_review",
]  # fmt: skip
