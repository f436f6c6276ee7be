"""What the public pages show: which languages exist, what is in a campaign, what can be heard."""

from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from campaigns.models import ArticlePage, CampaignPage, HomePage, ScriptPage
from campaigns.models.pages import PAGE_OF_KIND, ContentPage
from campaigns.selectors import running_campaigns
from cms.core.languages import ORTHOGRAPHIES
from cms.website.sounds import Sound, sounds_for


@dataclass(frozen=True)
class Reading:
    """One written language in which something can be read."""

    code: str
    tag: str
    name: str
    hint: str
    url: str
    current: bool


@dataclass
class Entry:
    """One item as a list shows it."""

    page: ContentPage
    url: str
    sound: Sound | None = None
    readings: list[Reading] = field(default_factory=list)


def _ordered(pages: list[Any], here: str) -> list[Reading]:
    order = list(ORTHOGRAPHIES)
    readings = []
    for page in pages:
        code = page.locale.language_code
        row = ORTHOGRAPHIES.get(code)
        url = page.get_url()
        if row is not None and url:
            # Few phones can draw Tai Viet or Chăm letters, so their names are said in Vietnamese too.
            hint = "" if row.script == "Latn" else row.name_vi
            readings.append(Reading(code, row.tag, row.name_own or row.name_vi, hint, url, code == here))
    return sorted(readings, key=lambda reading: order.index(reading.code))


def readings_of(page: Page) -> list[Reading]:
    """The written languages in which this very page is live, itself included, in the order of the language table."""
    # Asked for in the head of a page and again above its title.
    kept: list[Reading] | None = page.__dict__.get("_readings")
    if kept is not None:
        return kept
    if isinstance(page, ContentPage):
        found = list(type(page).objects.live().filter(item=page.item_id).select_related("locale"))
    else:
        found = list(HomePage.objects.live().select_related("locale"))
    page.__dict__["_readings"] = _ordered(found, page.locale.language_code)
    return list(page.__dict__["_readings"])


def readings_of_items(kind: str, items: list[int], here: str) -> dict[int, list[Reading]]:
    """Item id → its live languages, for many items of one kind in one query."""
    grouped: dict[int, list[ContentPage]] = {}
    for page in PAGE_OF_KIND[kind].objects.live().filter(item__in=items).select_related("locale"):
        grouped.setdefault(page.item_id, []).append(page)
    return {item: _ordered(pages, here) for item, pages in grouped.items()}


def contents_of(page: CampaignPage) -> dict[str, list[Entry]]:
    """{"articles", "scripts"} of a campaign that are live in the page's language, newest first, with sound and languages."""
    code = page.locale.language_code
    campaign = page.item.campaign_id
    found: dict[str, list[Entry]] = {}
    for name, model, kind in (("articles", ArticlePage, "article"), ("scripts", ScriptPage, "script")):
        pages = list(
            model.objects.live()
            .filter(item__campaign=campaign, orthography=code)
            .select_related("item", "locale")
            .order_by("-first_published_at", "-pk")
        )
        sounds = sounds_for([each.item for each in pages], code)
        readings = readings_of_items(kind, [each.item_id for each in pages], code)
        found[name] = [
            Entry(each, each.get_url() or "", sounds.get(each.item_id), readings.get(each.item_id, []))
            for each in pages
        ]
    return found


def campaign_page_of(page: ContentPage) -> CampaignPage | None:
    """The live page of the campaign this page belongs to, in the same language, or None."""
    return (
        CampaignPage.objects.live()
        .filter(item__campaign=page.item.campaign_id, orthography=page.locale.language_code)
        .first()
    )


def campaign_pages(home: HomePage) -> list[CampaignPage]:
    """Live campaign pages in the language of a home page: running ones first, then the latest."""
    running = set(running_campaigns().values_list("pk", flat=True))
    pages = list(
        CampaignPage.objects.live()
        .filter(orthography=home.locale.language_code)
        .select_related("item__campaign__issuer", "locale")
    )
    pages.sort(key=lambda page: page.item.campaign.starts_on, reverse=True)
    pages.sort(key=lambda page: page.item.campaign_id not in running)
    for page in pages:
        page.is_running = page.item.campaign_id in running
    return pages


def newest_scripts(home: HomePage, limit: int = 3) -> list[Entry]:
    """The scripts of running campaigns that went live last in this language and can be heard."""
    code = home.locale.language_code
    pages = list(
        ScriptPage.objects.live()
        .filter(orthography=code, item__campaign__in=running_campaigns())
        .select_related("item__campaign", "locale")
        .order_by("-first_published_at", "-pk")[: limit * 4]
    )
    sounds = sounds_for([each.item for each in pages], code)
    heard = [Entry(each, each.get_url() or "", sounds[each.item_id]) for each in pages if each.item_id in sounds]
    return heard[:limit]


def live_pages() -> Any:
    """Every page a search engine may know, as a page queryset in the order of the tree."""
    return Page.objects.live().public().type(HomePage, ContentPage).select_related("locale").order_by("path")
