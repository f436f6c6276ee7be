from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """What is said."""

    name = "campaigns"
    label = "campaigns"
    verbose_name = _("Campaigns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the audit verbs and what the admin's groups may do."""
        from django.db.models.signals import post_migrate

        from campaigns import access, audit_actions, revisions  # noqa: F401

        access.register()
        revisions.connect()
        from campaigns.services.site import ensure_site

        post_migrate.connect(ensure_site, dispatch_uid="campaigns.ensure_site")
        post_migrate.connect(access.give_page_rights, dispatch_uid="campaigns.give_page_rights")
