"""Addresses of the public site besides its pages. Mounted at the root, before Wagtail's."""

from django.urls import path, re_path

from cms.website import embedding, feeds, views, views_feedback, views_official

app_name = "site"
_ENDING = r"(?P<ending>atom\.xml|feed\.json)"
urlpatterns = [
    path("tim-kiem/", views.find, name="search"),
    path("kenh-chinh-thuc/", views_official.official, name="official"),
    path("gop-y/", views_feedback.write, name="feedback"),
    path("gop-y/da-nhan/", views_feedback.read, name="messages"),
    path("gop-y/da-nhan/<int:pk>/xong/", views_feedback.handle, name="message_handled"),
    path("nguon-tin/<slug:code>/", feeds.language_feed, name="language_feed"),
    re_path(rf"^nguon-tin/(?P<code>[-\w]+)/{_ENDING}$", feeds.language_feed, name="language_feed"),
    path("nguon-tin/dia-ban/<int:pk>/<slug:code>/", feeds.area_feed, name="area_feed"),
    re_path(rf"^nguon-tin/dia-ban/(?P<pk>\d+)/(?P<code>[-\w]+)/{_ENDING}$", feeds.area_feed, name="area_feed"),
    path("nguon-tin/<slug:slug>/<slug:code>/", feeds.campaign_feed, name="feed"),
    re_path(rf"^nguon-tin/(?P<slug>[-\w]+)/(?P<code>[-\w]+)/{_ENDING}$", feeds.campaign_feed, name="feed"),
    path("nhung/<int:item>/<slug:code>/", embedding.framed, name="embed"),
    path("oembed", embedding.oembed, name="oembed"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
