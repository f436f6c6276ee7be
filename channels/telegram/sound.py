"""The recording that goes along with a script, named in the payload by its hash and read again when it is sent."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.models import Approval
from channels.delivery.errors import Permanent, Retryable
from cms.core import clock
from cms.core.languages import language_of
from media.library.models.recordings import rendition_path
from media.library.selectors import airable_rendition

UPLOAD_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True)
class Sound:
    """An MP3 for download; `sha256` is of its bytes, `is_draft` says that a machine reads it."""

    sha256: str
    seconds: float
    file_name: str
    title: str
    is_draft: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return asdict(self)


def find_sound(approval: Approval) -> Sound | None:
    """The recording of exactly these words that may be aired now, or None."""
    language = language_of(approval.orthography).code
    rendition = airable_rendition(approval.item, language, profile="download", at=clock.now())
    if rendition is None:
        return None
    title = str(approval.payload.get("title") or approval.item.title)
    return Sound(
        sha256=rendition.sha256,
        seconds=rendition.duration_ms / 1000,
        file_name=f"ban-ghi-{approval.item_id}-{approval.orthography}.mp3",
        title=title[:64],
        is_draft=rendition.recording.is_draft,
    )


def load_sound(sound: Sound) -> bytes:
    """The bytes, proven by their hash. Raises Permanent when they are gone or are not what was planned."""
    try:
        with rendition_path(sound.sha256).open("rb") as stream:
            content = stream.read(UPLOAD_LIMIT + 1)
    except FileNotFoundError as error:
        raise Permanent("recording_gone") from error
    except OSError as error:
        raise Retryable("recording_unreadable", evidence={"error": type(error).__name__}) from error
    if len(content) > UPLOAD_LIMIT:
        raise Permanent("recording_too_large")
    if hashlib.sha256(content).hexdigest() != sound.sha256:
        raise Permanent("recording_changed")
    return content
