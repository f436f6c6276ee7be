"""The library's verbs."""

from media.library.services.downloads import document_of, log_download
from media.library.services.drafts import allow_draft_on_air, forbid_draft_on_air, make_draft_voice
from media.library.services.recordings import process_again, receive_recording, withdraw_recording

__all__ = [
    "allow_draft_on_air",
    "document_of",
    "forbid_draft_on_air",
    "log_download",
    "make_draft_voice",
    "process_again",
    "receive_recording",
    "withdraw_recording",
]
