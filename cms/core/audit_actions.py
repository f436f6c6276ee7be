"""The ground's verbs."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("core.job.retry", _("Job started again"))
register_action("core.job.cancel", _("Job cancelled"))
register_action("core.membership.grant", _("Membership granted"))
register_action("core.membership.end", _("Membership ended"))
register_action("core.person.add", _("Log-in created"))
register_action("core.person.password", _("New password given"))
register_action("core.person.switch", _("Log-in switched on or off"))
