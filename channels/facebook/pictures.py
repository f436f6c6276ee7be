"""Which approved pictures Facebook takes, and how large."""

from campaigns.models import Approval
from channels.delivery.errors import Permanent
from channels.delivery.pictures import Picture, approved_original, as_jpeg, pictures_of
from channels.facebook.forms import PICTURES_FIRST, PICTURES_NONE
from cms.core.models import Image

# https://developers.facebook.com/docs/graph-api/reference/page/photos: files under 4 MB; larger edges are scaled down there.
PHOTO_BYTES = 4 * 1024 * 1024
EDGE = 2048
# More pictures than this in one post are not looked at by anybody.
ALBUM_MAX = 10


def find_pictures(approval: Approval, wish: str) -> list[Picture]:
    """The approved pictures that go along, in the order of the text."""
    if wish == PICTURES_NONE:
        return []
    wanted = list(pictures_of(approval.payload))
    numbers = [picture.id for picture in wanted]
    there = dict(Image.objects.filter(pk__in=numbers).values_list("pk", "file_sha256"))
    fit = [picture for picture in wanted if there.get(picture.id) == picture.sha256]
    return fit[: 1 if wish == PICTURES_FIRST else ALBUM_MAX]


def load_picture(picture: Picture) -> bytes:
    """A JPEG of exactly the picture that was approved, under 4 MB. Raises as `approved_original` does."""
    clean = approved_original(picture)
    for edge, quality in ((EDGE, 88), (EDGE, 75), (EDGE // 2, 75)):
        content = as_jpeg(clean, edge=edge, quality=quality)
        if len(content) <= PHOTO_BYTES:
            return content
    raise Permanent("picture_too_large")
