"""What the groups of the admin may do with campaigns; docs/rights.md is the table."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from cms.core.models import Role
from cms.core.services.memberships import GROUP_OF_ROLE, is_last_migrated, register_role_permissions

# Wagtail makes these with the right to publish; nobody has that here.
_WAGTAILS_OWN_GROUPS = ("Editors", "Moderators")
_WRITTEN = ("campaign", "contentitem", "hotline", "organisation", "topic", "audience", "observance")


def register() -> None:
    """Name the permissions of each admin role; called once, from ready()."""
    writing = [f"campaigns.{verb}_{model}" for model in _WRITTEN for verb in ("add", "change", "view")]
    # An item without its page would be a fact without words: items are made by our own screen alone.
    writing.remove("campaigns.add_contentitem")
    reading = [f"campaigns.view_{model}" for model in (*_WRITTEN, "area")]
    files = [f"core.{verb}_{model}" for model in ("image", "document") for verb in ("add", "change", "choose")]
    register_role_permissions(Role.EDITOR, [*writing, *reading, *files])
    register_role_permissions(Role.APPROVER, reading)
    register_role_permissions(
        Role.ADMINISTRATOR, [*writing, *reading, *files, "campaigns.add_area", "campaigns.change_area"]
    )


def give_page_rights(**kwargs: Any) -> None:
    """Let editors change pages and choose files. Nobody gets `publish`: going live is our service's alone."""
    if not is_last_migrated(kwargs.get("sender")):
        return
    root = Page.get_first_root_node()
    collection = Collection.get_first_root_node()
    if root is None or collection is None:  # Wagtail's own data migration has not run yet
        return
    Group.objects.filter(name__in=_WAGTAILS_OWN_GROUPS, user__isnull=True).delete()
    for role in (Role.EDITOR, Role.ADMINISTRATOR):
        group = Group.objects.filter(name=GROUP_OF_ROLE[role]).first()
        if group is None:
            continue
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page", codename__in=["add_page", "change_page"]
        ):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        for permission in Permission.objects.filter(
            content_type__app_label="core",
            codename__in=[f"{verb}_{model}" for verb in ("add", "change", "choose") for model in ("image", "document")],
        ):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
