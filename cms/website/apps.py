from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """The public site."""

    name = "cms.website"
    label = "site"
    verbose_name = _("Public site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what visitors could notice; put residents' messages into the header."""
        from cms.core.navigation import register_nav
        from cms.website import audit_actions, feedback, signals  # noqa: F401

        register_nav(_("Residents"), "site:messages", roles=feedback.READERS, order=70)
