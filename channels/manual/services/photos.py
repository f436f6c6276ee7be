"""Pictures of what was done: newly encoded, made small, kept by their hash before the confirmation is complete."""

import hashlib
import io
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from channels.manual.models import ManualTask, TaskPhoto
from channels.manual.permissions import require_owner
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.files import MB, BadFile
from cms.core.pictures import clean_picture

FOLDER = "manual/photos/"
MOST_PHOTOS = 8
LARGEST = 15 * MB
# Enough to read a notice in the picture; a village's line need not carry more.
EDGE = 1600
UNUSED = timedelta(days=14)


def save_photo(*, user: Any, task: ManualTask, data: bytes) -> TaskPhoto:
    """The picture, kept with the task; the same file twice is one picture.

    It is decoded and written anew (no camera data, no place). Raises BadFile in words for its sender, BadInput when
    there are enough pictures, NotAllowed for people of other bodies and areas.
    """
    require_owner(user, task)
    if len(data) > LARGEST:
        raise BadFile(_("This picture is larger than %(size)s MB.") % {"size": LARGEST // MB})
    content, width, height = shrunk(data)
    sha256 = hashlib.sha256(content).hexdigest()
    known = TaskPhoto.objects.filter(task=task, sha256=sha256).first()
    if known is not None:
        return known
    if TaskPhoto.objects.filter(task=task).count() >= MOST_PHOTOS:
        raise BadInput(_("At most %(n)s pictures for one task.") % {"n": MOST_PHOTOS})
    _write(photo_path(sha256), content)
    photo, _made = TaskPhoto.objects.get_or_create(
        task=task,
        sha256=sha256,
        defaults={
            "width": width, "height": height, "bytes": len(content), "uploaded_by": user, "uploaded_at": clock.now(),
        },
    )  # fmt: skip
    return photo


def shrunk(data: bytes) -> tuple[bytes, int, int]:
    """A clean JPEG of the picture, at most EDGE points long, with its width and height."""
    clean = clean_picture(data)
    with Image.open(io.BytesIO(clean.data)) as picture:
        small = picture.convert("RGB")
        small.thumbnail((EDGE, EDGE))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=82, optimize=True)
        return out.getvalue(), small.width, small.height


def forget_unused(now: datetime | None = None) -> int:
    """How many pictures were forgotten that belong to no confirmation a fortnight after they were sent.

    People may be seen on them: what nobody refers to is not kept. A file goes when its last row has gone.
    """
    old = TaskPhoto.objects.filter(confirmations__isnull=True, uploaded_at__lt=(now or clock.now()) - UNUSED)
    count = 0
    for photo in old[:200]:
        photo.delete()
        count += 1
        if not TaskPhoto.objects.filter(sha256=photo.sha256).exists():
            photo_path(photo.sha256).unlink(missing_ok=True)
    return count


def photo_path(sha256: str) -> Path:
    """Where the picture with this hash lies."""
    return Path(settings.MEDIA_ROOT) / FOLDER / sha256[:2] / f"{sha256}.jpg"


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".neu-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
