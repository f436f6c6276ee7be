"""What the system knows about a spoken language and about one way of writing it (plain data, no Django)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

READING_UNITS = frozenset({"syllable", "cluster"})
"""A syllable stands between spaces; a cluster is a base letter with its marks, for scripts without spaces."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language as it is *spoken*: audio, areas and stations refer to this."""

    code: str
    name_vi: str
    name_en: str
    name_own: str
    reading_rate: float
    """Units read aloud per minute by a loudspeaker announcer."""
    rate_source: str
    reading_unit: str = "syllable"
    aliases: tuple[str, ...] = ()
    areas: str = ""

    def __post_init__(self) -> None:
        if self.reading_unit not in READING_UNITS:
            raise ValueError(f"{self.code}: unknown reading unit {self.reading_unit}")


@dataclass(frozen=True, slots=True)
class Orthography:
    """One way to *write* a language; a Wagtail locale stands for exactly one of these.

    ``alphabet`` holds lower-case letters as a reader counts them: a letter may be two code points (``ơ̆``).
    ``canonical`` maps look-alike sequences to the form the alphabet uses; it is offered, never silently applied.
    ``source`` is the orthography a translator translates from.
    """

    code: str
    language: str
    tag: str
    name_vi: str
    name_en: str
    name_own: str
    script: str
    alphabet: tuple[str, ...]
    token_pattern: str
    fonts_sans: tuple[str, ...]
    fonts_serif: tuple[str, ...]
    digits: str = "0123456789"
    extra_characters: str = ""
    canonical: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    line_height: float = 1.6
    source: str | None = "vi"
    alphabet_note: str = ""

    @property
    def sample(self) -> str:
        """The letters of the alphabet with spaces between: real letters to draw, never a made-up sentence."""
        return " ".join(self.alphabet)

    @property
    def locale_name(self) -> str:
        """Django's folder name for this code in ``locale/`` and format modules: ``blt-tavt`` → ``blt_Tavt``."""
        head, _, tail = self.code.partition("-")
        if not tail:
            return head
        return f"{head}_{tail.title() if len(tail) > 2 else tail.upper()}"

    @property
    def css_font_stack(self) -> str:
        """The value of ``font-family`` for running text in this orthography."""
        return ", ".join(f'"{family}"' for family in self.fonts_sans) + ", sans-serif"
