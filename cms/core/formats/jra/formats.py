"""Jrai: dates in figures, so that no Vietnamese month name stands inside a page of another language."""

from cms.core.formats.vi.formats import *  # noqa: F403

DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = "H:i, d/m/Y"
YEAR_MONTH_FORMAT = "m/Y"
MONTH_DAY_FORMAT = "d/m"
