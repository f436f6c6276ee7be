from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CockpitConfig(AppConfig):
    """What goes on, what will fail, what waits, what was reached."""

    name = "cms.cockpit"
    label = "cockpit"
    verbose_name = _("Cockpit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the cockpit into the header, before all other pages."""
        from cms.cockpit.permissions import COCKPIT_ROLES
        from cms.core.navigation import register_nav
        from cms.core.permissions import can_enter_admin

        register_nav(_("Cockpit"), "cockpit:home", roles=COCKPIT_ROLES, order=10)
        register_nav(_("Administration"), "wagtailadmin_home", order=90, allowed=can_enter_admin)
