"""What this channel leaves behind in words, beside the codes that all channels share."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "too_old_to_edit": _("older than 48 hours, Telegram does not let it be changed any more"),
    "number_partly_unknown": _(
        "the part whose number is known was dealt with; Telegram never said the number of the rest: look there by hand"
    ),
    "other_form": _(
        "the post has a picture, recording or document that the new text does not have: take it down and send it anew"
    ),
    "chat_moved_midway": _("the group moved while a post of several messages was being sent"),
    "proxy_failed": _("the proxy on the way to Telegram did not let it through"),
    "picture_refused": _("the channel did not accept a picture"),
    "file_refused": _("the channel did not accept the file"),
    "document_changed": _("the document belongs to another approval"),
    "document_not_drawn": _("the document could not be drawn on this machine"),
    "document_too_large": _("the document is larger than the channel carries"),
}
