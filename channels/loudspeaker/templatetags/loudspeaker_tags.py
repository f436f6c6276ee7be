"""Times, weekdays, languages and outcomes in the words of this room."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels.loudspeaker.enums import Outcome
from channels.loudspeaker.fields import ALL_WEEK, days_of, wall_time
from channels.loudspeaker.models import PlannedSlot
from channels.loudspeaker.reasons import clock_length
from cms.core.languages import LANGUAGES
from cms.core.templatetags.cong import chip

register = template.Library()
SHAPES = {
    Outcome.PLAYED: ("done", "●"),
    Outcome.PARTIAL: ("unsure", "◐"),
    Outcome.REPLACED: ("stale", "▲"),
    Outcome.MISSED: ("failed", "■"),
    Outcome.UNKNOWN: ("planned", "○"),
    Outcome.WITHDRAWN: ("stale", "▲"),
}


@register.filter
def wall(minutes: int) -> str:
    """A wall time: 330 → "05:30"."""
    return wall_time(minutes)


@register.filter
def ms(milliseconds: int) -> str:
    """A length in milliseconds as m:ss."""
    return clock_length(milliseconds)


@register.simple_tag
def weekdays(mask: int) -> str:
    """Days of the week in short: "every day", "T2–T6" or "T2, T4, CN"."""
    if mask == ALL_WEEK:
        return _("every day")
    names = {
        1: pgettext("weekday, short", "Mon"), 2: pgettext("weekday, short", "Tue"), 3: pgettext("weekday, short", "Wed"),
        4: pgettext("weekday, short", "Thu"), 5: pgettext("weekday, short", "Fri"), 6: pgettext("weekday, short", "Sat"),
        7: pgettext("weekday, short", "Sun"),
    }  # fmt: skip
    days = days_of(mask)
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{names[days[0]]}–{names[days[-1]]}"
    return ", ".join(names[day] for day in days)


@register.simple_tag
def spoken(code: str) -> str:
    """The Vietnamese name of a spoken language, or its code when it is unknown."""
    return LANGUAGES[code].name_vi if code in LANGUAGES else code


@register.simple_tag
def outcome(slot: PlannedSlot) -> str:
    """What became of a slot, shape and words; a dash while it is still to come."""
    found: Any = getattr(slot, "outcome", None)
    return f"{SHAPES[found.state][1]} {found.get_state_display()}" if found else "—"


@register.simple_tag
def outcome_chip(slot: PlannedSlot) -> Any:
    """The same as a chip of our own pages."""
    found: Any = getattr(slot, "outcome", None)
    return chip(SHAPES[found.state][0], found.get_state_display()) if found else chip("planned", _("planned"))
