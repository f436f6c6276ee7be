"""The recording that goes along with a script, named in the payload by its hash and read again when it is sent."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.models import Approval
from channels.delivery.errors import Permanent, Retryable
from cms.core import clock, languages

UPLOAD_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True)
class Sound:
    """An MP3 for download; `sha256` is of its bytes."""

    rendition: int
    sha256: str
    seconds: float
    file_name: str
    title: str

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return asdict(self)


def find_sound(approval: Approval) -> Sound | None:
    """The recording of exactly these words that may be aired now, or None."""
    from media.library.selectors import airable_rendition

    language = languages.ORTHOGRAPHIES[approval.orthography].language
    rendition = airable_rendition(approval.item, language, profile="download", at=clock.now())
    if rendition is None:
        return None
    title = str(approval.payload.get("title") or approval.item.title)
    return Sound(
        rendition=rendition.pk,
        sha256=rendition.sha256,
        seconds=float(rendition.seconds),
        file_name=f"ban-ghi-{approval.item_id}-{approval.orthography}.mp3",
        title=title[:64],
    )


def load_sound(sound: Sound) -> bytes:
    """The bytes, proven by their hash. Raises Permanent when they are gone or are not what was planned."""
    from media.library.models import Rendition

    rendition = Rendition.objects.filter(pk=sound.rendition).first()
    if rendition is None:
        raise Permanent("recording_gone")
    try:
        with rendition.file.open("rb") as stream:
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
