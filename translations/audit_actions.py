"""The verbs of translations."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("translations.job.open", _("Translation job opened"))
register_action("translations.job.assign", _("Translation job given to somebody"))
register_action("translations.job.type", _("Segment translated"))
register_action("translations.job.refresh", _("Newer source taken over"))
register_action("translations.job.submit", _("Translation handed in for review"))
register_action("translations.job.return", _("Translation sent back"))
register_action("translations.job.approve", _("Translation approved"))
register_action("translations.job.cancel", _("Translation job cancelled"))
register_action("translations.job.pseudo", _("Trial text made"))
