"""The approved pictures of an article, named in the payload by their hash and checked again when they are sent."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image as PillowImage
from wagtail.images.models import SourceImageIOError

from campaigns.models import Approval
from channels.delivery.errors import Permanent, Retryable
from cms.core.files import BadFile
from cms.core.models import Image
from cms.core.pictures import clean_picture

# https://core.telegram.org/bots/api#sendphoto: 10 MB, width and height together at most 10 000, ratio at most 20.
PHOTO_BYTES = 10 * 1024 * 1024
RATIO_LIMIT = 20
# Telegram's own clients show at most 2 560 points; what is larger only costs people on slow lines.
EDGE = 2560
# An original that is larger is not read into memory.
ORIGINAL_BYTES = 40 * 1024 * 1024
ALBUM_MIN, ALBUM_MAX = 2, 10


@dataclass(frozen=True)
class Picture:
    """One approved picture: `sha256` is of the original's bytes, as the approval names it."""

    id: int
    sha256: str
    alt: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in a variant's payload."""
        return asdict(self)


@dataclass(frozen=True)
class Found:
    """The pictures that can go along, and how many cannot."""

    pictures: tuple[Picture, ...] = ()
    left_out: int = 0


def find_pictures(approval: Approval, *, most: int = ALBUM_MAX) -> Found:
    """The approved pictures in the order of the text, at most `most`, without those that Telegram would refuse."""
    hashes = {row["id"]: row["sha256"] for row in approval.payload.get("images") or ()}
    images = {image.pk: image for image in Image.objects.filter(pk__in=hashes)}
    wanted = list(_in_order(approval.payload.get("blocks") or (), hashes))
    most = min(most, ALBUM_MAX)
    fit = [picture for picture in wanted if (image := images.get(picture.id)) is not None and _fits(image, picture)]
    # Where one is wished for, the others are not left out: they are not wanted.
    left_out = len(wanted) - len(fit[:most]) if most > 1 else len(wanted) - len(fit)
    return Found(tuple(fit[:most]), left_out)


def _in_order(blocks: Iterable[dict[str, Any]], hashes: dict[int, str]) -> Iterable[Picture]:
    seen = set()
    for block in blocks:
        number = block.get("image")
        if block.get("type") == "picture" and number in hashes and number not in seen:
            seen.add(number)
            yield Picture(number, hashes[number], str(block.get("alt") or ""))


def _fits(image: Image, picture: Picture) -> bool:
    long, short = max(image.width, image.height), min(image.width, image.height)
    return image.file_sha256 == picture.sha256 and 0 < short and long <= short * RATIO_LIMIT


def load_picture(picture: Picture) -> bytes:
    """A JPEG of exactly the picture that was approved: decoded whole, upright, without camera data, at most 10 MB.

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
        content = _jpeg(clean_picture(original).data)
    except BadFile as error:
        raise Permanent("picture_broken") from error
    if len(content) > PHOTO_BYTES:
        raise Permanent("picture_too_large")
    return content


def thumbnails(pictures: Iterable[Picture]) -> list[tuple[str, str]]:
    """(address, what it shows) of each picture that still exists, small, for the preview."""
    rows = list(pictures)
    images = Image.objects.in_bulk([picture.id for picture in rows])
    found = []
    for picture in rows:
        image = images.get(picture.id)
        if image is None:
            continue
        try:
            address = image.get_rendition("max-320x320").url
        except (OSError, SourceImageIOError):
            address = ""
        found.append((address, picture.alt))
    return found


def _jpeg(clean: bytes) -> bytes:
    """The decoded picture as JPEG; what was see-through becomes white."""
    with PillowImage.open(io.BytesIO(clean)) as opened:
        opened.thumbnail((EDGE, EDGE))
        layer = opened.convert("RGBA")
        ground = PillowImage.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        target = io.BytesIO()
        ground.save(target, "JPEG", quality=88, optimize=True, progressive=True)
    return target.getvalue()
