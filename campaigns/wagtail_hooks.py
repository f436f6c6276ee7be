"""The admin of campaigns: what stands in the menu, and for whom."""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet

from campaigns import approvals_hooks  # noqa: F401
from campaigns.models import Campaign, Hotline
from campaigns.plans import wagtail_hooks_plans  # noqa: F401
from campaigns.views import campaign_steps, small
from campaigns.viewsets import CampaignGroup, RegisterGroup
from cms.core.models import Role
from cms.core.permissions import has_role, is_editor

register_snippet(CampaignGroup)
register_snippet(RegisterGroup)


class EditorsMenuItem(MenuItem):
    """Shown to editors and administrators."""

    def is_shown(self, request: Any) -> bool:
        """True for people who may write."""
        return is_editor(request.user)


class StaffMenuItem(MenuItem):
    """Shown to editors, approvers and administrators."""

    def is_shown(self, request: Any) -> bool:
        """True for everybody who works in the admin."""
        return has_role(request.user, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The small screens."""
    return [
        path("noi-dung/moi/", small.new_item, name="campaigns_new_item"),
        path("duong-day-nong/<int:pk>/doi-so/", small.change_number, name="campaigns_hotline_change"),
        path("duong-day-nong/<int:pk>/xac-minh/", small.verify_hotline, name="campaigns_hotline_verify"),
        path("dot/<int:pk>/", campaign_steps.campaign_steps, name="campaigns_steps"),
        path("tam-dung/", small.pause_list, name="campaigns_pauses"),
        path("tam-dung/<int:pk>/ket-thuc/", small.end_pause, name="campaigns_pause_end"),
    ]


@hooks.register("register_admin_menu_item")
def new_item_link() -> MenuItem:
    """Writing begins here, not under a page."""
    return EditorsMenuItem(_("New article or script"), reverse("campaigns_new_item"), icon_name="edit", order=50)


@hooks.register("register_admin_menu_item")
def pauses_link() -> MenuItem:
    """Pauses, ordered and ended."""
    return StaffMenuItem(_("Pauses"), reverse("campaigns_pauses"), icon_name="cross", order=350)


@hooks.register("register_admin_menu_item")
def working_pages_link() -> MenuItem:
    """The way from the admin to the working pages."""
    return MenuItem(_("Working pages"), reverse("start"), icon_name="home", order=10)


@hooks.register("register_snippet_listing_buttons")
def hotline_buttons(snippet: Any, user: Any, next_url: str | None = None) -> Any:
    """On a hotline: change or verify its number. On a campaign: start it, close it, begin next year's."""
    if isinstance(snippet, Hotline) and snippet.replaced_by_id is None and is_editor(user):
        yield Button(
            _("Change the number"),
            reverse("campaigns_hotline_change", args=[snippet.pk]),
            icon_name="edit",
            priority=15,
        )
        if snippet.verified_at is None:
            yield Button(
                _("Verify the number"),
                reverse("campaigns_hotline_verify", args=[snippet.pk]),
                icon_name="tick",
                priority=5,
            )
    if isinstance(snippet, Campaign) and is_editor(user):
        yield Button(_("Next steps"), reverse("campaigns_steps", args=[snippet.pk]), icon_name="resume", priority=5)
