"""Files are judged by their bytes; broken pictures never raise anything but our own error; cells are no formulas."""

from __future__ import annotations

import csv
import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from PIL import Image, PngImagePlugin

from cms.core.files import (
    AUDIO,
    DOCUMENTS,
    IMAGES,
    MEDIA_TYPES,
    BadFile,
    check_bytes,
    check_zip,
    read_upload,
    safe_cell,
    safe_name,
    sniff,
)
from cms.core.pictures import clean_picture


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 40), **options: object) -> bytes:
    target = io.BytesIO()
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, 20, 20))
    image.save(target, kind, **options)
    return target.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as opened:
        for name, data in entries.items():
            opened.writestr(name, data)
    return target.getvalue()


OOXML = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}

KINDS = [
    (picture("JPEG"), "jpeg"),
    (picture("PNG"), "png"),
    (picture("GIF"), "gif"),
    (picture("WEBP"), "webp"),
    (picture("AVIF"), "avif"),
    (b"%PDF-1.7\n...", "pdf"),
    (b"<html><body>%PDF-1.7", "html"),
    (b"\xef\xbb\xbf <!DOCTYPE html><p>", "html"),
    (b"<?xml version='1.0'?><svg xmlns='x'><script/></svg>", "svg"),
    (b"<?xml version='1.0'?><rss/>", "xml"),
    (archive(OOXML), "docx"),
    (archive({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "xlsx"),
    (archive({"mimetype": b"application/vnd.oasis.opendocument.text"}, zipfile.ZIP_STORED), "odt"),
    (archive({"a.txt": b"a"}), "zip"),
    (b"PK\x03\x04 broken", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "ole"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "office-locked"),
    (b"ID3\x04\0\0", "mp3"),
    (b"\xff\xfb\x90\x00" * 3, "mp3"),
    (b"RIFF\x24\0\0\0WAVEfmt ", "wav"),
    (b"OggS\0\x02", "ogg"),
    (b"\0\0\0\x20ftypM4A ", "m4a"),
    (b"\0\0\0\x20ftypisom", "mp4"),
    ("Kế hoạch số 25/KH-STTTT".encode(), "text"),
    (("đ" * 5000).encode()[:4097], "text"),
    (b"MZ\x90\x00\x03\x00", "unknown"),
    (b"\x7fELF\x02\x01\x01\x00", "unknown"),
    (b"", "empty"),
]


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_kinds_come_from_bytes(data: bytes, kind: str) -> None:
    assert sniff(data) == kind
    assert kind in MEDIA_TYPES


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(data: bytes) -> None:
    assert sniff(data) in MEDIA_TYPES


def test_an_upload_is_read_once_checked_and_rewound() -> None:
    upload = io.BytesIO(archive(OOXML))
    data, kind = read_upload(upload, allowed=DOCUMENTS, max_bytes=10_000)
    assert kind == "docx" and upload.read() == data


@pytest.mark.parametrize(
    ("data", "allowed"),
    [
        (b"", DOCUMENTS),
        (b"x" * 11_000, DOCUMENTS),
        (b"<html><script>alert(1)</script>", DOCUMENTS),
        (b"MZ\x90\x00", AUDIO | IMAGES | DOCUMENTS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), DOCUMENTS),
        (archive(OOXML | {"../../etc/passwd": b"x"}), DOCUMENTS),
    ],
)
def test_refusals_have_a_sentence(data: bytes, allowed: frozenset[str]) -> None:
    with pytest.raises(BadFile) as caught:
        check_bytes(data, allowed=allowed, max_bytes=10_000)
    assert len(caught.value.message) > 10


def linked_archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        opened.writestr(info, "/etc/passwd")
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        archive({"a.xml": b"\0" * 60_000_000}),
        archive({"a.xml": b"\0" * 2_000_000}),
        archive({str(number): b"" for number in range(1001)}),
        archive({"/etc/passwd": b"x"}),
        archive({"a/../../b": b"x"}),
        archive({"..\\b": b"x"}),
        archive({"C:/b": b"x"}),
        archive({"inner.zip": b"x"}),
        linked_archive(),
        b"PK\x03\x04 broken",
        b"",
    ],
)
def test_harmful_archives_are_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        check_zip(io.BytesIO(data))


def test_an_honest_archive_passes() -> None:
    check_zip(io.BytesIO(archive({"bai.docx": b"x" * 5000, "âm thanh.mp3": random.Random(1).randbytes(2_000_000)})))


@pytest.mark.parametrize(
    "text", ["=1+1", "+84 269", "-1", "@SUM", "\t=1", "\r=1", "\n=1", " =1", "\0=1", "＝1", "|x", "%x"]
)
def test_cells_that_look_like_formulas_are_quoted(text: str) -> None:
    assert safe_cell(text).startswith("'")


@given(st.text())
def test_no_cell_of_a_csv_file_begins_a_formula(text: str) -> None:
    target = io.StringIO()
    csv.writer(target).writerow([safe_cell(text)])
    target.seek(0)
    rows = list(csv.reader(target))
    cell = rows[0][0] if rows and rows[0] else ""
    assert cell[:1] not in tuple("=+-@\t\r\0") or cell == ""


@pytest.mark.parametrize("odd", ["\x07", "\x0b", "\x1f", "\0", "\ud800", "\uffff"])
def test_no_letter_costs_the_whole_workbook(odd: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Kênh")
    sheet.append([safe_cell(f"Trang {odd}của xã"), safe_cell(f"{odd}=1+1")])
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    assert [cell.value for cell in next(load_workbook(target).active.rows)] == ["Trang của xã", "'=1+1"]


def test_cells_keep_numbers_and_plain_text() -> None:
    assert [safe_cell(value) for value in (-5, 1.5, None, True, "Đắk Lắk", "")] == [-5, 1.5, None, True, "Đắk Lắk", ""]


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\kế hoạch.docx", "kế hoạch.docx"),
        ("..", "tep"),
        (".htaccess", "htaccess"),
        ('a"b\r\nc.pdf', "a-b-c.pdf"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("", "tep"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
    ],
)
def test_names_are_safe(given_name: str, name: str) -> None:
    assert safe_name(given_name) == name


def exif_with_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[2] = (13.0, 58.0, 48.0)
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_a_clean_picture_has_no_place_and_stands_upright(kind: str) -> None:
    data = picture(kind, exif=exif_with_gps().tobytes())
    assert b"Camera of somebody" in data
    clean = clean_picture(data)
    with Image.open(io.BytesIO(clean.data)) as opened:
        assert dict(opened.getexif()) == {} and opened.size == (40, 64) == (clean.width, clean.height)
        assert not set(opened.info) & {"exif", "xmp", "comment", "XML:com.adobe.xmp"}
    assert b"Camera" not in clean.data


def test_comments_and_text_chunks_are_gone() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Nguyễn Văn A")
    assert b"Author" not in clean_picture(picture("PNG", pnginfo=info)).data
    assert b"secret note" not in clean_picture(picture("JPEG", comment=b"secret note")).data


def test_an_animation_becomes_its_first_picture() -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    clean = clean_picture(target.getvalue())
    assert clean.kind == "png" and (clean.width, clean.height) == (30, 20)


def test_transparency_and_print_colours_survive() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
    with Image.open(io.BytesIO(clean_picture(target.getvalue()).data)) as opened:
        assert opened.mode == "RGBA"
    target = io.BytesIO()
    Image.new("CMYK", (10, 10)).save(target, "JPEG", icc_profile=b"not a profile")
    assert clean_picture(target.getvalue()).kind == "jpeg"


def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded() -> None:
    target = io.BytesIO()
    Image.new("1", (11_000, 11_000)).save(target, "PNG")
    with pytest.raises(BadFile) as caught:
        clean_picture(target.getvalue())
    assert "11000" in caught.value.message.replace(".", "").replace(",", "")


@pytest.mark.parametrize("data", [b"", b"not a picture", b"%PDF-1.4", b"<svg onload=alert(1)>", picture("BMP")])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        clean_picture(data)


def mutants(seed: int, count: int) -> list[bytes]:
    """Pictures that were cut, had bytes changed, parts doubled, removed or swapped; the same for the same seed."""
    chance = random.Random(seed)
    options = {"JPEG": {"exif": exif_with_gps().tobytes()}, "GIF": {}}
    kinds = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
    sources = [picture(kind, (48, 32), **options.get(kind, {})) for kind in kinds]
    sources += [picture("JPEG", (50, 30), progressive=True), picture("PNG", (20, 20), compress_level=0)]
    found = []
    for _ in range(count):
        data = bytearray(chance.choice(sources))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(max(len(data) - 1, 1))
            match chance.randint(0, 5):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at:]
                case 2:
                    del data[at : at + chance.randint(1, 40)]
                case 3:
                    data[at:at] = bytes(data[at : at + chance.randint(1, 60)])
                case 4:
                    data[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
                case 5:
                    data[at : at + 8] = chance.randbytes(8)
            if not data:
                data = bytearray(b"\xff\xd8\xff")
        found.append(bytes(data))
    return found


def test_mutated_pictures_raise_nothing_but_our_own_error() -> None:
    good = bad = 0
    for data in mutants(seed=20261122, count=600):
        try:
            clean = clean_picture(data)
        except BadFile as error:
            assert error.message
            bad += 1
        else:
            with Image.open(io.BytesIO(clean.data)) as opened:
                opened.load()
                assert dict(opened.getexif()) == {}
            good += 1
    assert good + bad == 600 and good > 20 and bad > 200
