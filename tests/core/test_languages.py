"""The language table and everything that is fed from it."""

import ast
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import formats, translation
from django.utils.translation import (
    check_for_language,
    get_language_info,
    get_supported_language_variant,
    to_locale,
)
from hypothesis import given
from hypothesis import strategies as st

from cms.core import languages
from cms.core.languages import ORTHOGRAPHIES, fonts
from cms.core.languages.checks import check_content_languages

CODES = ["vi", "jra", "bdq", "rad", "sed", "tyz", "nut", "hmv", "ium", "blt-tavt", "km", "cjm-cham"]


def language_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language())


urlpatterns = [path("", language_page)]


def test_the_table_holds_every_language_of_the_province() -> None:
    assert list(ORTHOGRAPHIES) == CODES
    assert {row.language for row in ORTHOGRAPHIES.values()} == set(languages.LANGUAGES)
    assert {row.source for row in ORTHOGRAPHIES.values()} == {None, "vi"}


def test_the_module_loads_before_django_is_set_up() -> None:
    code = "from cms.core import languages as l, spoken; l.install_lang_info(); print(len(l.django_languages()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=settings.BASE_DIR, env={})
    assert done.stdout.strip() == "13", done.stderr


def test_no_django_at_module_level() -> None:
    folder = Path(languages.__file__).parent
    for name in ("__init__", "profiles", "alphabets", "table", "settings_feed", "texts", "fonts"):
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        found = [
            node for node in tree.body if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django")
        ]
        assert not found, name


@pytest.mark.parametrize("code", CODES)
def test_django_knows_the_language(code: str) -> None:
    row = ORTHOGRAPHIES[code]
    assert get_language_info(code)["name_local"]
    assert to_locale(code) == row.locale_name
    assert check_for_language(code)
    assert get_supported_language_variant(code) == code


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
@override_settings(ROOT_URLCONF="tests.core.test_languages")
def test_a_page_answers_in_the_language(client: Client, code: str) -> None:
    response = client.get("/", headers={"accept-language": code})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == code
    assert response.content.decode() == code


@pytest.mark.parametrize("code", CODES)
def test_dates_and_numbers_are_never_american(code: str) -> None:
    from datetime import date

    with translation.override(code):
        assert formats.date_format(date(2026, 11, 5), "SHORT_DATE_FORMAT") == "05/11/2026"
        assert "Thg" not in formats.date_format(date(2026, 11, 5)) and "2026" in formats.date_format(date(2026, 11, 5))
        assert formats.number_format(38500.5, decimal_pos=1, use_l10n=True, force_grouping=True) == "38.500,5"


def test_vietnamese_dates_are_written_out() -> None:
    from datetime import date

    with translation.override("vi"):
        assert formats.date_format(date(2026, 11, 5)) == "ngày 05 tháng 11 năm 2026"


def test_interface_strings_fall_back_to_vietnamese() -> None:
    with translation.override("jra"):
        assert translation.gettext("Save draft") == "Lưu nháp"


def test_the_system_check_is_quiet_when_all_is_there() -> None:
    found = [message for message in check_content_languages(None) if message.id != "core.languages.W006"]
    assert found == []


def test_the_check_names_what_is_missing(tmp_path: Path) -> None:
    with override_settings(
        LOCALE_PATHS=[tmp_path], FORMAT_MODULE_PATH=[], WAGTAIL_CONTENT_LANGUAGES=[("jra", "x"), ("xx", "y")]
    ):
        ids = [message.id for message in check_content_languages(None)]
    assert ids == ["core.languages.E004", "core.languages.E005", "core.languages.E001"]


def test_the_check_names_the_orthography_whose_font_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", tmp_path)
    warnings = [message.msg for message in check_content_languages(None) if message.id == "core.languages.W006"]
    assert len(warnings) == 2
    assert "blt-tavt" in warnings[0] and "cjm-cham" in warnings[1]
    assert fonts.undrawable(ORTHOGRAPHIES["blt-tavt"])


@pytest.mark.parametrize("code", CODES)
def test_every_letter_can_be_drawn(code: str) -> None:
    row = ORTHOGRAPHIES[code]
    if fonts.missing_families(row):
        pytest.skip(f"needs the Debian package {fonts.SYSTEM_PACKAGE}")
    assert fonts.undrawable(row) == [] == fonts.undrawable(row, serif=True)


def test_a_font_without_the_letter_is_found_out() -> None:
    sans = fonts.font_file("Noto Sans")
    assert sans is not None
    assert fonts.missing_glyphs("Gọi 113 ơ̆", [sans]) == []
    assert fonts.missing_glyphs("ខ្មែរ", [sans]) == ["ខ", "្", "ម", "ែ", "រ"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("Gia Rai", "jra"), ("J'rai", "jra"), ("Ba Na", "bdq"), ("H’Mông", "hmv"), ("tiếng Ê Đê", "rad"), ("khmer", "km")],
)
def test_spellings_of_one_language(name: str, code: str) -> None:
    found = languages.find_language(name)
    assert found is not None and found.code == code


def test_an_unknown_name_is_no_language() -> None:
    assert languages.find_language("Klingon") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [("ě", "ĕ"), ("ǒ", "ŏ"), ("ơ̌", "ơ̆"), ("ŏ\u0302", "ô\u0306"), ("Ɓuôn", "Ƀuôn"), ("čar", "čar"), ("mơ̆ng", "mơ̆ng")],
)
def test_look_alikes_of_the_highlands(written: str, meant: str) -> None:
    assert languages.canonical(written, "jra") == normalize("NFC", meant)


def test_letters_outside_the_alphabet_are_named_with_a_suggestion() -> None:
    found = languages.outside_alphabet("mǒ x ƀơi", "jra")
    assert [(each.text, each.suggestion) for each in found] == [("ǒ", "ŏ"), ("x", "")]
    assert languages.outside_alphabet("Hãy gọi 113, được không?", "vi") == []
    assert languages.outside_alphabet("ខ្មែរ ១២៣", "km") == []


def test_words_are_not_broken_at_marks_without_a_letter_of_their_own() -> None:
    assert languages.tokens("pơ̆k mơ̆ 'nao hơ’nêh", "bdq") == ["pơ̆k", "mơ̆", "'nao", "hơ’nêh"]


@pytest.mark.parametrize("code", ["jra", "bdq", "rad", "sed"])
@given(text=st.text(alphabet="aeiouơưâêôăđƀɓƁčbnk \u0306\u030c\u0302\u031b'’", max_size=40))
def test_canonical_form_is_stable(code: str, text: str) -> None:
    once = languages.canonical(text, code)
    assert languages.canonical(once, code) == once == normalize("NFC", once)


@pytest.mark.parametrize("code", CODES)
def test_the_alphabet_is_inside_itself(code: str) -> None:
    row = ORTHOGRAPHIES[code]
    assert languages.outside_alphabet(row.sample, code) == []
    assert all(normalize("NFC", letter) == letter for letter in row.alphabet)


def test_real_parallel_texts_are_in_their_alphabets() -> None:
    import json

    file = Path(settings.BASE_DIR).parent / "shared" / "data" / "udhr" / "udhr_parallel.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/data/udhr")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for code, key in (("blt-tavt", "blt"), ("km", "km"), ("vi", "vi")):
        text = " ".join(" ".join(row["text"][key]) for row in rows)
        assert languages.outside_alphabet(text, code) == [], code
