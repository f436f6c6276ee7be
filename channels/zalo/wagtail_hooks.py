"""The screens that connect Zalo accounts, in the admin."""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from channels.zalo import views
from cms.core.models import Role
from cms.core.permissions import has_role


class AdministratorsMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: Any) -> bool:
        """True for those who may handle keys."""
        return has_role(request.user, Role.ADMINISTRATOR)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Accounts, the form, the way to Zalo and back."""
    return [
        path("noi-nhan/zalo/", views.accounts, name="zalo_accounts"),
        path("noi-nhan/zalo/ket-noi/", views.connect, name="zalo_connect"),
        path("noi-nhan/zalo/<int:pk>/ket-noi/", views.connect, name="zalo_reconnect"),
        path("noi-nhan/zalo/sang-zalo/", views.ask, name="zalo_ask"),
        path("noi-nhan/zalo/tro-ve/", views.come_back, name="zalo_return"),
    ]


@hooks.register("register_settings_menu_item")
def accounts_link() -> MenuItem:
    """Zalo accounts and their keys."""
    return AdministratorsMenuItem(_("Zalo accounts"), reverse("zalo_accounts"), icon_name="site", order=310)
