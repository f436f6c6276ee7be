"""The rooms that a device meets, without the rest of the house."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("media.library.urls")),
    path("", include("cms.core.account_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("dai/", include("channels.loudspeaker.urls_operator")),
    path("api/v1/", include("channels.loudspeaker.urls")),
]
