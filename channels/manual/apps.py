from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManualChannelConfig(AppConfig):
    """What people carry out and confirm."""

    name = "channels.manual"
    label = "ch_manual"
    verbose_name = _("Channels carried out by people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the channel, its verbs and words, the measures that targets may be counted from, its files."""
        from channels.delivery.contract import register
        from channels.delivery.reasons import register_reasons
        from channels.manual import audit_actions, counting, listeners, serving  # noqa: F401
        from channels.manual.channel import ManualChannel
        from channels.manual.services.handing import renew_outdated
        from channels.manual.services.photos import forget_unused
        from cms.core.ticks import register_tick

        register(ManualChannel())
        counting.register_counters()
        register_reasons(
            {
                "already_carried_out": _("it was carried out already and leaves nothing that could be taken back"),
                "task_unknown": _("there is no task that belongs to it"),
            }
        )
        register_tick("manual.renew", every=60, run=renew_outdated)
        register_tick("manual.photos", every=3600, run=forget_unused)
