"""What visitors could notice: publishing, taking down, a hotline, a name. Each raises the site's generation."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from campaigns.models import ArticlePage, Campaign, CampaignPage, HomePage, Hotline, Organisation, ScriptPage
from channels.delivery.models import OfficialAccount
from cms.website import generation, search

CONTENT_PAGES = (CampaignPage, ArticlePage, ScriptPage)


@receiver(page_published, dispatch_uid="site_published")
def published(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A page went live or changed while live."""
    if isinstance(instance, CONTENT_PAGES):
        search.index_page(page=instance)
    generation.bump("published")


@receiver(page_unpublished, dispatch_uid="site_unpublished")
def unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A page was taken down."""
    search.forget_page(page=instance)
    generation.bump("unpublished")


@receiver([page_slug_changed, post_page_move], dispatch_uid="site_moved")
def moved(sender: Any, **kwargs: Any) -> None:
    """Addresses changed."""
    generation.bump("moved")


def changed(sender: Any, **kwargs: Any) -> None:
    """A fact that pages show was written or removed."""
    generation.bump(sender.__name__.lower())


for model in (Hotline, Organisation, Campaign, HomePage, OfficialAccount):
    post_save.connect(changed, sender=model, dispatch_uid=f"site_saved_{model.__name__}")
    post_delete.connect(changed, sender=model, dispatch_uid=f"site_deleted_{model.__name__}")
for page_model in CONTENT_PAGES:
    post_delete.connect(changed, sender=page_model, dispatch_uid=f"site_deleted_{page_model.__name__}")
