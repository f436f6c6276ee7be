"""The PDF or Word file of an approved text, drawn from the approval when it is planned (to know its size) and when it is sent."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Approval
from channels.delivery.errors import Permanent
from cms.core.errors import BadInput, CongError
from media.library.services.downloads import document_of

# https://core.telegram.org/bots/api#senddocument
UPLOAD_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True)
class Paper:
    """A document that goes along: `content` is the SHA-256 of the approved payload it is drawn from."""

    kind: str
    file_name: str
    bytes: int
    content: str

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return asdict(self)


def find_paper(approval: Approval, kind: str) -> Paper:
    """The document as it would be drawn now. Raises NotReady when its letters cannot be drawn here, BadInput."""
    made = document_of(approval, kind)
    if len(made.content) > UPLOAD_LIMIT:
        raise BadInput(_("The document is larger than Telegram carries (50 MB)."))
    # The size is told in whole kilobytes: the same text may be packed a little differently by the next version.
    return Paper(kind, made.name, -(-len(made.content) // 1024) * 1024, approval.payload_sha256)


def load_paper(paper: Paper, approval: Approval | None) -> bytes:
    """The document's bytes. Raises Permanent when the approval is not the planned one or the document cannot be drawn."""
    if approval is None or approval.payload_sha256 != paper.content:
        raise Permanent("document_changed")
    try:
        content = document_of(approval, paper.kind).content
    except CongError as error:
        raise Permanent("document_not_drawn", evidence={"words": error.message[:200]}) from error
    if len(content) > UPLOAD_LIMIT:
        raise Permanent("document_too_large")
    return content
