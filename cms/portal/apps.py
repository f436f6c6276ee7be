from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """What culture centres and commune stations work with."""

    name = "cms.portal"
    label = "portal"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the portal into the header."""
        from cms.core.navigation import register_nav
        from cms.portal.permissions import PORTAL_ROLES

        register_nav(_("Portal"), "portal:home", roles=PORTAL_ROLES, order=15)
