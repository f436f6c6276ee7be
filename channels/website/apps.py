from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteChannelConfig(AppConfig):
    """The province's own website."""

    name = "channels.website"
    label = "ch_website"
    verbose_name = _("Website channel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the channel known to the engine."""
        from channels.delivery.contract import register
        from channels.website.channel import WebsiteChannel

        register(WebsiteChannel())
