from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """The push engine."""

    name = "channels.delivery"
    label = "delivery"
    verbose_name = _("Delivery")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register verbs, ticks and checks."""
        from channels.delivery import audit_actions, crash, tasks  # noqa: F401
