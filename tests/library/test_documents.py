"""Documents: what they say, that they look right, that no text can act in them."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from cms.core.errors import BadInput, NotReady
from cms.core.languages import ORTHOGRAPHIES, get_orthography
from cms.core.languages.fonts import missing_families
from media.library.documents import drawable
from media.library.documents.docx import draw_docx
from media.library.documents.outline import ApprovalFacts, Outline, build_outline, length_in_words
from media.library.documents.pdf import draw_pdf
from media.library.documents.richtext import paragraphs_of

FACTS = ApprovalFacts(
    campaign="Phòng, chống trộm cắp tài sản",
    payload_sha256="ab12cd34" * 8,
    approved_by="Nguyễn Thị Lan",
    approved_at=datetime(2026, 11, 20, 2, 30, tzinfo=UTC),
)
NUMBER = "0692 869 999"


def payload(*texts: str, orthography: str = "vi", kind: str = "script", **more: Any) -> dict[str, Any]:
    """A payload as it is approved."""
    blocks = [
        {"id": f"b{n}", "type": "turn", "voice": "male" if n % 2 else "female", "text": text}
        for n, text in enumerate(texts)
    ]
    blocks.append({"id": "h", "type": "hotline", "text_before": "", "hotline": 1})
    return {
        "schema": 1,
        "item": 7,
        "campaign": 3,
        "kind": kind,
        "orthography": orthography,
        "title": "Giữ nhà khi đi rẫy",
        "summary": "",
        "blocks": blocks,
        "images": [],
        "issuer": {"id": 1, "name": "Sở Thông tin và Truyền thông"},
        "hotlines": [{"id": 1, "label": "Công an tỉnh", "number": NUMBER, "hours": "24/24"}],
        **more,
    }


def outline(*texts: str, **more: Any) -> Outline:
    """The outline of such a payload."""
    return build_outline(payload(*texts, **more), FACTS)


def words_of_docx(content: bytes) -> str:
    """Every word in a Word file, tables and footer included."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = "".join(
            archive.read(name).decode() for name in archive.namelist() if re.match(r"word/(document|footer)", name)
        )
    return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", xml))


def drawable_here(code: str) -> bool:
    """True when this machine has the typefaces."""
    return not missing_families(get_orthography(code))


def test_a_script_says_who_issues_approves_and_reads_it() -> None:
    made = outline("Ngày 26/6, theo Kế hoạch 25/KH-STTTT.", "Bà con khóa cửa.")
    words = words_of_docx(draw_docx(made))
    for expected in (
        "Sở Thông tin và Truyền thông",
        FACTS.campaign,
        "Nguyễn Thị Lan",
        "09:30, 20/11/2026",
        "ab12cd34ab12",
    ):
        assert expected in words
    assert "hai mươi sáu tháng sáu" in words
    assert NUMBER.replace(" ", "\u00a0") in words


def test_labels_are_vietnamese_whoever_asks_and_voices_stand_in_the_margin() -> None:
    from django.utils import translation

    with translation.override("en"):
        english = outline("Một.", "Hai.")
    with translation.override("vi"):
        assert english.parts[0].margin == translation.gettext("FEMALE")
        assert english.facts == outline("Một.", "Hai.").facts


def test_hotline_numbers_are_never_broken_over_two_lines() -> None:
    made = outline("Xin gọi " + NUMBER + " ngay.")
    assert NUMBER not in made.parts[0].paragraphs[0].text
    assert NUMBER.replace(" ", "\u00a0") in made.parts[0].paragraphs[0].text


def test_the_same_outline_gives_the_same_bytes() -> None:
    made = outline("Bà con khóa cửa.")
    assert draw_pdf(made) == draw_pdf(made)
    assert draw_docx(made) == draw_docx(made)


def test_long_scripts_have_page_numbers_on_every_page() -> None:
    pages = PdfReader(io.BytesIO(draw_pdf(outline(*["Bà con nhớ khóa cửa cẩn thận. " * 12] * 12)))).pages
    assert len(pages) > 2
    assert f"{len(pages)}/{len(pages)}" in pages[-1].extract_text()


NASTY = [
    '#panic("x")',
    '#{import "/etc/passwd"}',
    "$x^2$ *đậm* _nghiêng_ `mã`",
    "= Tiêu đề",
    "@ref <nhãn> \\u{41}",
    "/* */ // #",
    '#read("/etc/passwd")',
    '"); panic("',
    "</w:t><w:p/>",
    "&amp;&lt;",
    "]]>",
    "\\",
    "#set page(width: 1pt)",
    "~ -- --- ...",
]


@pytest.mark.parametrize("text", NASTY)
def test_no_text_is_read_as_markup(text: str) -> None:
    made = outline(text)
    extracted = PdfReader(io.BytesIO(draw_pdf(made))).pages[0].extract_text()
    assert re.sub(r"\s", "", text) in re.sub(r"\s", "", extracted)
    body = python_docx.Document(io.BytesIO(draw_docx(made)))
    assert text in "\n".join(cell.text for table in body.tables for row in table.rows for cell in row.cells)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_any_text_is_either_drawn_or_refused_with_a_reason(text: str) -> None:
    made = outline("Bà con. " + text)
    try:
        assert draw_pdf(made).startswith(b"%PDF")
    except NotReady as error:
        assert "Tiếng Việt" in error.message
    assert python_docx.Document(io.BytesIO(draw_docx(made)))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<li>",
                "<ol>",
                "<ul>",
                "<a href='x'>",
                "&nbsp;",
                "<!--",
                "-->",
                "chữ",
                " ",
                "<script>",
                "<",
            ]
        ),
        max_size=14,
    )
)
def test_rich_text_of_any_shape_is_read_without_failing(pieces: list[str]) -> None:
    for paragraph in paragraphs_of("".join(pieces)):
        assert paragraph.text.strip()


def test_rich_text_keeps_styles_lists_and_words() -> None:
    found = paragraphs_of(
        "<p>Khóa <b>cửa</b> &amp; <i>cổng</i>.</p><ul><li>một</li><li>hai <b>ba</b></li></ul><ol><li>x</li></ol>"
    )
    assert [(paragraph.bullet, paragraph.text) for paragraph in found] == [
        ("", "Khóa cửa & cổng."),
        ("•", "một"),
        ("•", "hai ba"),
        ("1.", "x"),
    ]
    assert [run.text for run in found[0].runs if run.bold] == ["cửa"]


@pytest.mark.parametrize("code", list(ORTHOGRAPHIES))
def test_every_orthography_is_drawn_or_refused_by_its_name(code: str) -> None:
    made = outline(get_orthography(code).sample, orthography=code)
    if drawable_here(code):
        fonts = str(PdfReader(io.BytesIO(draw_pdf(made))).pages[0]["/Resources"]["/Font"].values())
        assert "/FontDescriptor" in fonts or fonts
    else:
        with pytest.raises(NotReady, match=re.escape(get_orthography(code).name_vi)):
            draw_pdf(made)


def test_an_orthography_without_its_typeface_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.core.languages.fonts.SYSTEM_FONTS", Path("/khong/co"))
    with pytest.raises(NotReady) as caught:
        draw_pdf(outline(get_orthography("blt-tavt").sample, orthography="blt-tavt"))
    assert "Tiếng Thái (chữ Thái Việt)" in caught.value.message
    assert "Noto Sans Tai Viet" in caught.value.message


def test_a_letter_that_no_typeface_has_is_named_and_nothing_is_drawn() -> None:
    with pytest.raises(NotReady) as caught:
        drawable.refuse_undrawable(get_orthography("vi"), "Chào 🐃 bà con 漢")
    assert "U+1F403" in caught.value.message and "U+6F22" in caught.value.message


def test_word_is_told_the_face_of_every_script() -> None:
    with zipfile.ZipFile(io.BytesIO(draw_docx(outline("ភាសា", orthography="km")))) as archive:
        xml = archive.read("word/document.xml").decode()
    faces = re.findall(r"<w:rFonts ([^>]*)/>", xml)
    assert faces
    for face in faces:
        assert all(f'w:{place}="' in face for place in ("ascii", "hAnsi", "eastAsia", "cs"))
    assert 'w:cs="Noto Sans Khmer"' in xml and "<w:szCs" in xml


def test_an_article_has_its_picture_by_the_approved_hash_and_its_words_without_it() -> None:
    raw = io.BytesIO()
    Image.new("RGB", (80, 40), "#A8201A").save(raw, "JPEG")
    article = payload(kind="article", summary="Tóm tắt.", images=[{"id": 9, "sha256": "ff"}])
    article["blocks"] = [{"id": "p", "type": "picture", "image": 9, "alt": "Bảng thông báo", "caption": ""}]
    with_picture = build_outline(article, FACTS, pictures={"ff": raw.getvalue()})
    without = build_outline(article, FACTS)
    assert len(draw_pdf(with_picture)) > 0
    assert "Bảng thông báo" in PdfReader(io.BytesIO(draw_pdf(without))).pages[0].extract_text()
    with zipfile.ZipFile(io.BytesIO(draw_docx(with_picture))) as archive:
        assert sum(name.startswith("word/media/") for name in archive.namelist()) == 2  # the band and the picture


def test_empty_and_endless_texts_are_refused() -> None:
    empty = payload()
    empty["blocks"] = [{"id": "t", "type": "turn", "voice": "male", "text": ""}]
    with pytest.raises(BadInput):
        build_outline(empty, FACTS)
    with pytest.raises(BadInput):
        outline("dài " * 150_000)


def test_lengths_are_said_as_people_say_them() -> None:
    from django.utils import translation

    with translation.override("en"):
        assert length_in_words(0) == "about 5 seconds"
        assert length_in_words(61) == "about 1 minute"
        assert length_in_words(203) == "about 3 minutes 25 seconds"


@pytest.mark.parametrize("code", ["jra", "km", "blt-tavt"])
def test_drawn_letters_are_ink_and_not_boxes(tmp_path: Path, code: str) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("needs the Debian package poppler-utils")
    if not drawable_here(code):
        pytest.skip("needs the Debian package fonts-noto-core")
    pictures = []
    for letter in get_orthography(code).alphabet[:2]:
        (tmp_path / "one.pdf").write_bytes(draw_pdf(outline(letter * 6, orthography=code)))
        subprocess.run(["pdftoppm", "-r", "50", "-png", "-singlefile", "one.pdf", "one"], cwd=tmp_path, check=True)
        pictures.append((tmp_path / "one.png").read_bytes())
    assert pictures[0] != pictures[1]  # two missing letters would be the same boxes


@pytest.mark.slow
def test_the_word_file_opens_in_an_office_program(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("needs the Debian package libreoffice-writer")
    (tmp_path / "script.docx").write_bytes(draw_docx(outline("Ngày 26/6 bà con họp làng.", "Xin gọi " + NUMBER)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "script.docx"],
        cwd=tmp_path,
        check=True,
        timeout=120,
        capture_output=True,
    )
    text = PdfReader(tmp_path / "script.pdf").pages[0].extract_text()
    assert "26/6" in text and "hai mươi sáu tháng sáu" in text
