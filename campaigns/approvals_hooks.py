"""Approval in the admin: its screens, the menu, the page editor's button, the first page's list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from campaigns import permissions
from campaigns.models.pages import ContentPage
from campaigns.views import approvals as views
from cms.core.permissions import can_enter_admin

# What Wagtail would offer in the editor and what this product does by approval and schedule instead.
OTHER_DOORS = frozenset(
    {
        "action-publish",
        "action-unpublish",
        "action-submit",
        "action-cancel-workflow",
        "action-restart-workflow",
    }
)


class ApprovalsMenuItem(MenuItem):
    """Shown to everybody who works at the editing desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        """True for editors (to follow their requests), approvers and administrators."""
        return can_enter_admin(request.user)


class HandInMenuItem(ActionMenuItem):
    """Saves the draft and hands it in for approval."""

    name = "action-hand-in"
    label = _("Hand in for approval")
    icon_name = "clipboard-list"
    order = 10

    def is_shown(self, context: dict[str, Any]) -> bool:
        """True on a page with content, for people who may hand it in."""
        page = context.get("page")
        if context["view"] != "edit" or not isinstance(page, ContentPage) or context["locked_for_user"]:
            return False
        return permissions.may_submit(context["request"].user, page.item, page.locale.language_code)


class WaitingPanel(Component):
    """The requests that wait for this person, on the admin's first page."""

    name = "approvals"
    order = 50
    template_name = "campaigns/approvals/home_panel.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """The requests this person could approve now."""
        user = parent_context["request"].user
        return {"waiting": views.waiting_for(user), "may_decide": permissions.may_open_queue(user)}


@hooks.register("register_admin_urls")
def approval_urls() -> list[Any]:
    """The screens of approval."""
    return [
        path("phe-duyet/", views.queue, name="campaigns_approvals"),
        path("phe-duyet/<int:pk>/", views.detail, name="campaigns_approval"),
        path("phe-duyet/<int:pk>/quyet-dinh/", views.decide, name="campaigns_approval_decide"),
        path("phe-duyet/uy-quyen/", views.delegation_list, name="campaigns_delegations"),
        path("phe-duyet/uy-quyen/<int:pk>/ket-thuc/", views.delegation_end, name="campaigns_delegation_end"),
    ]


@hooks.register("register_admin_menu_item")
def approvals_link() -> MenuItem:
    """The queue stands high in the menu: it is what others wait for."""
    return ApprovalsMenuItem(_("Approvals"), reverse("campaigns_approvals"), icon_name="clipboard-list", order=60)


@hooks.register("register_page_action_menu_item")
def hand_in_button() -> ActionMenuItem:
    """The way out of the page editor."""
    return HandInMenuItem()


@hooks.register("construct_page_action_menu")
def no_other_doors(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Take Wagtail's own ways to go live out of the editor, whoever looks at it."""
    menu_items[:] = [item for item in menu_items if item.name not in OTHER_DOORS]


@hooks.register("before_edit_page")
def where_it_stands(request: HttpRequest, page: Any) -> None:
    """Tell the editor of a page how its last request fared."""
    if isinstance(page, ContentPage):
        views.say_where_it_stands(request, page)


@hooks.register("after_edit_page")
def hand_in(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Hand the saved draft in when the button was pressed."""
    return views.hand_in_after_save(request, page) if isinstance(page, ContentPage) else None


@hooks.register("construct_homepage_panels")
def waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Show approvers what waits for them."""
    if permissions.may_open_queue(request.user):
        panels.append(WaitingPanel())


@hooks.register("insert_global_admin_css")
def approval_css() -> str:
    """Marks of added and removed words."""
    return format_html('<link rel="stylesheet" href="{}">', static("campaigns/approvals.css"))
