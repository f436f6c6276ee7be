"""Signing in and out, and the first page after it: one door for everybody, mounted at the root of the site."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from cms.core import account_views as views

urlpatterns = [
    path("dang-nhap/", views.SignInView.as_view(), name="login"),
    path("dang-xuat/", LogoutView.as_view(next_page="login"), name="logout"),
    path("bat-dau/", views.start, name="start"),
]
