from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelegramChannelConfig(AppConfig):
    """Telegram channels and groups."""

    name = "channels.telegram"
    label = "ch_telegram"
    verbose_name = _("Telegram channel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the channel known to the engine."""
        from channels.delivery.contract import register
        from channels.delivery.reasons import register_reasons
        from channels.telegram.channel import TelegramChannel
        from channels.telegram.words import REASONS

        register(TelegramChannel())
        register_reasons(REASONS)
