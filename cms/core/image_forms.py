"""The admin's forms for pictures and documents: they judge what was uploaded by its bytes.

``WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.core.image_forms.SafeImageForm"`` and
``WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.core.image_forms.SafeDocumentForm"``.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import willow
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.core.files import DOCUMENTS, MB, MEDIA_TYPES, BadFile, read_upload, safe_name
from cms.core.pictures import clean_picture

MAX_DOCUMENT_BYTES = 20 * MB

# The kind a file name promises; a name that promises another kind than the bytes have is refused.
NAME_KINDS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "pptx": "pptx", "odt": "odt", "ods": "ods", "txt": "text"}


class SafeImageField(WagtailImageField):
    """Takes a picture only when all of it can be decoded, and hands on a newly encoded copy without camera data."""

    def to_python(self, data: Any) -> Any:
        """Return the clean upload with ``.image`` (for Wagtail) and ``.content_type``; ValidationError otherwise."""
        upload = forms.FileField.to_python(self, data)
        if upload is None:
            return None
        if self.max_upload_size is not None and upload.size > self.max_upload_size:
            self.check_image_file_size(upload)
        upload.seek(0)
        try:
            picture = clean_picture(upload.read())
        except BadFile as error:
            raise ValidationError(error.message, code="invalid_image") from error
        stem = PurePath(safe_name(upload.name or "", default="anh")).stem or "anh"
        media_type = MEDIA_TYPES[picture.kind]
        clean = SimpleUploadedFile(f"{stem}.{picture.ending}", picture.data, content_type=media_type)
        clean.image = willow.Image.open(clean)  # type: ignore[attr-defined]
        clean.seek(0)
        return clean


class SafeImageForm(BaseImageForm):
    """Wagtail's picture form with :class:`SafeImageField` (Wagtail's own fails on half of all broken pictures)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stock = self.fields.get("file")
        if stock is not None:
            safe = SafeImageField(label=stock.label, required=stock.required, widget=stock.widget)
            self.fields["file"] = safe


class SafeDocumentForm(BaseDocumentForm):
    """Wagtail's document form that takes office documents, PDF and plain text, by their bytes."""

    def clean_file(self) -> Any:
        """Return the file when its bytes are of an accepted kind and its name says the same kind."""
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data or not upload:
            return upload
        limit = int(getattr(settings, "WAGTAILDOCS_MAX_UPLOAD_SIZE", 0) or MAX_DOCUMENT_BYTES)
        try:
            data, kind = read_upload(upload, allowed=DOCUMENTS, max_bytes=limit)
        except BadFile as error:
            raise ValidationError(error.message, code="bad_file") from error
        ending = PurePath(upload.name).suffix.lower().lstrip(".")
        if NAME_KINDS.get(ending) != kind:
            raise ValidationError(
                _("The name of this file ends in “%(ending)s”, but its content is %(kind)s. Please check the file.")
                % {"ending": ending or "?", "kind": kind.upper()},
                code="kind_mismatch",
            )
        if kind == "pdf" and b"/Encrypt" in data[-4096:]:
            raise ValidationError(
                _("This file is protected by a password. Please remove the password and send it again."), code="locked"
            )
        upload.name = safe_name(upload.name)
        return upload
