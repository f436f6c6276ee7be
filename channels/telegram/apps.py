from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelegramChannelConfig(AppConfig):
    name = "channels.telegram"
    label = "ch_telegram"
    verbose_name = _("Telegram channel")
    default_auto_field = "django.db.models.BigAutoField"
