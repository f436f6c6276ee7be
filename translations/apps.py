from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    """In which language."""

    name = "translations"
    label = "translations"
    verbose_name = _("Translations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the audit verbs, the desk in the header, and what a translation must hold to be handed in."""
        from campaigns.services.approvals import register_submission_check
        from cms.core.navigation import register_nav
        from translations import audit_actions  # noqa: F401
        from translations.permissions import DESK_ROLES
        from translations.submission_check import check_translation

        register_nav(_("Translation desk"), "translations:my_jobs", roles=DESK_ROLES, order=40)
        register_submission_check("translations", check_translation)
