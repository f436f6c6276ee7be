"""The site and its Vietnamese root, there from the first migration on: an empty database already answers at "/"."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Collection, Locale, Page, Site

from campaigns.models import HomePage
from campaigns.services import items, publishing
from cms.core.services.memberships import is_last_migrated


def ensure_site(**kwargs: Any) -> None:
    """Make the Vietnamese home page visible and the site's root, and remove Wagtail's welcome page.

    Runs after every migrate and changes nothing when all is there.
    """
    if not is_last_migrated(kwargs.get("sender")):
        return
    _ensure_roots()
    if HomePage.objects.filter(locale__language_code="vi", live=True).exists():
        set_site_address(settings.CONG_BASE_URL)
        return
    publishing.open_home(items.home_page("vi"))
    # Wagtail's own first page: the only plain Page directly under the root that is nobody's home.
    for page in Page.objects.filter(depth=2, sites_rooted_here__isnull=True):
        if page.specific_class is Page:
            page.delete()
    set_site_address(settings.CONG_BASE_URL)


def set_site_address(base_url: str) -> None:
    """Make links to pages (in posts, feeds, the sitemap) begin with `base_url`; changes nothing when they do."""
    address = urlsplit(base_url)
    hostname = address.hostname or "localhost"
    # Wagtail writes https:// for port 443 and for no other.
    port = address.port or (443 if address.scheme == "https" else 80)
    for site in Site.objects.filter(is_default_site=True).exclude(hostname=hostname, port=port):
        site.hostname, site.port = hostname, port
        site.save()


def _ensure_roots() -> None:
    """Wagtail's own first rows, which its migrations make once: gone after a flush, and nothing works without them."""
    locale, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if Page.get_first_root_node() is None:
        root = Page.add_root(title="Root", slug="root", locale=locale)
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": root, "site_name": "Cồng"}
        )
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
