"""The press desk where the roof mounts it, with the log-in page and nothing else."""

from django.urls import include, path

urlpatterns = [
    path("bao-chi/", include("media.press.urls_desk")),
    path("", include("cms.core.account_urls")),
]
