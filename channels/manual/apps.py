from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManualChannelConfig(AppConfig):
    name = "channels.manual"
    label = "ch_manual"
    verbose_name = _("Channels carried out by people")
    default_auto_field = "django.db.models.BigAutoField"
