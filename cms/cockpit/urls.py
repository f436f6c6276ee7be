"""Addresses of the cockpit, mounted at /dieu-hanh/."""

from django.urls import path

from cms.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("", views.home, name="home"),
    path("lich/", views.month, name="month"),
    path("dot/<slug:slug>/", views.one_campaign, name="campaign"),
]
