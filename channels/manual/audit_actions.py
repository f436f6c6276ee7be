"""The verbs of broadcasts carried out by people."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("manual.confirm", _("Broadcast confirmed"))
register_action("manual.withdraw", _("Confirmation taken back"))
