"""Addresses of the public site besides its pages. Mounted at the root, before Wagtail's."""

from django.urls import path

from cms.website import feeds, views, views_feedback, views_official

app_name = "site"
urlpatterns = [
    path("tim-kiem/", views.find, name="search"),
    path("kenh-chinh-thuc/", views_official.official, name="official"),
    path("gop-y/", views_feedback.write, name="feedback"),
    path("gop-y/da-nhan/", views_feedback.read, name="messages"),
    path("gop-y/da-nhan/<int:pk>/xong/", views_feedback.handle, name="message_handled"),
    path("nguon-tin/<slug:slug>/<slug:code>/", feeds.campaign_feed, name="feed"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
