from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteChannelConfig(AppConfig):
    name = "channels.website"
    label = "ch_website"
    verbose_name = _("Website channel")
    default_auto_field = "django.db.models.BigAutoField"
