"""The verbs of the loudspeakers."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("loudspeaker.station.save", _("Station set up"))
register_action("loudspeaker.device.register", _("Device registered"))
register_action("loudspeaker.device.rotate", _("Device token replaced"))
register_action("loudspeaker.device.retire", _("Device taken out of service"))
register_action("loudspeaker.bulletin.create", _("Bulletin created"))
register_action("loudspeaker.bulletin.change", _("Bulletin changed"))
register_action("loudspeaker.bulletin.schedule", _("Bulletin scheduled"))
register_action("loudspeaker.bulletin.take_back", _("Bulletin taken back"))
register_action("loudspeaker.bulletin.cancel", _("Bulletin cancelled"))
register_action("loudspeaker.offer.answer", _("Offer answered"))
register_action("loudspeaker.offer.order", _("Order of the day changed"))
register_action("loudspeaker.manifest.compile", _("Manifest compiled"))
