"""Which approved pictures Telegram takes, and how large."""

from dataclasses import dataclass

from campaigns.models import Approval
from channels.delivery.errors import Permanent
from channels.delivery.pictures import Picture, approved_original, as_jpeg, pictures_of
from cms.core.models import Image

# https://core.telegram.org/bots/api#sendphoto: 10 MB, width and height together at most 10 000, ratio at most 20.
PHOTO_BYTES = 10 * 1024 * 1024
RATIO_LIMIT = 20
# Telegram's own clients show at most 2 560 points; what is larger only costs people on slow lines.
EDGE = 2560
ALBUM_MIN, ALBUM_MAX = 2, 10


@dataclass(frozen=True)
class Found:
    """The pictures that can go along, and how many cannot."""

    pictures: tuple[Picture, ...] = ()
    left_out: int = 0


def find_pictures(approval: Approval, *, most: int = ALBUM_MAX) -> Found:
    """The approved pictures in the order of the text, at most `most`, without those that Telegram would refuse."""
    wanted = list(pictures_of(approval.payload))
    images = Image.objects.in_bulk([picture.id for picture in wanted])
    most = min(most, ALBUM_MAX)
    fit = [picture for picture in wanted if (image := images.get(picture.id)) is not None and _fits(image, picture)]
    # Where one is wished for, the others are not left out: they are not wanted.
    left_out = len(wanted) - len(fit[:most]) if most > 1 else len(wanted) - len(fit)
    return Found(tuple(fit[:most]), left_out)


def _fits(image: Image, picture: Picture) -> bool:
    long, short = max(image.width, image.height), min(image.width, image.height)
    return image.file_sha256 == picture.sha256 and 0 < short and long <= short * RATIO_LIMIT


def load_picture(picture: Picture) -> bytes:
    """A JPEG of exactly the picture that was approved, at most 10 MB. Raises as `approved_original` does."""
    content = as_jpeg(approved_original(picture), edge=EDGE, quality=88)
    if len(content) > PHOTO_BYTES:
        raise Permanent("picture_too_large")
    return content
