"""The verbs of the press room."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("press.outlet.add", _("Outlet added"))
register_action("press.feed.add", _("Feed added"))
register_action("press.feed.park", _("Feed parked"))
register_action("press.feed.resume", _("Feed taken up again"))
register_action("press.feed.move", _("Feed's address changed"))
register_action("press.query.save", _("Tracking query saved"))
register_action("press.query.retire", _("Tracking query retired"))
register_action("press.query.rematch", _("Press items matched anew"))
register_action("press.mention.confirm", _("Mention confirmed"))
register_action("press.mention.reject", _("Mention rejected"))
register_action("press.mention.reopen", _("Decision on a mention taken back"))
