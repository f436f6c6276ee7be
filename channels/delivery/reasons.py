"""The codes that the engine and its channels leave behind, in words for the people who work the queues."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_REASONS: dict[str, Any] = {
    # What the other side or the line did.
    "not_reached": _("could not be reached"),
    "reply_lost": _("the line broke before the answer came"),
    "server_error": _("the other side had a fault while it was working"),
    "reply_unreadable": _("the answer could not be read"),
    "retry_after": _("the other side asks to wait"),
    "token_refused": _("the key was refused"),
    "key_unreadable": _("the stored key cannot be read on this machine"),
    "key_expired": _("the key has expired"),
    "renewed_after_refusal": _("the key was refused and has been renewed"),
    "renewal_used_up": _("the key for renewing was used up already; somebody has to sign in to the account again"),
    "renewal_refused": _("the key for renewing is refused; somebody has to sign in to the account again"),
    "renewal_reply_lost": _("the answer to the renewal was lost twice; somebody has to sign in to the account again"),
    "renewal_key_missing": _("there is no key to renew with; somebody has to sign in to the account again"),
    "chat_not_found": _("this channel or group does not exist"),
    "chat_moved": _("the group has moved"),
    "chat_moved_twice": _("the group has moved"),
    "bot_removed": _("the bot was removed from the channel"),
    "no_right_to_post": _("the bot may not post there"),
    "too_long": _("the text is longer than the channel carries"),
    "bad_markup": _("the channel did not accept the text's form"),
    "too_old_to_delete": _("older than 48 hours, it can no longer be deleted"),
    "already_gone": _("it is gone already"),
    "number_unknown": _("the other side never said under which number it stands"),
    "refused": _("the other side refused it"),
    "address_refused": _("the address is not one that this machine may reach"),
    # What happened here.
    "worker_lost": _("the sending process ended in the middle"),
    "channel_fault": _("a fault in the channel's program"),
    "recording_gone": _("the recording is no longer there"),
    "recording_changed": _("the recording is not the one that was planned"),
    "recording_too_large": _("the recording is too large for the channel"),
    "recording_unreadable": _("the recording could not be read"),
    "picture_gone": _("the picture is no longer there"),
    "picture_changed": _("the picture is not the one that was approved"),
    "picture_unreadable": _("the picture could not be read"),
    "picture_broken": _("the picture cannot be decoded"),
    "picture_too_large": _("the picture is too large for the channel"),
    "no_approval": _("there is no approval"),
    "nothing_to_send": _("there is nothing to send"),
    "stored_text_changed_after_approval": _("the stored text is not the one that was approved"),
    "approval_keeps_changing": _("the approval changed while it was being sent"),
    "edit_not_agreed": _("somebody else has to agree to the edited text"),
    "edited_for_older_approval": _("the edited text belongs to an older approval"),
    # What the plan said.
    "too_late": _("it came too late to be useful"),
    "skipped_by_rule": _("not in time; left out as planned"),
    "left_to_next_slot": _("not in time; left to the next slot as planned"),
    "overtaken_by_later_slot": _("a later slot of the same plan is due"),
    "rule_cancelled": _("the plan was cancelled"),
    "rule_changed": _("the plan was changed"),
    "nothing_to_take_down": _("it never went out"),
    "nothing_to_correct": _("what should be corrected is no longer there"),
    "arrived_after_all": _("the answer to the earlier attempt came after all: it is there"),
    "masked_until_corrected": _("the number is masked on the page until the corrected text is approved"),
    "original_unconfirmed": _("waits until it is known whether the wrong text is there"),
    "no_way_to_correct": _("this channel can neither edit nor take down: somebody has to do it on the spot"),
    "text_wrong": _("its text was reported wrong and is being corrected"),
    "shown_by_another_plan": _("another plan still shows it"),
    # What the text's approval said.
    "not_approved": _("the text is not approved"),
    "outdated": _("the text it was translated from was approved anew"),
    "expired": _("the text has passed its last day"),
    "hotline_changed": _("a hotline in the text has changed"),
    "campaign_not_active": _("the campaign is not running"),
    "paused": _("announcements are paused"),
    "closed_now": _("the destination may not be used at this hour"),
}


def register_reasons(words: dict[str, Any]) -> None:
    """Add a channel's own codes with their (lazily translated) words."""
    _REASONS.update(words)


def reason_label(code: str) -> str:
    """The code in words; a sentence or an unknown code comes back as it is."""
    return str(_REASONS.get(code, code))
