"""What can be heard of an item in one written language: one recording serves all the ways its language is written."""

from dataclasses import dataclass

from campaigns.models import ContentItem
from cms.core.languages import ORTHOGRAPHIES
from media.library import selectors as library

PROFILE = "download"


@dataclass(frozen=True)
class Sound:
    """A file that a page may play."""

    url: str
    seconds: float | None
    size: int | None
    mime: str = "audio/mpeg"
    is_draft: bool = False


def sounds_for(items: list[ContentItem], orthography: str) -> dict[int, Sound]:
    """Item id → what can be heard of it in the language that `orthography` writes; items without sound are left out."""
    row = ORTHOGRAPHIES.get(orthography)
    if row is None or not items:
        return {}
    found = library.airable_renditions(items, profile=PROFILE)
    return {
        item_id: Sound(
            f"/a/{rendition.sha256}",
            rendition.duration_ms / 1000,
            rendition.bytes,
            is_draft=rendition.recording.is_draft,
        )
        for (item_id, language), rendition in found.items()
        if language == row.language
    }
