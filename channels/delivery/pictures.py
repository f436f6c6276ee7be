"""The approved pictures of an article, named in a variant by their hash and proven again when they are sent."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image as PillowImage
from wagtail.images.models import SourceImageIOError

from channels.delivery.errors import Permanent, Retryable
from cms.core.files import BadFile
from cms.core.models import Image
from cms.core.pictures import clean_picture

# An original that is larger is not read into memory.
ORIGINAL_BYTES = 40 * 1024 * 1024


@dataclass(frozen=True)
class Picture:
    """One approved picture: `sha256` is of the original's bytes, as the approval names it."""

    id: int
    sha256: str
    alt: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return asdict(self)


def pictures_of(payload: dict[str, Any]) -> Iterator[Picture]:
    """The pictures of an approved payload in the order of the text, each once."""
    hashes = {row["id"]: row["sha256"] for row in payload.get("images") or ()}
    seen: set[int] = set()
    for block in payload.get("blocks") or ():
        number = block.get("image")
        if block.get("type") == "picture" and number in hashes and number not in seen:
            seen.add(number)
            yield Picture(number, hashes[number], str(block.get("alt") or ""))


def approved_original(picture: Picture) -> bytes:
    """Exactly the picture that was approved, decoded whole, upright, without camera data.

    Raises Permanent when it is gone, is not the approved one or cannot be decoded; Retryable when it cannot be read now.
    """
    image = Image.objects.filter(pk=picture.id).first()
    if image is None:
        raise Permanent("picture_gone")
    try:
        with image.file.open("rb") as stream:
            original = stream.read(ORIGINAL_BYTES + 1)
    except FileNotFoundError as error:
        raise Permanent("picture_gone") from error
    except OSError as error:
        raise Retryable("picture_unreadable", evidence={"error": type(error).__name__}) from error
    if hashlib.sha256(original).hexdigest() != picture.sha256:
        raise Permanent("picture_changed")
    try:
        return clean_picture(original).data
    except BadFile as error:
        raise Permanent("picture_broken") from error


def as_jpeg(clean: bytes, *, edge: int, quality: int) -> bytes:
    """The decoded picture as JPEG, no side longer than `edge` points; what was see-through becomes white."""
    with PillowImage.open(io.BytesIO(clean)) as opened:
        opened.thumbnail((edge, edge))
        layer = opened.convert("RGBA")
        ground = PillowImage.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        target = io.BytesIO()
        ground.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def thumbnails(pictures: Iterable[Picture]) -> list[tuple[str, str]]:
    """(address, what it shows) of each picture that still exists, small, for the preview; "" where it cannot be drawn."""
    rows = list(pictures)
    images = Image.objects.in_bulk([picture.id for picture in rows])
    found = []
    for picture in rows:
        image = images.get(picture.id)
        if image is None:
            continue
        try:
            address = str(image.get_rendition("max-320x320").url)
        except (OSError, SourceImageIOError):
            address = ""
        found.append((address, picture.alt))
    return found
