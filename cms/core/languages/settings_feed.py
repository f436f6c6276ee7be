"""What Django's and Wagtail's settings take from the language table (no Django at module level)."""

from __future__ import annotations

from .table import ADMIN_LANGUAGES, ORTHOGRAPHIES


def content_languages() -> list[tuple[str, str]]:
    """Value of WAGTAIL_CONTENT_LANGUAGES: every orthography with its Vietnamese name, Vietnamese first."""
    return [(row.code, row.name_vi) for row in ORTHOGRAPHIES.values()]


def admin_languages() -> list[tuple[str, str]]:
    """Value of WAGTAILADMIN_PERMITTED_LANGUAGES: the languages the working pages speak."""
    return list(ADMIN_LANGUAGES)


def django_languages() -> list[tuple[str, str]]:
    """Value of LANGUAGES: the content languages and those of the admin."""
    content = content_languages()
    known = {code for code, _ in content}
    return content + [(code, name) for code, name in ADMIN_LANGUAGES if code not in known]


def install_lang_info() -> None:
    """Tells Django the names of languages it does not ship, else ``get_language_info`` raises KeyError.

    Call it first in settings. Entries that Django ships (vi, km) stay as they are. Calling it again changes nothing.
    """
    from django.conf.locale import LANG_INFO

    for row in ORTHOGRAPHIES.values():
        LANG_INFO.setdefault(
            row.code, {"bidi": False, "code": row.code, "name": row.name_en, "name_local": row.name_own}
        )
