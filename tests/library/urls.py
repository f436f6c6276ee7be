"""The library's addresses, with the log-in page they lead to."""

from django.urls import include, path

urlpatterns = [path("", include("media.library.urls")), path("", include("cms.core.account_urls"))]
