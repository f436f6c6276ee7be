from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """The ground."""

    name = "cms.core"
    label = "core"
    verbose_name = _("Ground")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register audit verbs, system checks, signals and the ticks of the jobs."""
        from django.db.models.signals import post_migrate

        from cms.core import audit_actions, heartbeats, signals, tasks  # noqa: F401
        from cms.core.http import checks as http_checks  # noqa: F401
        from cms.core.languages import checks as language_checks  # noqa: F401
        from cms.core.services.memberships import ensure_groups

        post_migrate.connect(ensure_groups, dispatch_uid="core.ensure_groups")
