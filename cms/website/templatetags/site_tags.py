"""What the public templates ask for."""

from typing import Any

from django import template
from django.utils import translation
from wagtail.models import Page

from channels.delivery.account_selectors import public_accounts
from cms.core.languages import ORTHOGRAPHIES
from cms.website import embedding, feeds, selectors
from cms.website.sounds import Sound, sounds_for

register = template.Library()

register.simple_tag(selectors.readings_of, name="readings_of")
register.simple_tag(selectors.contents_of, name="contents_of")
register.simple_tag(selectors.campaign_page_of, name="campaign_page_of")
register.simple_tag(selectors.campaign_pages, name="campaign_pages")
register.simple_tag(selectors.newest_scripts, name="newest_scripts")


register.simple_tag(feeds.links_of, name="feeds_of")


@register.simple_tag(takes_context=True)
def oembed_of(context: template.Context, page: Page) -> list[dict[str, str]]:
    """Where other sites learn how to show this page in theirs."""
    return embedding.discovery_of(page, context["request"])


@register.simple_tag(takes_context=True)
def frame_of(context: template.Context, page: Page) -> embedding.Frame:
    """The frame in which other sites show this page."""
    return embedding.frame_for(page, context["request"])


@register.simple_tag
def sound_of(page: Any) -> Sound | None:
    """What can be heard of this page's item in its language, or None."""
    return sounds_for([page.item], page.locale.language_code).get(page.item_id)


@register.filter
def tag_of(page: Page) -> str:
    """The BCP 47 tag of the language a page is written in."""
    row = ORTHOGRAPHIES.get(page.locale.language_code)
    return row.tag if row else page.locale.language_code


@register.filter
def code_of(page: Page) -> str:
    """The code of the written language of a page."""
    return page.locale.language_code


@register.simple_tag
def official_accounts(most: int) -> dict[str, Any]:
    """{"shown": the first `most` official accounts that residents may trust, "more": whether there are others}."""
    accounts = public_accounts()
    return {"shown": accounts[:most], "more": len(accounts) > most}


@register.simple_tag
def chrome_lang() -> str:
    """The language in which the words around the content really stand: languages without a catalogue fall back to Vietnamese."""
    active = translation.get_language() or "vi"
    return "en" if active == "en" else "vi"
