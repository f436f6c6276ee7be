"""Addresses of the public site besides its pages. Mounted at the root, before Wagtail's."""

from django.urls import path

from cms.website import feeds, views

app_name = "site"
urlpatterns = [
    path("tim-kiem/", views.find, name="search"),
    path("nguon-tin/<slug:slug>/<slug:code>/", feeds.campaign_feed, name="feed"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
