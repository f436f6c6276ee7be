"""One feed for each campaign and written language: articles to read, scripts with their sound."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignPage
from cms.core.languages import ORTHOGRAPHIES
from cms.website import selectors
from cms.website.page_cache import whole_page_cache
from cms.website.views import base_url


class CampaignFeed(Feed):  # type: ignore[misc]
    """RSS 2.0; the language of the channel is the tag of the written language."""

    feed_type = Rss201rev2Feed

    def get_object(self, request: HttpRequest, slug: str, code: str) -> CampaignPage:  # type: ignore[override]
        """The live campaign page in that language; 404 when there is none."""
        if code not in ORTHOGRAPHIES:
            raise Http404
        campaign = get_object_or_404(Campaign, slug=slug)
        self.base = base_url(request)
        self.language = ORTHOGRAPHIES[code].tag
        page = CampaignPage.objects.live().filter(item__campaign=campaign, orthography=code).first()
        if page is None:
            raise Http404
        return page

    def title(self, page: CampaignPage) -> str:
        """The campaign's title in its language."""
        return page.title

    def link(self, page: CampaignPage) -> str:
        """The campaign's page."""
        return page.full_url or page.get_url() or "/"

    def description(self, page: CampaignPage) -> str:
        """The summary, and who issues it."""
        return f"{page.summary} ({_('Issued by')}: {page.issuer.name})".strip()

    def items(self, page: CampaignPage) -> list[selectors.Entry]:
        """Newest first."""
        return selectors.feed_entries(page.item.campaign, page.locale.language_code)

    def item_title(self, item: Any) -> str:
        """The page's title."""
        return str(item.page.title)

    def item_description(self, item: Any) -> str:
        """The summary; scripts have none."""
        return str(getattr(item.page, "summary", ""))

    def item_link(self, item: Any) -> str:
        """The page's address."""
        return str(item.url)

    def item_pubdate(self, item: Any) -> datetime | None:
        """When it first went live."""
        return item.page.first_published_at  # type: ignore[no-any-return]

    def item_updateddate(self, item: Any) -> datetime | None:
        """When it last went live."""
        return item.page.last_published_at  # type: ignore[no-any-return]

    def item_enclosures(self, item: Any) -> list[Enclosure]:
        """The sound of a script."""
        if item.sound is None:
            return []
        return [Enclosure(self.base + item.sound.url, str(item.sound.size or 0), item.sound.mime)]


campaign_feed = whole_page_cache(CampaignFeed())
