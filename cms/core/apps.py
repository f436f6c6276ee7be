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
        from cms.core import audit_actions, signals, tasks  # noqa: F401
        from cms.core.http import checks as http_checks  # noqa: F401
        from cms.core.languages import checks as language_checks  # noqa: F401
