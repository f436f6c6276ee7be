from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """The push engine."""

    name = "channels.delivery"
    label = "delivery"
    verbose_name = _("Delivery")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register verbs, ticks, checks and what targets are counted from."""
        from campaigns.targets import register_counter
        from channels.delivery import (  # noqa: F401
            audit_actions,
            crash,
            credential_tasks,
            desk_tasks,
            listeners,
            tasks,
            variant_listeners,
        )
        from channels.delivery.selectors import count_on_web, count_posts

        register_counter("posts", count_posts, label=_("posts sent to channels"))
        register_counter("on_web", count_on_web, label=_("texts shown on the web"))
