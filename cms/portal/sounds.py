"""What may be played of approved texts, for many at once."""

from dataclasses import dataclass

from campaigns.models import ContentItem
from media.library import selectors as library


@dataclass(frozen=True)
class PortalSound:
    """A sound file a centre may take."""

    sha256: str
    seconds: float
    size: int
    is_draft: bool = False


def sounds_of(items: list[ContentItem]) -> dict[tuple[int, str], PortalSound]:
    """(item id, spoken language) → the sound that may be broadcast; what has none is left out."""
    return {
        key: PortalSound(
            rendition.sha256, rendition.duration_ms / 1000, rendition.bytes, is_draft=rendition.recording.is_draft
        )
        for key, rendition in library.airable_renditions(items, profile="download").items()
    }
