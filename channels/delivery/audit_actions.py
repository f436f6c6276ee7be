"""The engine's verbs in the audit log."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("delivery.rule.create", _("Sending planned"))
register_action("delivery.rule.change", _("Sending plan changed"))
register_action("delivery.rule.cancel", _("Sending plan cancelled"))
register_action("delivery.delivery.cancel", _("Delivery cancelled"))
register_action("delivery.delivery.hold", _("Delivery held"))
register_action("delivery.delivery.release", _("Delivery released"))
register_action("delivery.delivery.retry", _("Failed delivery started again"))
register_action("delivery.delivery.confirm", _("Unconfirmed delivery found at the destination"))
register_action("delivery.delivery.resend", _("Unconfirmed delivery sent again"))
register_action("delivery.delivery.take_down", _("Taking down ordered"))
register_action("delivery.delivery.dismiss", _("Failed delivery laid aside"))
register_action("delivery.delivery.look", _("Looked at the destination"))
register_action("delivery.delivery.read_back", _("Unconfirmed delivery found by looking at the destination"))
register_action("delivery.delivery.by_hand", _("Put right by hand at the destination"))
register_action("delivery.delivery.correct", _("Correction ordered"))
register_action("delivery.correction.open", _("Correction begun"))
register_action("delivery.correction.close", _("Correction settled"))
register_action("delivery.correction.resend", _("Corrected text sent in place of the one taken down"))
register_action("delivery.variant.edit", _("Text for a channel edited"))
register_action("delivery.variant.approve", _("Edited text for a channel approved"))
register_action("delivery.variant.decline", _("Edited text for a channel sent back"))
register_action("delivery.variant.reset", _("Text for a channel derived from the approved one again"))
register_action("delivery.variant.carry", _("Edited text for a channel carried over to a newer approval"))
register_action("delivery.endpoint.create", _("Destination added"))
register_action("delivery.endpoint.change", _("Destination changed"))
register_action("delivery.credential.save", _("Key saved"))
register_action("delivery.credential.refused", _("Key refused by the other side"))
register_action("delivery.credential.renew", _("Key renewed"))
