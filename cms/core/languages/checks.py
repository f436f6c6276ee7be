"""System checks: what a content language needs before its pages can answer in it and its letters can be printed."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from .fonts import SYSTEM_PACKAGE, missing_families, undrawable
from .profiles import Orthography
from .table import LANGUAGES, ORTHOGRAPHIES


@register(Tags.translation)
def check_content_languages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every content language is in the table, named for Django, has a compiled catalogue, formats and fonts."""
    found: list[CheckMessage] = []
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        row = ORTHOGRAPHIES.get(code)
        if row is None:
            found.append(
                Error(
                    f"Content language {code} is not in the language table.",
                    hint="Add a row to cms/core/languages/table.py.",
                    id="core.languages.E001",
                )
            )
            continue
        found += _check_row(row)
    return found


def _check_row(row: Orthography) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if row.language not in LANGUAGES:
        found.append(
            Error(f"Orthography {row.code} writes the unknown language {row.language}.", id="core.languages.E002")
        )
    if row.code not in LANG_INFO:
        found.append(
            Error(
                f"Django has no name for {row.code}.",
                id="core.languages.E003",
                hint="Call cms.core.languages.install_lang_info() first in settings.",
            )
        )
    if not any(gettext.find("django", str(path), [row.locale_name]) for path in settings.LOCALE_PATHS):
        found.append(
            Error(
                f"{row.code} has no compiled catalogue: its pages would answer 404.",
                id="core.languages.E004",
                hint="Run: manage.py compile_catalogues",
            )
        )
    if not any(_module_exists(f"{package}.{row.locale_name}.formats") for package in settings.FORMAT_MODULE_PATH or []):
        found.append(
            Error(
                f"{row.code} has no formats module: its dates would be American.",
                id="core.languages.E005",
                hint=f"Add cms/core/formats/{row.locale_name}/formats.py.",
            )
        )
    return found + _check_fonts(row)


def _check_fonts(row: Orthography) -> list[CheckMessage]:
    absent = missing_families(row)
    if absent:
        return [
            Warning(
                f"{row.name_vi} ({row.code}) cannot be printed here: font {', '.join(absent)} is absent.",
                hint=f"apt install {SYSTEM_PACKAGE}",
                id="core.languages.W006",
            )
        ]
    letters = undrawable(row) or undrawable(row, serif=True)
    if letters:
        return [
            Warning(
                f"{row.name_vi} ({row.code}): its fonts lack {len(letters)} letters: {' '.join(letters[:12])}",
                id="core.languages.W007",
            )
        ]
    return []


def _module_exists(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
