"""Whether this machine can draw a text. What it cannot draw is refused by name, never printed as boxes."""

from pathlib import Path

from django.utils.translation import gettext as _

from cms.core.errors import NotReady
from cms.core.languages import Orthography, get_orthography
from cms.core.languages.fonts import font_files, missing_families, missing_glyphs

LETTERS_NAMED = 12


def drawing_files(orthography: Orthography) -> list[Path]:
    """The font files a document in this orthography may use: its own, and those of the Vietnamese labels."""
    vietnamese = get_orthography("vi")
    files = [
        path
        for row in (vietnamese, orthography)
        for path in (*font_files(row, serif=True), *font_files(row, serif=False))
    ]
    slanted = [path.with_name(path.name.replace("[", "-Italic[")) for path in files if "[" in path.name]
    return list(dict.fromkeys([*files, *(path for path in slanted if path.is_file())]))


def drawing_families(orthography: Orthography, *, serif: bool) -> list[str]:
    """Families in order: Noto's Latin face first, since script faces carry only some Latin letters and would mix."""
    own = orthography.fonts_serif if serif else orthography.fonts_sans
    first = "Noto Serif" if serif else "Noto Sans"
    return list(dict.fromkeys((first, *own, *orthography.fonts_sans, "Noto Sans")))


def refuse_undrawable(orthography: Orthography, text: str) -> None:
    """Raise NotReady, naming the orthography and the letters, when the fonts here cannot draw `text`."""
    missing = missing_glyphs(text, drawing_files(orthography))
    if not missing:
        return
    families = missing_families(orthography)
    name = orthography.name_vi
    if families:
        message = _(
            "This machine cannot print %(name)s: the typeface %(fonts)s is missing. Ask the operator to install it."
        )
        raise NotReady(message % {"name": name, "fonts": ", ".join(families)}, orthography=orthography.code)
    letters = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:LETTERS_NAMED])
    message = _("This machine cannot print these characters of %(name)s: %(letters)s. Replace them in the text.")
    raise NotReady(message % {"name": name, "letters": letters}, orthography=orthography.code)
