"""Judges files by their bytes, never by their names; makes table cells and archives safe."""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Collection
from typing import IO, Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from cms.core.errors import BadInput

MB = 1024 * 1024
HEAD = 4096  # bytes that are enough to know every kind below except office files

# Kind → media type. Kinds that a browser could run as a page are served as attachments wherever they turn up.
MEDIA_TYPES: dict[str, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "heic": "image/heic",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
    "ole": "application/x-ole-storage",
    "office-locked": "application/x-ole-storage",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "amr": "audio/amr",
    "webm": "video/webm",
    "html": "text/html",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "text": "text/plain; charset=utf-8",
    "unknown": "application/octet-stream",
    "empty": "application/octet-stream",
}
IMAGES = frozenset({"jpeg", "png", "gif", "webp", "avif"})
DOCUMENTS = frozenset({"pdf", "docx", "xlsx", "pptx", "odt", "ods", "text"})
AUDIO = frozenset({"mp3", "wav", "ogg", "flac", "m4a", "mp4", "amr", "webm"})

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"#!AMR", "amr"),
    (b"\x1aE\xdf\xa3", "webm"),
)
_FTYP = {
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heic",
    b"heix": "heic",
    b"mif1": "heic",
    b"M4A ": "m4a",
    b"M4B ": "m4a",
}
_HTML = re.compile(rb"(?i)<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg\b|img|a\s|div|p>)")
_MARKUP_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<")
_FORBIDDEN_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OFFICE_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))


class BadFile(BadInput):
    """A file that we do not take; the message says why and what to do."""


def sniff(data: bytes) -> str:
    """Return the kind of these bytes: a key of ``MEDIA_TYPES``.

    Give the whole file where office documents matter (their table of contents is at the end); the first ``HEAD`` bytes
    are enough for the rest. Bytes that fit nothing are "unknown", none at all are "empty".
    """
    if not data:
        return "empty"
    if data[:4] == b"RIFF" and len(data) >= 12:
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12], "unknown")
    if data[4:8] == b"ftyp":
        return _FTYP.get(data[8:12], "mp4")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return "office-locked" if kind == "ole" and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0" in data else kind
    if b"%PDF-" in data[:1024]:
        # A PDF may have some bytes before its mark; a page that merely contains the mark is a page.
        return "html" if _MARKUP_START.match(data) else "pdf"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _sniff_zip(data)
    if len(data) > 2 and data[0] == 0xFF and (data[1] & 0xE6) in (0xE2, 0xE4, 0xE6):
        return "mp3"
    return _sniff_text(data)


def _sniff_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _OFFICE_PARTS if any(n.startswith(part) for n in names)), "zip")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "zip"
    if data[30:38] == b"mimetype":
        if b"opendocument.text" in data[38:120]:
            return "odt"
        if b"opendocument.spreadsheet" in data[38:120]:
            return "ods"
    return "zip"


def _sniff_text(data: bytes) -> str:
    head = data[:HEAD]
    if _MARKUP_START.match(head):
        if b"<svg" in head.lower() and b"<html" not in head.lower():
            return "svg"
        return "html" if _HTML.search(head) else "xml"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(data) <= HEAD or error.start < len(head) - 4:
            return "unknown"
        text = head[: error.start].decode("utf-8")
    return "unknown" if _FORBIDDEN_CONTROLS.search(text) else "text"


def read_upload(upload: Any, *, allowed: Collection[str], max_bytes: int) -> tuple[bytes, str]:
    """Return the bytes and the kind of an uploaded file, or raise :class:`BadFile` in words for its sender.

    ``upload`` is anything with ``read`` (it is rewound afterwards where it can be); ``allowed`` are kinds of ``sniff``.
    Office files are also checked as archives.
    """
    data = upload.read(max_bytes + 1)
    if hasattr(upload, "seek"):
        upload.seek(0)
    check_bytes(data, allowed=allowed, max_bytes=max_bytes)
    return data, sniff(data)


def check_bytes(data: bytes, *, allowed: Collection[str], max_bytes: int) -> str:
    """Return the kind of these bytes when they may be taken, else raise :class:`BadFile`."""
    if len(data) > max_bytes:
        raise BadFile(_("This file is too large. The most that can be taken is %(size)s.") % {"size": _size(max_bytes)})
    kind = sniff(data)
    if kind == "empty":
        raise BadFile(_("This file is empty."))
    if kind == "office-locked":
        raise BadFile(_("This file is protected by a password. Please remove the password and send it again."))
    if kind not in allowed:
        raise BadFile(
            _("The content of this file is not of a kind that can be taken here. Accepted: %(kinds)s.")
            % {"kinds": ", ".join(sorted(item.upper() for item in allowed))}
        )
    if kind in ("docx", "xlsx", "pptx", "odt", "ods", "zip"):
        check_zip(io.BytesIO(data), nested=kind != "zip")
    return kind


def _size(count: int) -> str:
    return filesizeformat(count).replace("\xa0", " ")


def check_zip(
    archive: IO[bytes],
    *,
    max_entries: int = 1000,
    max_total: int = 50 * MB,
    max_ratio: int = 100,
    nested: bool = False,
) -> None:
    """Return when this archive is safe to unpack, else raise :class:`BadFile`; only its table of contents is read.

    Limits: entries, bytes after unpacking, ratio of the two (counted from 1 MB on: small XML compresses well). No
    absolute or climbing names, no links, no passwords; archives inside archives only with ``nested`` (office files).
    """
    refused = _("This archive cannot be taken: it is damaged or built to harm.")
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise BadFile(refused, reason="not a zip") from error
    if len(entries) > max_entries:
        raise BadFile(refused, reason=f"{len(entries)} entries")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > max_total:
        raise BadFile(refused, reason=f"{total} bytes unpacked")
    if total > MB and total > packed * max_ratio:
        raise BadFile(refused, reason="ratio")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"^[A-Za-z]:", name):
            raise BadFile(refused, reason="name leads outside")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BadFile(refused, reason="link")
        if entry.flag_bits & 1:
            raise BadFile(_("This file is protected by a password. Please remove the password and send it again."))
        if not nested and name.lower().endswith((".zip", ".gz", ".7z", ".rar", ".xz", ".bz2", ".tar")):
            raise BadFile(refused, reason="archive in an archive")
    if archive.seekable():
        archive.seek(0)


_FORMULA_STARTS = "=+-@\t\r\n\0|%＝＋－＠"

_NO_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_cell(value: Any) -> Any:
    """Return the value for a CSV or spreadsheet cell so that no program takes it for a formula.

    Text that begins like a formula gets a ``'`` in front (also a phone number with +84: seen and harmless). Characters
    that no workbook can hold are removed: one of them would cost the whole file. Numbers, dates, booleans and None pass
    unchanged.
    """
    if not isinstance(value, str):
        return value
    value = _NO_CELL.sub("", value)
    if value[:1] and (value[0] in _FORMULA_STARTS or value.lstrip()[:1] in ("=", "@", "+", "-")):
        return "'" + value
    return value


_NAME_JUNK = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def safe_name(name: str, *, default: str = "tep") -> str:
    """Return a file name without folders, control characters or a leading dot, at most 120 characters, NFC."""
    base = unicodedata.normalize("NFC", str(name)).replace("\\", "/").rsplit("/", 1)[-1]
    base = _NAME_JUNK.sub("-", base).strip(" .-")
    base = "".join(ch for ch in base if unicodedata.category(ch) not in ("Cf", "Cc", "Co", "Cs"))
    if len(base) > 120:
        stem, dot, ending = base.rpartition(".")
        base = f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) <= 8 else base[:120]
    return base or default
