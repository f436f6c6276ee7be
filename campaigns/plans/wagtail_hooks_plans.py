"""The import screens in the admin: their addresses and their place in the menu."""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from campaigns.plans import audit_actions  # noqa: F401  (registers the verbs)
from campaigns.views import plans
from cms.core.permissions import is_editor


class PlansMenuItem(MenuItem):
    """Shown to editors and administrators."""

    def is_shown(self, request: Any) -> bool:
        """True for people who may import a plan."""
        return is_editor(request.user)


@hooks.register("register_admin_urls")
def register_plan_urls() -> list[Any]:
    """List, one plan, its file."""
    return [
        path("ke-hoach/", plans.plan_list, name="campaigns_plans"),
        path("ke-hoach/<int:pk>/", plans.plan, name="campaigns_plan"),
        path("ke-hoach/<int:pk>/tep/", plans.plan_file, name="campaigns_plan_file"),
    ]


@hooks.register("register_admin_menu_item")
def plans_link() -> MenuItem:
    """A campaign begins with its plan."""
    return PlansMenuItem(_("Import a plan"), reverse("campaigns_plans"), icon_name="doc-full-inverse", order=40)
