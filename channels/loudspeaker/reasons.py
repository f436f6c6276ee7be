"""The resolver's reasons in words for editors and operators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .resolver import Loss, Reason

WORDS: dict[str, Any] = {
    Reason.EMERGENCY_RESERVED: _("Emergency bulletins are not scheduled here."),
    Reason.NOT_SCHEDULED: _("It is not scheduled."),
    Reason.CANCELLED: _("It was cancelled."),
    Reason.CAMPAIGN_INACTIVE: _("Its campaign is not running."),
    Reason.PAUSED: _("Broadcasting is paused."),
    Reason.NOT_ON_DATE: _("Not on this date."),
    Reason.NOT_ON_WEEKDAY: _("Not on this day of the week."),
    Reason.DECLINED: _("The commune declined it."),
    Reason.AWAITING_ANSWER: _("The commune has not answered yet, and this station waits for an answer."),
    Reason.NO_VALID_ITEMS: _("Nothing in it can be aired."),
    Reason.TOO_LONG: _("Too long: %(over)s must be cut."),
    Reason.OUTSIDE_HOURS: _("Its own hours lie outside this window."),
    Reason.LONGER_THAN_WINDOW: _("It is longer (%(length)s) than the longest free stretch of the window."),
    Reason.WINDOW_MINUTES_USED: _("The minutes of this window are used up."),
    Reason.DAY_MINUTES_USED: _("The minutes of this day are used up."),
    Reason.DAY_PLAYS_USED: _("It was planned often enough on this day."),
    Reason.NO_ROOM: _("No room is left in the window."),
    Reason.ALREADY_BEGUN: _("The window had begun, or was about to, when it was scheduled."),
    Reason.WITHDRAWN: _("It was withdrawn after devices had received it."),
    Reason.OUTSIDE_WINDOW: _("The station's windows were changed after devices had received it."),
    Reason.NOT_APPROVED: _("Its text is not approved in a language of this station."),
    Reason.OUTDATED: _("The translation was made from an older text."),
    Reason.HOTLINE_CHANGED: _("A hotline in it is no longer current."),
    Reason.EXPIRED: _("It has expired by then."),
    Reason.NO_SOUND: _("There is no recording of the approved text that may be aired."),
    Reason.NO_LANGUAGE: _("It exists in no language of this station."),
    Reason.BAD_SOUND: _("Its sound file is damaged."),
}


def in_words(loss: Loss) -> str:
    """The reason as a sentence, with its figures."""
    figures = dict(loss.detail)
    return str(WORDS[loss.reason]) % {
        "over": clock_length(int(figures.get("over_ms", 0))),
        "length": clock_length(int(figures.get("length_ms", 0))),
    }


def clock_length(milliseconds: int) -> str:
    """Minutes and seconds, rounded up: "4:05"."""
    seconds = -(-milliseconds // 1000)
    return f"{seconds // 60}:{seconds % 60:02d}"
