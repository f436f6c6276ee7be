from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManualChannelConfig(AppConfig):
    """Broadcasts that people carry out and confirm."""

    name = "channels.manual"
    label = "ch_manual"
    verbose_name = _("Channels carried out by people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the verbs, and the measure that targets may be counted from."""
        from campaigns.targets import register_counter
        from channels.manual import audit_actions, selectors  # noqa: F401

        register_counter("confirmations", selectors.count_confirmed, label=_("broadcasts confirmed by people"))
