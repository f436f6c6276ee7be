"""What others may take from our pages: what is live, and whose words may leave at this moment. Feeds, oEmbed, embedding.

A live page may say that a number is being verified again; something that is copied away cannot, so what may not be aired
is not offered.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from campaigns import selectors as campaigns
from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Area, ArticlePage, Campaign, CampaignPage, HomePage, ScriptPage
from campaigns.models.pages import ContentPage
from channels.website.words import document_from_payload, object_uuid
from cms.core.languages import ORTHOGRAPHIES
from cms.website.sounds import Sound, sounds_for

# A feed shows this many; readers ask again long before as many are new.
NEWEST = 50
# The largest key a database has; what visitors write into an address may be larger.
MOST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Offer:
    """One text that may be taken along: its page, the document of what stands there, its sound."""

    page: ContentPage
    url: str
    document: dict[str, Any]
    sound: Sound | None
    issuer: str

    @property
    def uuid(self) -> uuid.UUID:
        """Its lasting name, the same in every feed."""
        return object_uuid(self.page)

    @property
    def changed(self) -> datetime:
        """When what stands there last changed."""
        return self.page.last_published_at or self.page.first_published_at


def offers(pages: list[ContentPage], *, area: Area | None = None) -> list[Offer]:
    """What may be taken along of these live pages of one written language, in their order; `area`: for that place.

    Pages must come with item, campaign, issuer and locale read. Costs a handful of queries, however many pages.
    """
    current = _current(pages)
    standing = campaigns.standing_for(current.values())
    if area is not None and campaigns.is_paused(area=area, at=standing.at, pauses=standing.pauses):
        return []
    shown = _shown(pages, current)
    allowed = [
        page
        for page in pages
        if page.pk in shown
        and campaigns.why_not_airable(current[page.pk], standing=standing) is None
        and not campaigns.stale_hotlines(shown[page.pk], standing.hotlines)
    ]
    sounds = sounds_for([page.item for page in allowed], allowed[0].locale.language_code) if allowed else {}
    found = []
    for page in allowed:
        url = page.full_url or ""
        document = document_from_payload(shown[page.pk].payload, link=url)
        found.append(Offer(page, url, document, sounds.get(page.item_id), page.item.campaign.issuer.name))
    return found


def offer(item: int, code: str) -> Offer | None:
    """The one text of an item in a written language that may be taken along, or None."""
    if item > MOST_KEY or code not in ORTHOGRAPHIES:
        return None
    for model in (ArticlePage, ScriptPage):
        page = _pages(model, Q(item=item), code).first()
        if page is not None:
            found = offers([page])
            return found[0] if found else None
    return None


def in_campaign(campaign: Campaign, code: str) -> list[Offer]:
    """A campaign's texts in a written language, newest first."""
    return offers(_newest(Q(item__campaign=campaign), code))


def in_language(code: str) -> list[Offer]:
    """All texts in a written language, newest first."""
    return offers(_newest(Q(), code))


def in_area(area: Area, code: str) -> list[Offer]:
    """The texts for a place: of campaigns for it, for what it lies in, or for no place in particular."""
    for_it = Q(item__campaign__areas__in=campaigns.area_and_above(area)) | Q(item__campaign__areas__isnull=True)
    return offers(_newest(for_it, code), area=area)


def home_of(code: str) -> HomePage | None:
    """The live home page of a written language."""
    if code not in ORTHOGRAPHIES:
        return None
    return HomePage.objects.live().filter(locale__language_code=code).select_related("locale").first()


def campaign_page(campaign: Campaign, code: str) -> CampaignPage | None:
    """The live page of a campaign in a written language."""
    return (
        CampaignPage.objects.live()
        .filter(item__campaign=campaign, orthography=code)
        .select_related("item__campaign__issuer", "locale")
        .first()
    )


def _newest(where: Q, code: str) -> list[ContentPage]:
    pages: list[ContentPage] = []
    for model in (ArticlePage, ScriptPage):
        pages += _pages(model, where, code).order_by("-first_published_at", "-pk").distinct()[:NEWEST]
    pages.sort(key=lambda page: (page.first_published_at, page.pk), reverse=True)
    return pages[:NEWEST]


def _pages(model: type[ContentPage], where: Q, code: str) -> Any:
    return model.objects.live().filter(where, orthography=code).select_related("item__campaign__issuer", "locale")


def _current(pages: list[ContentPage]) -> dict[int, Approval]:
    """Page → the approval in force for its text."""
    approvals = Approval.objects.filter(
        item__in=[page.item_id for page in pages], status=ApprovalStatus.APPROVED
    ).select_related("item__campaign", "source_approval")
    found = {(approval.item_id, approval.orthography): approval for approval in approvals}
    keys = {page.pk: (page.item_id, page.locale.language_code) for page in pages}
    return {pk: found[key] for pk, key in keys.items() if key in found}


def _shown(pages: list[ContentPage], current: dict[int, Approval]) -> dict[int, Approval]:
    """Page → the approval of the words that stand there: the one in force, or the one before it until it is published."""
    shown = {
        page.pk: current[page.pk]
        for page in pages
        if page.pk in current and current[page.pk].revision_id == page.live_revision_id
    }
    older = [page for page in pages if page.pk in current and page.pk not in shown]
    if older:
        allowed = [ApprovalStatus.APPROVED, ApprovalStatus.SUPERSEDED]
        before = Approval.objects.filter(revision_id__in=[page.live_revision_id for page in older], status__in=allowed)
        by_revision = {approval.revision_id: approval for approval in before.order_by("pk")}
        shown |= {page.pk: by_revision[page.live_revision_id] for page in older if page.live_revision_id in by_revision}
    return shown
