from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PressConfig(AppConfig):
    """What came back."""

    name = "media.press"
    label = "press"
    verbose_name = _("Press")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the verbs, the jobs, the ticks, the page in the header and what targets count."""
        from campaigns.targets import register_counter
        from cms.core.navigation import register_nav
        from cms.core.ticks import register_tick
        from media.press import audit_actions, services  # noqa: F401
        from media.press.permissions import DESK_ROLES
        from media.press.selectors import count_confirmed
        from media.press.services.recording import cut_log

        register_tick("press.fetch", every=5, run=services.enqueue_due_feeds)
        register_tick("press.log", every=3600, run=cut_log)
        register_nav(_("Press"), "press:mentions", roles=DESK_ROLES, order=60)
        register_counter("mentions", count_confirmed, label=_("press mentions confirmed"))
