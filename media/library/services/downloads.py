"""Documents of an approved text, and the log of who took them."""

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from anyascii import anyascii
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image as PillowImage
from PIL import UnidentifiedImageError

from campaigns.models import Approval, ContentItem
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.models import Image
from media.library.documents.docx import draw_docx
from media.library.documents.outline import ApprovalFacts, Outline, build_outline
from media.library.documents.pdf import draw_pdf
from media.library.enums import DownloadKind
from media.library.models import Download
from media.library.selectors import recent_download

# A line that breaks and begins again within this time is the same download.
SAME_DOWNLOAD = timedelta(minutes=30)
CONTENT_TYPES = {
    DownloadKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DownloadKind.PDF: "application/pdf",
    DownloadKind.MP3: "audio/mpeg",
    DownloadKind.KIT: "application/zip",
}
DRAWERS = {DownloadKind.DOCX: draw_docx, DownloadKind.PDF: draw_pdf}
PICTURE_EDGE = 1600  # pixels: 150 mm at 270 dots per inch


@dataclass(frozen=True)
class DocumentFile:
    """A finished document."""

    name: str
    content: bytes
    sha256: str
    content_type: str


def outline_of(approval: Approval) -> Outline:
    """The outline of an approved text, with the pictures that were approved with it."""
    facts = ApprovalFacts(
        campaign=approval.item.campaign.title,
        payload_sha256=approval.payload_sha256,
        approved_by=approval.decided_by.get_full_name() if approval.decided_by else "",
        approved_at=approval.decided_at,
    )
    return build_outline(approval.payload, facts, pictures=pictures_of(approval))


def pictures_of(approval: Approval) -> dict[str, bytes]:
    """The approved pictures' bytes by their hash, made small enough to print; one that changed since is left out."""
    wanted = {image["id"]: image["sha256"] for image in approval.payload.get("images", [])}
    found = {}
    for image in Image.objects.filter(pk__in=wanted):
        if image.file_sha256 != wanted[image.pk]:
            continue
        try:
            with image.file.open("rb") as stream, PillowImage.open(stream) as picture:
                picture.thumbnail((PICTURE_EDGE, PICTURE_EDGE))
                out = io.BytesIO()
                picture.convert("RGB").save(out, "JPEG", quality=85)
        except (OSError, UnidentifiedImageError, ValueError):
            continue  # its words are printed in its place
        found[image.file_sha256] = out.getvalue()
    return found


def document_of(approval: Approval, kind: str) -> DocumentFile:
    """The PDF or Word file of an approved text; raises NotReady when its letters cannot be drawn here, BadInput."""
    if kind not in DRAWERS:
        raise BadInput(_("There is no such document."))
    content = DRAWERS[DownloadKind(kind)](outline_of(approval))
    return DocumentFile(
        name=file_name(approval, kind),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_type=CONTENT_TYPES[DownloadKind(kind)],
    )


def file_name(approval: Approval, ending: str) -> str:
    """A name every phone and every old Windows can keep: plain letters, the language, the number of the item."""
    words = slugify(anyascii(approval.payload["title"]))[:60].strip("-") or "noi-dung"
    return f"{words}-{approval.orthography}-{approval.item_id}.{ending}"


def log_download(*, user: Any, item: ContentItem, orthography: str, kind: str, sha256: str) -> Download | None:
    """The new row of the log, or None when this is the same download begun again."""
    at = clock.now()
    if recent_download(user, item, kind, sha256, at - SAME_DOWNLOAD):
        return None
    return Download.objects.create(user=user, item=item, orthography=orthography, kind=kind, sha256=sha256, at=at)
