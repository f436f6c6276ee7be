from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ZaloChannelConfig(AppConfig):
    """Zalo official accounts."""

    name = "channels.zalo"
    label = "ch_zalo"
    verbose_name = _("Zalo channel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the channel and its words known to the engine."""
        from channels.delivery.contract import register
        from channels.delivery.reasons import register_reasons
        from channels.zalo import audit_actions  # noqa: F401
        from channels.zalo.channel import ZaloChannel
        from channels.zalo.codes import REASONS

        register(ZaloChannel())
        register_reasons(REASONS)
