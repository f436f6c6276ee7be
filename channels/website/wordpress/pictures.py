"""The pictures of a text, as files that another site can keep: read again by their hash when they are sent."""

import logging
from dataclasses import dataclass
from typing import Any

from channels.delivery.errors import Permanent, Retryable
from cms.core.models import Image

logger = logging.getLogger(__name__)

# Wide enough for any page, small enough for a shared host's upload limit (2 MB is PHP's own default).
SIZE = "max-1280x1280"
LIMIT = 2 * 1024 * 1024
_KINDS = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_ENDINGS = {"jpeg": "jpg"}


@dataclass(frozen=True)
class Picture:
    """A file to upload. `slug` is made from the hash of the approved original, so that it is uploaded once."""

    slug: str
    name: str
    kind: str
    content: bytes
    alt: str


def slug_of(part: dict[str, Any]) -> str:
    """The name under which another site keeps the picture of this part."""
    return f"cong-{part['sha256'][:40]}"


def load(part: dict[str, Any]) -> Picture:
    """The picture of a part, made smaller. Raises Permanent when it is gone or is not the approved one."""
    image = Image.objects.filter(pk=part["image"]).first()
    if image is None:
        raise Permanent("picture_gone", evidence={"image": part["image"]})
    if not part["sha256"] or image.file_sha256 != part["sha256"]:
        raise Permanent("picture_changed", evidence={"image": part["image"]})
    form = "png" if str(image.file.name).lower().endswith(".png") else "jpeg"
    spec = f"{SIZE}|format-{form}" + ("|jpegquality-80" if form == "jpeg" else "")
    try:
        rendition = image.get_rendition(spec)
        with rendition.file.open("rb") as stream:
            content = stream.read(LIMIT + 1)
    except FileNotFoundError as error:
        raise Permanent("picture_gone", evidence={"image": part["image"]}) from error
    except OSError as error:
        raise Retryable(
            "picture_unreadable", evidence={"image": part["image"], "error": type(error).__name__}
        ) from error
    if len(content) > LIMIT:
        raise Permanent("wp_too_large", evidence={"image": part["image"], "bytes": len(content)})
    slug = slug_of(part)
    return Picture(slug, f"{slug}.{_ENDINGS.get(form, form)}", _KINDS[form], content, part["alt"])
