"""NFC on save, for every model of ours and for Wagtail's pages: text typed on another keyboard is the same text."""

from typing import Any

from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver

from cms.core.text import nfc

_OURS = ("cms.", "campaigns", "translations", "media.", "channels.", "wagtail.models")


@receiver(pre_save, dispatch_uid="core.nfc_on_save")
def nfc_on_save(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: Any) -> None:
    """Normalise every text column before it is written. Bulk writes pass by signals and normalise for themselves."""
    if raw or not sender.__module__.startswith(_OURS):
        return
    for field in sender._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not field.is_relation:
            value = instance.__dict__.get(field.attname)
            if isinstance(value, str) and not value.isascii():
                setattr(instance, field.attname, nfc(value))
