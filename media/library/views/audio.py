"""Sound by content address: devices, the public site and editors all fetch here."""

import logging

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from media.library.models import Rendition
from media.library.permissions import may_hear
from media.library.selectors import public_rendition
from media.library.serving import FOREVER, PRIVATE, whole_or_part

logger = logging.getLogger(__name__)


@require_safe
def rendition(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The bytes with this hash: to anybody while their text is approved and they may be aired, else to those with the
    right to hear them; 404 for everybody else, so that nobody learns what exists."""
    found = public_rendition(sha256)
    cache = FOREVER
    if found is None:
        known = Rendition.objects.filter(sha256=sha256).select_related("recording")
        found = next((row for row in known if may_hear(request.user, row.recording)), None)
        cache = PRIVATE
    if found is None:
        raise Http404
    if not found.file.is_file():
        logger.error("rendition missing", extra={"event": "rendition_missing", "rendition_id": found.pk})
        raise Http404
    return whole_or_part(
        request,
        found.file,
        sha256=sha256,
        content_type=found.content_type,
        name=f"{sha256[:12]}.mp3",
        cache=cache,
        attachment=False,
    )
