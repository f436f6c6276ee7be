"""Addresses of the press desk; the roof mounts them at /bao-chi/."""

from django.urls import path

from media.press import views, views_feeds, views_queries

app_name = "press"
urlpatterns = [
    path("", views.mentions, name="mentions"),
    path("xem-xet/", views.judge, name="judge"),
    path("hoan-tac/", views.undo, name="undo"),
    path("nguon-tin/", views_feeds.feeds, name="feeds"),
    path("nguon-tin/them/", views_feeds.add, name="feed_add"),
    path("nguon-tin/<int:pk>/", views_feeds.feed, name="feed"),
    path("tu-khoa/", views_queries.queries, name="queries"),
    path("tu-khoa/them/", views_queries.edit, name="query_add"),
    path("tu-khoa/<int:pk>/", views_queries.edit, name="query"),
]
