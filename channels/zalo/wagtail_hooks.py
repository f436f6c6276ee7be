"""The screens that connect Zalo accounts, in the admin; the list of destinations leads to them."""

from typing import Any

from django.urls import path
from wagtail import hooks

from channels.zalo import views


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The form, the way to Zalo and back."""
    return [
        path("noi-nhan/zalo/ket-noi/", views.connect, name="zalo_connect"),
        path("noi-nhan/zalo/<int:pk>/ket-noi/", views.connect, name="zalo_reconnect"),
        path("noi-nhan/zalo/sang-zalo/", views.ask, name="zalo_ask"),
        path("noi-nhan/zalo/tro-ve/", views.come_back, name="zalo_return"),
    ]
