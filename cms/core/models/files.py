"""Own image, document and rendition models: Wagtail cannot change them after the first migration."""

import hashlib
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class Image(AbstractImage):
    """A picture with the name of whoever must be credited for it."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    # Approvals name pictures by this hash; Wagtail's own file_hash is SHA-1.
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    # Wagtail's own model of the same name stays registered; without other reverse names the two would clash.
    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="core_images")

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        default_related_name = "core_images"
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Hash the file when it is new or another one."""
        if self.file and (not self.file_sha256 or not self.file._committed):
            self.file_sha256 = _sha256(self.file)
        super().save(*args, **kwargs)


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    position = file.tell() if not file.closed else 0
    file.open("rb") if file.closed else file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(position)
    return digest.hexdigest()


class Rendition(AbstractRendition):
    """One size of a picture."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="core_rendition_unique"),
        ]


class Document(AbstractDocument):
    """A file for download; served only after a permission check."""

    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="core_documents")

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        default_related_name = "core_documents"
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", "Can choose document")]
