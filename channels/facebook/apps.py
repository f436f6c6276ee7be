from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacebookChannelConfig(AppConfig):
    """Facebook pages of organisations."""

    name = "channels.facebook"
    label = "ch_facebook"
    verbose_name = _("Facebook page")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the channel and its reason codes known to the engine."""
        from channels.delivery.contract import register
        from channels.delivery.reasons import register_reasons
        from channels.facebook.channel import FacebookChannel
        from channels.facebook.reasons import REASONS

        register_reasons(REASONS)
        register(FacebookChannel())
