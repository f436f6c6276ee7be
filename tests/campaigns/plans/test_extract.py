"""Files as they arrive: judged by their bytes; each that cannot be read says why in Vietnamese."""

import io
import zipfile

import docx
import pytest
from django.utils import translation
from pypdf import PdfWriter

from campaigns.plans import errors
from campaigns.plans.extract import MAX_BYTES, extract_text
from campaigns.plans.parser import parse_plan
from tests.campaigns.plans.reading import bodies, fixture_text, value

TEXT = "KẾ HOẠCH\nTuyên truyền phòng, chống ma túy năm 2025\n\nI. MỤC ĐÍCH\n1. Nâng cao nhận thức của nhân dân.\n"
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx_bytes(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def docx_of_xml(body: str, **others: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        for name, content in others.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf_of_text(text: str) -> bytes:
    typst = pytest.importorskip("typst", reason="the typst wheel draws the PDF of this test")
    escaped = text.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("#", "\\#").replace("@", "\\@")
    escaped = "\n\n".join(line.replace("-", "\\-", 1) if line.startswith("-") else line for line in escaped.split("\n"))
    escaped = escaped.replace("\n\n1. ", "\n\n1\\. ").replace("\n\n2. ", "\n\n2\\. ")
    return bytes(typst.compile(escaped.encode()))


def test_text_in_utf8_with_and_without_a_mark_and_in_utf16() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        read = extract_text(TEXT.encode(encoding))
        assert read.format == "txt" and read.text.startswith("KẾ HOẠCH") and "ma túy" in read.text


def test_decomposed_letters_are_composed() -> None:
    import unicodedata

    assert extract_text(unicodedata.normalize("NFD", TEXT).encode()).text == TEXT


def test_word_paragraphs_tables_and_layout_tables_in_order() -> None:
    document = docx.Document()
    head = document.add_table(1, 2)
    head.cell(0, 0).text = "UBND TỈNH AN LẠC\nSỞ Y TẾ\nSố: 12/KH-SYT"
    head.cell(
        0, 1
    ).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nAn Lạc, ngày 05 tháng 3 năm 2025"
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Truyền thông phòng, chống ma túy năm 2025")
    document.add_paragraph("I. PHÂN CÔNG NHIỆM VỤ")
    table = document.add_table(2, 4)
    for column, text in enumerate(["STT", "Nội dung", "Đơn vị chủ trì", "Thời gian hoàn thành"]):
        table.cell(0, column).text = text
    for column, text in enumerate(["1", "In 500 tờ rơi", "Phòng Nghiệp vụ y", "Tháng 6/2025"]):
        table.cell(1, column).text = text
    document.add_paragraph("II. TỔ CHỨC THỰC HIỆN")
    read = extract_text(docx_bytes(document))
    assert read.format == "docx"
    plan = parse_plan(read.text)
    assert value(plan["number"]) == "12/KH-SYT" and value(plan["issuer"]) == "Sở Y tế"
    assert value(plan["place"]) == "An Lạc" and value(plan["signed_on"]) == "2025-03-05"
    assert bodies(plan, "lead") == {"Phòng Nghiệp vụ y": ["In 500 tờ rơi"]}
    assert value(plan["tasks"][0]["due"]) == "2025-06-30"


def test_tracked_insertions_stay_and_deletions_go() -> None:
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>Trước ngày </w:t></w:r><w:del><w:r><w:delText>01/6/2024</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15/6/2024</w:t></w:r></w:ins></w:p>"
        "<w:del><w:p><w:r><w:delText>bỏ cả dòng</w:delText></w:r></w:p></w:del>"
        f"<w:sdt><w:sdtContent>{paragraph('trong khung nội dung')}</w:sdtContent></w:sdt>"
    )
    text = extract_text(docx_of_xml(body)).text
    assert text == "Trước ngày 15/6/2024\ntrong khung nội dung"


def test_headers_of_word_files_are_read_once() -> None:
    header = f"<w:hdr {NS}>{paragraph('SỞ Y TẾ')}</w:hdr>"
    text = extract_text(
        docx_of_xml(paragraph("KẾ HOẠCH"), **{"word/header1.xml": header, "word/header2.xml": header})
    ).text
    assert text == "SỞ Y TẾ\nKẾ HOẠCH"


def test_pdf_with_a_text_layer() -> None:
    read = extract_text(pdf_of_text(fixture_text("cong_van")))
    assert read.format == "pdf"
    plan = parse_plan(read.text)
    assert value(plan["number"]) == "1184/SVHTTDL-QLVH"


def blank_pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (60 * 1024 * 1024))
    return buffer.getvalue()


def many_entries() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(1001):
            archive.writestr(f"word/{number}.xml", "")
    return buffer.getvalue()


def entity_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return buffer.getvalue()


def plain_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
TCVN3 = "KÕ ho¹ch tuyªn truyÒn phßng, chèng téi ph¹m trªn ®Þa bµn tØnh n¨m 2009 cña c«ng an, c¸c cÊp, c¸c ngµnh " * 20
VNI = "Keá hoaïch tuyeân truyeàn phoøng, choáng toäi phaïm treân ñòa baøn tænh cuûa Coâng an vaø caùc ngaønh " * 20


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", errors.EmptyPlan),
        (b" \n\t ", errors.EmptyPlan),
        (b"\xef\xbb\xbf", errors.EmptyPlan),
        (b"1234 - 5", errors.EmptyPlan),
        (b"%PDF-1.7 truncated", errors.DamagedPlan),
        (b"PK\x03\x04 cut short", errors.DamagedPlan),
        (bytes(range(256)) * 8, errors.BinaryPlan),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, errors.BinaryPlan),
        (b"{\\rtf1 Ke hoach}", errors.BinaryPlan),
        (b"<html><body>x</body></html>", errors.BinaryPlan),
        (plain_zip(), errors.BinaryPlan),
        (OLE, errors.OldWordPlan),
        (OLE + "EncryptedPackage".encode("utf-16-le"), errors.ProtectedPlan),
        (blank_pdf("mat-khau"), errors.ProtectedPlan),
        (blank_pdf(), errors.ScannedPlan),
        (many_entries(), errors.SuspiciousPlan),
        (entity_bomb(), errors.SuspiciousPlan),
        (
            "Kế hoạch tuyên truyền phòng, chống tội phạm của tỉnh ".encode()
            .decode("latin-1")
            .encode("cp1252", "replace")
            * 9,
            errors.OldEncodingPlan,
        ),
        (TCVN3.encode(), errors.OldEncodingPlan),
        (TCVN3.encode("latin-1"), errors.OldEncodingPlan),
        (VNI.encode(), errors.OldEncodingPlan),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, kind: type[errors.UnreadablePlan]) -> None:
    with pytest.raises(errors.UnreadablePlan) as caught:
        extract_text(data)
    assert type(caught.value) is kind


def test_a_book_is_refused_before_it_is_read() -> None:
    with pytest.raises(errors.PlanTooLong):
        extract_text((fixture_text("cap_xa") * 400).encode())


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(errors.SuspiciousPlan):
        extract_text(bomb())


def test_fifty_megabytes_are_refused_unread() -> None:
    with pytest.raises(errors.PlanTooLarge):
        extract_text(b"%PDF-1.7" + b"a" * (50 * 1024 * 1024))
    assert MAX_BYTES == 20 * 1024 * 1024


@pytest.mark.parametrize("kind", list(errors.BY_CODE.values()))
def test_every_reason_is_told_in_vietnamese(kind: type[errors.UnreadablePlan]) -> None:
    with translation.override("vi"):
        vietnamese = kind().message
    with translation.override("en"):
        english = kind().message
    assert vietnamese != english and any(ch in vietnamese for ch in "ệưạọếảấở")


def test_text_of_a_minority_language_is_not_taken_for_an_old_font() -> None:
    text = "Ƀôh kơdrơ̆ng čar hơdôm bôh tơlơi pơkă, mơnuih plei pla pơsit tơlơi rơnuk rơnua hăng wai lăng " * 20
    assert extract_text(text.encode()).format == "txt"


def test_numbers_that_word_draws_are_counted() -> None:
    def level(depth: int, form: str, text: str) -> str:
        return (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        )

    numbering = (
        f"<w:numbering {NS}><w:abstractNum w:abstractNumId='3'>{level(0, 'upperRoman', '%1.')}{level(1, 'decimal', '%2.')}"
        f"{level(2, 'bullet', 'o')}</w:abstractNum><w:num w:numId='7'><w:abstractNumId w:val='3'/></w:num></w:numbering>"
    )

    def item(depth: int, text: str) -> str:
        numbered = f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
        return f"<w:p>{numbered}<w:r><w:t>{text}</w:t></w:r></w:p>"

    body = (
        item(0, "MỤC ĐÍCH")
        + item(1, "Nâng cao nhận thức.")
        + item(1, "Tạo chuyển biến.")
        + item(0, "TỔ CHỨC THỰC HIỆN")
        + item(1, "Sở Y tế:")
        + item(2, "Tổ chức tập huấn.")
        + item(1, "Công an tỉnh: Theo dõi.")
    )
    text = extract_text(docx_of_xml(body, **{"word/numbering.xml": numbering})).text
    assert text.split("\n") == [
        "I. MỤC ĐÍCH",
        "1. Nâng cao nhận thức.",
        "2. Tạo chuyển biến.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Sở Y tế:",
        "- Tổ chức tập huấn.",
        "2. Công an tỉnh: Theo dõi.",
    ]
    plan = parse_plan(text)
    assert len(plan["purposes"]) == 2 and list(bodies(plan, "lead")) == ["Sở Y tế", "Công an tỉnh"]
