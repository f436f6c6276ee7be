"""Khmer: Django's Khmer date words; numbers, input and clock as everywhere in the country."""

from cms.core.formats.vi.formats import *  # noqa: F403

DATE_FORMAT = "j ខែ F ឆ្នាំ Y"
DATETIME_FORMAT = "j ខែ F ឆ្នាំ Y, H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
