"""The ground in the admin: our audit actions in Wagtail's registry, and memberships."""

from typing import Any

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core import audit, views_people
from cms.core.models import Membership, Role
from cms.core.permissions import has_role
from cms.core.services.memberships import register_role_permissions


@hooks.register("register_log_actions")
def register_log_actions(actions):  # type: ignore[no-untyped-def]
    """Hand every room's registered verbs to Wagtail's log."""
    for name, label in audit.registered_actions().items():
        actions.register_action(name, label, label)


class MembershipViewSet(SnippetViewSet):
    """Who may do what, from when to when. Administrators only (the permission is in their group alone)."""

    model = Membership
    icon = "user"
    menu_label = _("Memberships")
    menu_order = 400
    add_to_admin_menu = True
    list_display = ["user", "role", "organisation", "area", "orthography", "valid_from", "valid_to"]
    list_filter = ["role"]
    panels = [
        FieldPanel("user"),
        FieldPanel("role"),
        FieldPanel("organisation"),
        FieldPanel("area"),
        FieldPanel("orthography"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]


register_snippet(MembershipViewSet)
register_role_permissions(Role.ADMINISTRATOR, [f"core.{verb}_membership" for verb in ("add", "change", "view")])


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    """The admin in our colours, where it offers variables."""
    return format_html('<link rel="stylesheet" href="{}">', static("core/admin.css"))


class AdministratorsMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: Any) -> bool:
        """True for people who look after log-ins."""
        return has_role(request.user, Role.ADMINISTRATOR)


@hooks.register("register_admin_urls")
def people_urls() -> list[Any]:
    """The screen of people."""
    return [
        path("nguoi-dung/", views_people.people_list, name="core_people"),
        path("nguoi-dung/<int:pk>/mat-khau/", views_people.person_password, name="core_person_password"),
        path("nguoi-dung/<int:pk>/dong-mo/", views_people.person_switch, name="core_person_switch"),
    ]


@hooks.register("register_admin_menu_item")
def people_link() -> MenuItem:
    """People, beside memberships."""
    return AdministratorsMenuItem(_("People"), reverse("core_people"), icon_name="user", order=395)
