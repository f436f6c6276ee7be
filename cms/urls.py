"""Addresses of the whole house. Vietnamese pages stand at the root, every other language under its own code."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.core.media_views import serve_media

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("tai-lieu/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve_media, name="media"),
    path("", include("cms.core.account_urls")),
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]
