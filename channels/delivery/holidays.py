"""Public holidays, for a word beside a slot: nothing is sent or kept back because of them.

Days off by article 112 of the Labour Code 45/2019/QH14. Tết and the Hùng Kings' day follow the lunar calendar of UTC+7:
their dates are known here until 2030; the neighbouring days that the Prime Minister adds each year are not.
"""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

_FIXED: dict[tuple[int, int], Any] = {
    (1, 1): _("New Year's Day"),
    (4, 30): _("Reunification Day"),
    (5, 1): _("Labour Day"),
    (9, 2): _("National Day"),
}
# First day of the lunar year, and the tenth of its third month.
_TET = (date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2))
_KINGS = (date(2026, 4, 26), date(2027, 4, 16), date(2028, 4, 4), date(2029, 4, 23), date(2030, 4, 12))


def holiday_on(day: date) -> str:
    """The name of the holiday on this local day, or an empty string."""
    name = _FIXED.get((day.month, day.day))
    if name is None and day in _KINGS:
        name = _("Hùng Kings' Commemoration Day")
    # The last day of the old year and the first four of the new one.
    if name is None and any(-1 <= (day - tet).days <= 3 for tet in _TET):
        name = _("Lunar New Year")
    return str(name or "")


def holidays_between(first: date, last: date) -> list[tuple[date, str]]:
    """Each holiday from `first` to `last`, both included, with its name."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, name) for day in days if (name := holiday_on(day))]
