"""Languages as spoken, orthographies as written: one table that settings, pages and sound are fed from.

Importable before Django is set up.
"""

from __future__ import annotations

from .profiles import Language, Orthography
from .settings_feed import admin_languages, content_languages, django_languages, install_lang_info
from .table import LANGUAGES, ORTHOGRAPHIES, SOURCE_ORTHOGRAPHY
from .texts import Unusual, canonical, clusters, outside_alphabet, tokens

__all__ = [
    "LANGUAGES",
    "ORTHOGRAPHIES",
    "SOURCE_ORTHOGRAPHY",
    "Language",
    "Orthography",
    "Unusual",
    "admin_languages",
    "canonical",
    "clusters",
    "content_languages",
    "django_languages",
    "find_language",
    "get_language",
    "get_orthography",
    "install_lang_info",
    "language_choices",
    "language_of",
    "orthographies_of",
    "orthography_choices",
    "outside_alphabet",
    "tokens",
]


def get_language(code: str) -> Language:
    """The spoken language with this code; KeyError when there is none."""
    return LANGUAGES[code]


def get_orthography(code: str) -> Orthography:
    """The orthography (= Wagtail locale) with this code; KeyError when there is none."""
    return ORTHOGRAPHIES[code]


def orthographies_of(language: str) -> list[Orthography]:
    """All ways the spoken language ``language`` is written here, in table order; empty when it is unknown."""
    return [row for row in ORTHOGRAPHIES.values() if row.language == language]


def language_of(orthography: str) -> Language:
    """The spoken language that the orthography with this code writes; KeyError when there is none."""
    return LANGUAGES[ORTHOGRAPHIES[orthography].language]


def language_choices() -> list[tuple[str, str]]:
    """(code, Vietnamese name) of every spoken language, for forms and model fields."""
    return [(row.code, row.name_vi) for row in LANGUAGES.values()]


def orthography_choices() -> list[tuple[str, str]]:
    """(code, Vietnamese name) of every orthography, for forms and model fields."""
    return [(row.code, row.name_vi) for row in ORTHOGRAPHIES.values()]


def find_language(name: str) -> Language | None:
    """The language called ``name`` in any of the spellings met in documents ("Gia Rai", "Ba Na", "H’Mông"), or None."""
    wanted = _name_key(name)
    for row in LANGUAGES.values():
        names = (row.code, row.name_vi, row.name_en, row.name_own, row.name_vi.removeprefix("Tiếng "), *row.aliases)
        if wanted in {_name_key(each) for each in names}:
            return row
    return None


def _name_key(name: str) -> str:
    from unicodedata import normalize

    lowered = normalize("NFC", name).casefold().strip().removeprefix("tiếng ").removeprefix("người ")
    return "".join(letter for letter in lowered if letter not in " -'’‘ʼ`")
