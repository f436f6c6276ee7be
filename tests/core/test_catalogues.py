"""Catalogues without gettext's programs: compiled when newer, every own string found, nothing half translated."""

import os
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from cms.core.languages.catalogues import (
    Message,
    compile_catalogues,
    messages_of_python,
    messages_of_template,
    own_messages,
    untranslated,
)

VI = Path(settings.BASE_DIR) / "locale" / "vi" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+")


def write_po(folder: Path, code: str, **strings: str) -> Path:
    path = folder / code / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    po.extend(polib.POEntry(msgid=key, msgstr=value) for key, value in strings.items())
    po.save(str(path))
    return path


def test_compiles_only_what_is_newer(tmp_path: Path) -> None:
    source = write_po(tmp_path, "vi", Save="Lưu")
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert compile_catalogues(tmp_path) == []
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 10))
    assert len(compile_catalogues(tmp_path)) == 1
    assert len(compile_catalogues(tmp_path, force=True)) == 1


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "a"\nmsgtsr "b"\n', encoding="utf-8")
    with override_settings(LOCALE_PATHS=[tmp_path]), pytest.raises(CommandError, match="django.po"):
        call_command("compile_catalogues")


def test_strings_of_python() -> None:
    source = 'import x\n_("One")\nngettext("a", "%s b", 2)\npgettext("month", "May")\n_(x)\n'
    assert messages_of_python(source, "f.py") == [
        Message(None, "One", "f.py:2"), Message(None, "a", "f.py:3"), Message("month", "May", "f.py:4"),
    ]  # fmt: skip


def test_strings_of_templates() -> None:
    source = (
        '{% load i18n %}{% trans "Hello (you)" %}\n{% blocktrans trimmed %}\n  A {{ n }}\n  b\n{% endblocktrans %}'
        '{% blocktrans count n=x %}One{% plural %}{{ n }} many{% endblocktrans %}{{ x|default:_("Filter") }}'
        '{% trans "May" context "month" %}'
    )
    found = {(message.context, message.text) for message in messages_of_template(source, "t.html")}
    assert found == {(None, "Hello (you)"), (None, "A %(n)s b"), (None, "One"), (None, "Filter"), ("month", "May")}


def test_missing_vietnamese_is_reported_once(tmp_path: Path) -> None:
    path = write_po(tmp_path, "vi", One="Một", Two="")
    messages = [Message(None, text, "f.py:1") for text in ("One", "Two", "Two", "Three")]
    assert [message.text for message in untranslated(messages, path)] == ["Two", "Three"]


def test_our_own_code_can_be_read() -> None:
    messages = own_messages(Path(settings.BASE_DIR), ("cms", "campaigns", "translations"))
    assert any(message.text == "Translations" for message in messages)


@pytest.mark.parametrize("name", ["django.po", "djangojs.po"])
def test_placeholders_survive_translation(name: str) -> None:
    for entry in polib.pofile(str(VI / name)):
        allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert set(PLACEHOLDER.findall(text)) <= allowed, entry.msgid
        if not entry.msgid_plural and entry.msgstr:
            assert set(PLACEHOLDER.findall(entry.msgstr)) == allowed, entry.msgid


def test_the_admin_speaks_vietnamese_where_editors_meet_it() -> None:
    ours = {entry.msgid for entry in polib.pofile(str(VI / "django.po")) if entry.translated()}
    assert {"Save draft", "Page title", "Side panels", "Alt text", "Autosave is paused", "View latest version"} <= ours
    scripts = {entry.msgid for entry in polib.pofile(str(VI / "djangojs.po")) if entry.translated()}
    assert {"Insert a block", "Changes have been autosaved.", "Reload the page"} <= scripts
