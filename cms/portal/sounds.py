"""What may be played of approved texts, for many at once."""

from dataclasses import dataclass

from campaigns.models import Approval
from cms.core.languages import ORTHOGRAPHIES


@dataclass(frozen=True)
class PortalSound:
    """A sound file a centre may take."""

    sha256: str
    seconds: float
    size: int


def sounds_of(approvals: list[Approval]) -> dict[tuple[int, str], PortalSound]:
    """(item id, spoken language) → the sound that may be broadcast; what has none is left out."""
    from media.library import selectors as library

    found: dict[tuple[int, str], PortalSound] = {}
    for approval in approvals:
        row = ORTHOGRAPHIES.get(approval.orthography)
        if row is None or (approval.item_id, row.language) in found:
            continue
        rendition = library.airable_rendition(approval.item, row.language, profile="download")
        if rendition is not None:
            found[approval.item_id, row.language] = PortalSound(
                rendition.sha256, rendition.duration_ms / 1000, rendition.bytes
            )
    return found
