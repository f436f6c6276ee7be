"""The engine in the admin: planning for editors, queues, destinations and keys for administrators."""

from typing import Any

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from channels.delivery.views import accounts, corrections, deliveries, destinations, planning, queues, variants
from cms.core.models import Role
from cms.core.permissions import has_role


class StaffMenuItem(MenuItem):
    """Shown to everybody who works in the admin."""

    def is_shown(self, request: Any) -> bool:
        """True for editors, approvers and administrators."""
        return has_role(request.user, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The screens of planning and of the queues."""
    return [
        path("lich-gui/", planning.plan_list, name="delivery_plans"),
        path("lich-gui/moi/", planning.plan_new, name="delivery_plan_new"),
        path("lich-gui/<int:pk>/", planning.plan_change, name="delivery_plan_change"),
        path("lich-gui/tuan/", planning.plan_week, name="delivery_week"),
        path("lich-gui/<int:pk>/doi/", planning.plan_move, name="delivery_plan_move"),
        path("lich-gui/<int:pk>/huy/", planning.plan_cancel, name="delivery_plan_cancel"),
        path("ban-theo-kenh/", variants.item_list, name="delivery_variants"),
        path("ban-theo-kenh/<int:item>/", variants.item_matrix, name="delivery_item"),
        path("ban-theo-kenh/<int:item>/<slug:code>/<int:endpoint>/", variants.variant, name="delivery_variant"),
        path("ban-theo-kenh/<int:item>/<slug:code>/<int:endpoint>/dem/", variants.recount, name="delivery_recount"),
        path("luot-gui/hang-cho/<slug:name>/", queues.queue, name="delivery_queue"),
        path("luot-gui/hang-cho/<slug:name>/lam/", queues.bulk, name="delivery_bulk"),
        path("luot-gui/<int:pk>/", deliveries.detail, name="delivery_detail"),
        path("luot-gui/<int:pk>/<slug:action>/", deliveries.act, name="delivery_act"),
        path("tai-khoan-chinh-thuc/", accounts.account_list, name="delivery_accounts"),
        path("tai-khoan-chinh-thuc/moi/", accounts.account_new, name="delivery_account_new"),
        path("tai-khoan-chinh-thuc/tai-ve.<slug:ending>", accounts.account_export_file, name="delivery_account_export"),
        path("tai-khoan-chinh-thuc/<int:pk>/", accounts.account_change, name="delivery_account"),
        path("tai-khoan-chinh-thuc/<int:pk>/<slug:action>/", accounts.account_act, name="delivery_account_act"),
        path("dinh-chinh/", corrections.correction_list, name="delivery_corrections"),
        path("dinh-chinh/moi/", corrections.correction_new, name="delivery_correction_new"),
        path("dinh-chinh/<int:pk>/", corrections.correction, name="delivery_correction"),
        path("dinh-chinh/<int:pk>/<int:row>/<slug:action>/", corrections.place_act, name="delivery_place"),
        path("noi-nhan/", destinations.destination_list, name="delivery_destinations"),
        path("noi-nhan/moi/<slug:kind>/", destinations.destination_new, name="delivery_destination_new"),
        path("noi-nhan/<int:pk>/", destinations.destination_change, name="delivery_destination_change"),
        path("noi-nhan/<int:pk>/thu/", destinations.destination_test, name="delivery_destination_test"),
        path("noi-nhan/<int:pk>/bat-tat/", destinations.destination_switch, name="delivery_destination_switch"),
    ]


@hooks.register("register_admin_menu_item")
def plans_link() -> MenuItem:
    """Planning what leaves, and when."""
    return StaffMenuItem(_("Sending plans"), reverse("delivery_plans"), icon_name="calendar-alt", order=150)


@hooks.register("register_admin_menu_item")
def variants_link() -> MenuItem:
    """What each channel says, and who has to agree to it."""
    return StaffMenuItem(_("Texts by channel"), reverse("delivery_variants"), icon_name="doc-full-inverse", order=155)


@hooks.register("register_admin_menu_item")
def queues_link() -> MenuItem:
    """What waits for somebody."""
    return StaffMenuItem(
        _("Deliveries to look at"), reverse("delivery_queue", args=["chua-ro"]), icon_name="list-ul", order=160
    )


@hooks.register("register_admin_menu_item")
def corrections_link() -> MenuItem:
    """What went out wrong, and what became of it."""
    return StaffMenuItem(_("Corrections"), reverse("delivery_corrections"), icon_name="edit", order=165)


class AdministratorsMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: Any) -> bool:
        """True for those who may handle keys."""
        return has_role(request.user, Role.ADMINISTRATOR)


@hooks.register("register_settings_menu_item")
def destinations_link() -> MenuItem:
    """Destinations and their keys."""
    return AdministratorsMenuItem(_("Destinations"), reverse("delivery_destinations"), icon_name="site", order=300)


@hooks.register("register_admin_menu_item")
def accounts_link() -> MenuItem:
    """What the organisations own out there."""
    return StaffMenuItem(_("Official accounts"), reverse("delivery_accounts"), icon_name="globe", order=170)


@hooks.register("insert_global_admin_css")
def stacked_tables() -> str:
    """Tables as blocks and long choices on the screen, on phones."""
    return format_html('<link rel="stylesheet" href="{}">', static("delivery/stacked.css"))
