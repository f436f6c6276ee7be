"""Addresses of the whole house. Vietnamese pages stand at the root, every other language under its own code."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.core.media_views import serve_media
from cms.ops.health import health

# The rooms' own pages: (prefix, module).
ROOMS = [
    ("", "cms.core.account_urls"),
    ("", "media.library.urls"),
    ("dich/", "translations.urls"),
    ("bao-chi/", "media.press.urls_desk"),
    ("dai/", "channels.loudspeaker.urls_operator"),
    ("api/v1/", "channels.loudspeaker.urls"),
    ("co-so/", "cms.portal.urls"),
    ("dieu-hanh/", "cms.cockpit.urls"),
    ("", "cms.website.urls"),
]

urlpatterns = [
    path("health", health, name="health"),
    path("admin/", include(wagtailadmin_urls)),
    path("tai-lieu/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve_media, name="media"),
    *[path(prefix, include(module)) for prefix, module in ROOMS if find_spec(module)],
    # Wagtail answers every other address, so it stands last.
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]
