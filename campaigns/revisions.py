"""What must happen whenever a page's draft is saved or purged, by whatever way: editor, autosave, revert, command."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import ProtectedError
from django.db.models.signals import post_save, pre_delete
from wagtail.models import Revision

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentEdit
from campaigns.models.pages import ContentPage
from cms.core import clock

# Autosave writes every few seconds; one entry follows it. Moving an entry forward never frees its author.
SAME_SITTING = timedelta(minutes=15)


def record_edit_of_revision(sender: Any, instance: Revision, raw: bool = False, **kwargs: Any) -> None:
    """Enter the author of a saved draft in the ledger of four eyes; the system's own saves have no author."""
    model = instance.content_type.model_class() if instance.content_type_id else None
    if raw or instance.user_id is None or model is None or not issubclass(model, ContentPage):
        return
    page = model._default_manager.filter(pk=instance.object_id).values("item_id", "orthography").first()
    if page is None:
        return
    now = clock.now()
    sitting = (
        ContentEdit.objects.filter(user_id=instance.user_id, at__gte=now - SAME_SITTING, at__lte=now, **page)
        .order_by("-at")
        .first()
    )
    if sitting is None:
        ContentEdit.objects.create(user_id=instance.user_id, at=now, **page)
    else:
        ContentEdit.objects.filter(pk=sitting.pk).update(at=now)


def keep_approved_revision(sender: Any, instance: Revision, **kwargs: Any) -> None:
    """Refuse to delete a draft that waits for approval or was approved; Wagtail's purge passes over it."""
    kept = Approval.objects.filter(
        revision_id=instance.pk, status__in=(ApprovalStatus.PENDING, ApprovalStatus.APPROVED)
    )
    if kept.exists():
        raise ProtectedError("this draft is approved or waits for approval", set(kept))


def connect() -> None:
    """Listen to Wagtail's drafts; called once, from ready()."""
    post_save.connect(record_edit_of_revision, sender=Revision, dispatch_uid="campaigns.record_edit_of_revision")
    pre_delete.connect(keep_approved_revision, sender=Revision, dispatch_uid="campaigns.keep_approved_revision")
