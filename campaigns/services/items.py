"""Verbs on content items: an item and the draft page of its words are made together, never apart."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from campaigns.enums import ContentKind
from campaigns.models import Campaign, CampaignPage, ContentEdit, ContentItem, HomePage
from campaigns.models.pages import PAGE_OF_KIND, ContentPage
from cms.core import audit, clock, languages
from cms.core.errors import BadInput

Body = Sequence[tuple[str, Any]]


@transaction.atomic
def create_item(
    *,
    campaign: Campaign,
    kind: str,
    title: str,
    user: Any,
    orthography: str = "vi",
    purpose: str = "",
    summary: str = "",
    body: Body = (),
    expires_at: datetime | None = None,
    about_safety: bool = False,
) -> ContentItem:
    """An item with the draft page of its words in the language it is written in first.

    `body` is StreamField data: (block type, value) pairs. Raises BadInput for an empty title or an unknown kind.
    """
    if kind not in ContentKind.values:
        raise BadInput(_("This kind of content is not known here."))
    if not title.strip():
        raise BadInput(_("Give it a title."))
    item = ContentItem.objects.create(
        campaign=campaign,
        kind=kind,
        title=title.strip()[:255],
        purpose=purpose,
        source_orthography=orthography,
        expires_at=expires_at,
        about_safety=about_safety,
        created_by=user,
        created_at=clock.now(),
    )
    page = draft_page(item, orthography=orthography, title=title, user=user, summary=summary, body=body)
    audit.record(item, "campaigns.item.create", user=user, data={"kind": kind, "page_id": page.pk})
    return item


@transaction.atomic
def draft_page(
    item: ContentItem, *, orthography: str, title: str, user: Any, summary: str = "", body: Any = ()
) -> ContentPage:
    """The page of an item in one language, with these words as its newest draft revision.

    Made with its parents when it is missing; an existing page keeps what is live, only its draft changes. The edit is
    entered in the ledger, so that its author cannot approve it.
    """
    page_class = PAGE_OF_KIND[item.kind]
    page = page_class.objects.filter(item=item, orthography=orthography).first()
    if page is None:
        page = page_class(item=item, title=title.strip()[:255], live=False, owner=user, locale=_locale(orthography))
        _fill(page, title=title, summary=summary, body=body)
        parent_of(item, orthography=orthography, user=user).add_child(instance=page)
    else:
        page = page.get_latest_revision_as_object() if page.latest_revision_id else page
        _fill(page, title=title, summary=summary, body=body)
    page.save_revision(user=user, clean=False)
    record_edit(item, orthography=orthography, user=user)
    return page


def record_edit(item: ContentItem, *, orthography: str, user: Any) -> None:
    """Enter in the ledger that `user` changed the item's words in this language; the system's own saves are not."""
    if user is not None and getattr(user, "pk", None):
        ContentEdit.objects.create(item=item, orthography=orthography, user=user, at=clock.now())


def page_of(item: ContentItem, *, orthography: str) -> ContentPage | None:
    """The item's page in this language, or None when it has none yet."""
    return PAGE_OF_KIND[item.kind].objects.filter(item=item, orthography=orthography).first()


def parent_of(item: ContentItem, *, orthography: str, user: Any) -> Page:
    """The page under which the item's page belongs in this language's tree, made as a draft when it is missing."""
    home = home_page(orthography)
    if item.kind == ContentKind.LANDING:
        return home
    existing = CampaignPage.objects.filter(item__campaign=item.campaign, orthography=orthography).first()
    if existing is not None:
        return existing
    landing = item.campaign.items.filter(kind=ContentKind.LANDING).first()
    if landing is None:
        landing = ContentItem.objects.create(
            campaign=item.campaign,
            kind=ContentKind.LANDING,
            title=item.campaign.title[:255],
            created_by=user,
            created_at=clock.now(),
            source_orthography=item.source_orthography,
        )
    page = CampaignPage(
        item=landing,
        title=item.campaign.title[:255],
        live=False,
        owner=user,
        locale=_locale(orthography),
        slug=item.campaign.slug[:80],
    )
    return home.add_child(instance=page)


def home_page(orthography: str) -> HomePage:
    """The home page of this language's tree; the Vietnamese one is made with the site, the others when first needed."""
    found = HomePage.objects.filter(locale__language_code=orthography).first()
    if found is not None:
        return found
    source = HomePage.objects.filter(locale__language_code="vi").first()
    root = Page.get_first_root_node()
    profile = languages.ORTHOGRAPHIES[orthography]
    home = HomePage(
        title=source.title if source else "Cồng",
        slug="trang-chu" if orthography == "vi" else f"trang-chu-{orthography}",
        locale=_locale(orthography),
        live=False,
    )
    if source is not None:
        home.translation_key = source.translation_key
    root.add_child(instance=home)
    if profile.code == "vi":
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": "Cồng"}
        )
    return home


def _locale(orthography: str) -> Locale:
    if orthography not in languages.ORTHOGRAPHIES:
        raise BadInput(_("This written language is not set up here."))
    return Locale.objects.get_or_create(language_code=orthography)[0]


def _fill(page: ContentPage, *, title: str, summary: str, body: Any) -> None:
    page.title = title.strip()[:255]
    if summary and hasattr(page, "summary"):
        page.summary = summary
    if body:
        page.body = list(body)
