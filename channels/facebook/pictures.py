"""The approved pictures of an article, named in the payload by their hash and proven again when they are sent."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image as PillowImage
from wagtail.images.models import SourceImageIOError

from campaigns.models import Approval
from channels.delivery.errors import Permanent, Retryable
from channels.facebook.forms import PICTURES_FIRST, PICTURES_NONE
from cms.core.files import BadFile
from cms.core.models import Image
from cms.core.pictures import clean_picture

# https://developers.facebook.com/docs/graph-api/reference/page/photos: files under 4 MB; larger edges are scaled down there.
PHOTO_BYTES = 4 * 1024 * 1024
EDGE = 2048
# An original that is larger is not read into memory.
ORIGINAL_BYTES = 40 * 1024 * 1024
# More pictures than this in one post are not looked at by anybody.
ALBUM_MAX = 10


@dataclass(frozen=True)
class Picture:
    """One approved picture: `sha256` is of the original's bytes, as the approval names it."""

    id: int
    sha256: str
    alt: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return asdict(self)


def find_pictures(approval: Approval, wish: str) -> list[Picture]:
    """The approved pictures that go along, in the order of the text."""
    if wish == PICTURES_NONE:
        return []
    hashes = {row["id"]: row["sha256"] for row in approval.payload.get("images") or ()}
    there = dict(Image.objects.filter(pk__in=hashes).values_list("pk", "file_sha256"))
    fit = [picture for picture in _in_order(approval.payload, hashes) if there.get(picture.id) == picture.sha256]
    return fit[: 1 if wish == PICTURES_FIRST else ALBUM_MAX]


def _in_order(payload: dict[str, Any], hashes: dict[int, str]) -> Iterator[Picture]:
    seen: set[int] = set()
    for block in payload.get("blocks") or ():
        key = block.get("image")
        if block.get("type") == "picture" and key in hashes and key not in seen:
            seen.add(key)
            yield Picture(key, hashes[key], str(block.get("alt") or ""))


def load_picture(picture: Picture) -> bytes:
    """A JPEG of exactly the picture that was approved: decoded whole, upright, without camera data, under 4 MB.

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
        clean = clean_picture(original).data
    except BadFile as error:
        raise Permanent("picture_broken") from error
    for edge, quality in ((EDGE, 88), (EDGE, 75), (EDGE // 2, 75)):
        content = _jpeg(clean, edge, quality)
        if len(content) <= PHOTO_BYTES:
            return content
    raise Permanent("picture_too_large")


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


def _jpeg(clean: bytes, edge: int, quality: int) -> bytes:
    """The decoded picture as JPEG; what was see-through becomes white."""
    with PillowImage.open(io.BytesIO(clean)) as opened:
        opened.thumbnail((edge, edge))
        layer = opened.convert("RGBA")
        ground = PillowImage.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        target = io.BytesIO()
        ground.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()
