"""Tasks for people in the admin."""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from channels.manual import views
from channels.manual.permissions import READERS
from cms.core.permissions import has_role


class TasksMenuItem(MenuItem):
    """Shown to those who plan and approve."""

    def is_shown(self, request: Any) -> bool:
        """True for editors, approvers and administrators."""
        return has_role(request.user, *READERS)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The list, one task, the table to take."""
    return [
        path("viec-thu-cong/", views.task_list, name="manual_tasks"),
        path("viec-thu-cong/<int:pk>/", views.task_detail, name="manual_task"),
        path("viec-thu-cong/xuat/<slug:kind>/", views.task_export, name="manual_tasks_export"),
    ]


@hooks.register("register_admin_menu_item")
def tasks_link() -> MenuItem:
    """What people were asked to carry out."""
    return TasksMenuItem(_("Tasks for people"), reverse("manual_tasks"), icon_name="tasks", order=165)
