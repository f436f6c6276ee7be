"""Feeds to pull from: of one campaign, of everything in a language, of what is meant for a place; each in three formats."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.models import Area, Campaign, HomePage
from cms.core.languages import ORTHOGRAPHIES
from cms.website import feed_formats, offered
from cms.website.feed_formats import Feed
from cms.website.page_cache import whole_page_cache
from cms.website.views import base_url

_INSTALLED = datetime(2026, 1, 1, tzinfo=UTC)
# Ending of the address → how it is written, its media type and what people call it.
FORMATS: dict[str, tuple[Callable[[Feed], bytes], str, str]] = {
    "": (feed_formats.rss, "application/rss+xml", "RSS"),
    "atom.xml": (feed_formats.atom, "application/atom+xml", "Atom"),
    "feed.json": (feed_formats.json_feed, "application/feed+json", "JSON"),
}


@whole_page_cache
def campaign_feed(request: HttpRequest, slug: str, code: str, ending: str = "") -> HttpResponse:
    """The texts of a campaign in one written language; 404 unless the campaign has a live page in it."""
    if code not in ORTHOGRAPHIES:
        raise Http404
    campaign = get_object_or_404(Campaign.objects.select_related("issuer"), slug=slug)
    page = offered.campaign_page(campaign, code)
    if page is None:
        raise Http404
    return _answer(
        request, code, ending, title=page.title, about=page.summary, home=page.full_url, issuer=page.issuer.name,
        changed=page.last_published_at, offers=offered.in_campaign(campaign, code),
    )  # fmt: skip


@whole_page_cache
def language_feed(request: HttpRequest, code: str, ending: str = "") -> HttpResponse:
    """Everything in one written language; 404 unless something is published in it."""
    home = _home(code)
    return _answer(
        request, code, ending, title=home.title, about=home.intro, home=home.full_url, issuer="",
        changed=_changed(home), offers=offered.in_language(code),
    )  # fmt: skip


@whole_page_cache
def area_feed(request: HttpRequest, pk: int, code: str, ending: str = "") -> HttpResponse:
    """What is meant for a place, in one written language. By number: codes and names of places are used again."""
    home = _home(code)
    area = get_object_or_404(Area.objects.select_related("parent__parent__parent"), pk=pk)
    return _answer(
        request, code, ending, title=f"{home.title} · {area.full_name}", about="", home=home.full_url, issuer="",
        changed=_changed(home), offers=offered.in_area(area, code),
    )  # fmt: skip


def links_of(page: Any) -> list[dict[str, str]]:
    """{"type", "title", "href"} of every feed that belongs to a page: its language's, or its campaign's and its places'."""
    code = page.locale.language_code
    if isinstance(page, HomePage):
        return _links("language_feed", page.title, code)
    campaign = page.item.campaign
    links = _links("feed", campaign.title, campaign.slug, code)
    for area in campaign.areas.all()[:5]:
        links += _links("area_feed", area.full_name, area.pk, code)
    return links


def _links(name: str, title: str, *parts: Any) -> list[dict[str, str]]:
    return [
        {"type": kind, "title": f"{title} ({words})", "href": reverse(f"site:{name}", args=[*parts, *filter(None, [ending])])}
        for ending, (_write, kind, words) in FORMATS.items()
    ]  # fmt: skip


def _home(code: str) -> HomePage:
    home = offered.home_of(code)
    if home is None:
        raise Http404
    return home


def _changed(home: HomePage) -> datetime:
    """When the home page last changed. One that came with the installation was never published: it has no such moment."""
    return home.last_published_at or home.latest_revision_created_at or _INSTALLED


def _answer(
    request: HttpRequest, code: str, ending: str, *, title: str, about: str, home: str | None, issuer: str, changed: Any,
    offers: list[offered.Offer],
) -> HttpResponse:  # fmt: skip
    write, kind, _words = FORMATS[ending]
    base = base_url(request)
    issuers = list(dict.fromkeys([issuer] if issuer else [offer.issuer for offer in offers]))
    with translation.override("vi"):
        signed = f"({_('Issued by')}: {'; '.join(issuers)})" if issuers else ""
    feed = Feed(
        title=title, description=f"{about} {signed}".strip() or title, home=home or base + "/", base=base,
        path=request.path, code=code, issuer="; ".join(issuers) or title, changed=changed, offers=offers,
    )  # fmt: skip
    # Anybody may read it, also a program in somebody else's page.
    return HttpResponse(
        write(feed), content_type=f"{kind}; charset=utf-8", headers={"Access-Control-Allow-Origin": "*"}
    )
