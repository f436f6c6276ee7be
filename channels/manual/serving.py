"""Pictures of what was done go only to those whose task it is, and to those who plan."""

from pathlib import PurePosixPath

from django.http import HttpRequest

from channels.manual.models import ManualTask, TaskPhoto
from channels.manual.permissions import READERS, tasks_of
from channels.manual.services.photos import FOLDER
from cms.core.media_views import register_media
from cms.core.permissions import has_role


def may_have_photo(request: HttpRequest, path: str) -> bool:
    """True when the picture belongs to a task that this person may see."""
    photos = TaskPhoto.objects.filter(sha256=PurePosixPath(path).stem)
    if has_role(request.user, *READERS):
        return photos.exists()
    if not request.user.is_authenticated:
        return False
    return photos.filter(task__in=ManualTask.objects.filter(tasks_of(request.user))).exists()


register_media(FOLDER, may_have_photo)
