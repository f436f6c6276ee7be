"""The verbs of the public site."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("site.message.handle", _("Resident’s message handled"))
